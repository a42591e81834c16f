"""The census: ids that can be seen now, listed cheaply, and nothing that follows from it."""

from collections.abc import Iterable

from canonical.vocabulary import EntityKind
from connectors.base import Census
from connectors.jira.config import JiraOptions
from connectors.jira.mapping.reading import UnmappableError, user_id
from connectors.jira.opening import Opened
from connectors.jira.pulling.scope import scope_of


def census(opened: Opened, options: JiraOptions, entity: EntityKind, scope: str) -> Census:
    """List the ids of a scope: projects and users of the site, issues of a project.

    That nothing is hidden can never be said: an issue may have a security level, a project a permission by role.

    Raises:
        ToolError: they cannot be listed.
    """
    if entity is EntityKind.PERSON:
        return Census(entity, scope, frozenset(_people(opened)), complete=True)
    pages = opened.client.projects(())
    projects = scope_of([each for page in pages for each in page], options.projects, options.jql)
    if entity is EntityKind.PROJECT:
        return Census(entity, scope, frozenset(projects.projects), complete=True)
    if scope not in projects.projects:
        # A project that does not show is no reason to believe that its issues are gone; that none shows is told.
        return Census(entity, scope, frozenset(), complete=True)
    jql = projects.jql(f"created >= {opened.client.moment(0)}", project=scope)
    ids = frozenset(str(issue.id) for page in opened.client.listed(jql) for issue in page)
    return Census(entity, scope, ids, complete=entity is EntityKind.TASK)


def _people(opened: Opened) -> Iterable[str]:
    for page in opened.client.users():
        for raw in page:
            try:
                yield user_id(raw)
            except UnmappableError:
                continue
