"""The census: ids that can be seen now, listed cheaply, and nothing that follows from it.

That no search shows the issues of an archived project, and each can be read by its id:
https://developer.atlassian.com/server/jira/platform/jira-archiver/. Cloud does the same.
"""

from collections.abc import Iterable
from functools import cached_property

from canonical.vocabulary import EntityKind
from connectors.base import Census
from connectors.http import CallError
from connectors.jira.client.api import JSON
from connectors.jira.client.paging import chunks
from connectors.jira.config import Flavour, JiraOptions
from connectors.jira.mapping.reading import user_id
from connectors.jira.opening import Opened
from connectors.jira.pulling.logged import project_of
from connectors.jira.pulling.projects import unmatched
from connectors.jira.pulling.scope import Scope, scope_of
from connectors.mapping.reading import UnmappableError

SIDE_BY_SIDE = 25
"""How many missing issues one thread asks for: what is gone, Data Center says only of each by itself."""


class CensusTaker:
    """One look at everything that is listed; what several scopes need is listed once."""

    def __init__(self, opened: Opened, options: JiraOptions) -> None:
        self._opened, self._options, self._client = opened, options, opened.client

    def census(self, entity: EntityKind, scope: str) -> Census:
        """List the ids of a scope: projects and users of the site, issues and worklogs of a project.

        That nothing is hidden can never be said: an issue may have a security level, a permission may be by role.

        Raises:
            ToolError: they cannot be listed.
        """
        if entity is EntityKind.PERSON:
            return Census(entity, scope, frozenset(_people(self._client.users())), complete=True)
        if entity is EntityKind.PROJECT:
            # One that the configuration names and that does not show may be hidden.
            whole = not unmatched(self._options, scope, self._projects)
            return Census(entity, scope, frozenset(self._scope.projects), whole, left_out=self._shown - self._meant)
        if scope not in self._meant:
            # Left out by the configuration, or hidden.
            return Census(entity, scope, frozenset(), complete=scope in self._shown, meant=scope not in self._shown)
        if entity is EntityKind.TIME_ENTRY or scope in self._scope.archived:
            # Each deleted worklog is in a feed; no search shows what is archived, and whoever has its id can read it.
            return Census(entity, scope, frozenset(), complete=False, unlisted=True)
        ids = self._listed(self._scope, scope)
        return Census(entity, scope, ids, complete=True, left_out=self._filtered(scope) - ids)

    def _filtered(self, project: str) -> frozenset[str]:
        """List all issues of a project where a filter leaves some out."""
        return self._listed(Scope({project: ""}), project) if self._scope.narrowed else frozenset()

    def _listed(self, scope: Scope, project: str) -> frozenset[str]:
        jql = scope.jql(self._client.any_issue, project=project)
        return frozenset(str(issue.id) for page in self._client.listed(jql) for issue in page)

    def confirm_gone(self, entity: EntityKind, scope: str, ids: frozenset[str]) -> frozenset[str]:
        """Ask for issues and users by id; give those that cannot be seen in the scope.

        Raises:
            ToolError: they cannot be asked for.
        """
        numbers = sorted(name for name in ids if name.isdecimal())
        there: set[str] = set()
        if entity is EntityKind.TASK:
            with self._opened.connection.session.threads() as pool:
                parts = pool.map(lambda some: self._client.by_id(some, ["project"]), chunks(numbers, SIDE_BY_SIDE))
                there = {str(raw["id"]) for part in parts for raw in part if project_of(raw) == scope}
        if entity is EntityKind.PERSON:
            there = {name for name in ids if self._is_user(name)}
        return ids - there

    @cached_property
    def _projects(self) -> list[JSON]:
        return [each for page in self._client.projects(()) for each in page]

    @cached_property
    def _scope(self) -> Scope:
        return scope_of(self._projects, self._options.projects, self._options.jql)

    @cached_property
    def _shown(self) -> frozenset[str]:
        return frozenset(str(project.get("id")) for project in self._projects)

    @cached_property
    def _meant(self) -> frozenset[str]:
        return frozenset(self._scope.projects)

    def _is_user(self, name: str) -> bool:
        """Ask for one user: a list leaves out some that are there, such as apps."""
        params = {"accountId" if self._opened.flavour is Flavour.CLOUD else "key": name}
        try:
            self._client.connection.get(self._client.api("user"), params)
        except CallError as error:
            if error.status in {400, 404}:
                return False
            raise
        return True


def _people(pages: Iterable[list[JSON]]) -> Iterable[str]:
    for page in pages:
        for raw in page:
            try:
                yield user_id(raw)
            except UnmappableError:
                continue
