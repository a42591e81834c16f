"""Projects with what their carriers hold: charter issues, properties, the category."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

from canonical.problems import Problem, ToolError, Weight
from connectors.base import ConnectorContext
from connectors.http import CallError
from connectors.jira.client.api import JSON
from connectors.jira.config import JiraOptions
from connectors.jira.mapping.carriers import ProjectCarriers, ProjectSources, compile_carriers
from connectors.jira.mapping.projects import project_place, to_project
from connectors.jira.opening import Opened
from connectors.jira.pulling.records import Made
from connectors.jira.pulling.scope import BY_CREATION, Scope, scope_of, without_order

NAMED = 20
"""Keys of projects that a message names."""


def listed_projects(opened: Opened, options: JiraOptions, carriers: ProjectCarriers) -> tuple[list[JSON], Scope]:
    """List the projects that are meant, with the scope that they make.

    Raises:
        ToolError: none is shown, which is a question and never an answer.
    """
    pages = opened.client.projects(sorted(carriers.properties))
    every = [project for page in pages for project in page if project.get("id") and project.get("key")]
    scope = scope_of(every, options.projects, options.jql)
    if not scope.projects:
        raise ToolError(_none(opened, options, every))
    return [project for project in every if str(project["id"]) in scope.projects], scope


def unmatched(options: JiraOptions, connector: str, projects: Sequence[JSON]) -> list[Problem]:
    """Say which keys or patterns of the configuration fit no project that is shown."""
    keys = [str(project["key"]).upper() for project in projects]
    return [
        Problem(
            f"No project that this account sees is called {pattern}.",
            f"{connector}: projects",
            "The others are read, and nothing is taken for gone.",
            "Write the key as Jira shows it, or let the account browse the project.",
            Weight.WARNING,
        )
        for pattern in options.projects
        if not any(fnmatchcase(key, pattern.upper()) for key in keys)
    ]


def carriers_of(opened: Opened, options: JiraOptions, context: ConnectorContext) -> ProjectCarriers:
    """Compile where the fields of projects live."""
    return compile_carriers(options, context, opened.catalogue)


def add_projects(
    made: Made, opened: Opened, options: JiraOptions, projects: Sequence[JSON], carriers: ProjectCarriers
) -> None:
    """Make the records of projects; what lives in charters that cannot be found is not known."""
    charters: Mapping[str, list[JSON]] = {}
    known = options.charter is not None
    try:
        charters = charters_of(opened, options, projects, carriers)
    except CallError as error:
        if error.status != 400:
            raise
        known = False
        made.problems.append(not_understood(opened, error))
    for raw in projects:
        found = charters.get(str(raw["id"]), [])
        # No search shows the issues of an archived project: that its charter was not found says nothing.
        read = known and len(found) <= 1 and not (raw.get("archived") is True and not found)
        sources = ProjectSources(found[0] if read and found else None, raw.get("properties") or {}, charter_read=read)
        made.add(to_project(raw, options, carriers, sources))
        made.retried.append(project_place(str(raw["id"])))
        if len(found) > 1:
            made.problems.append(several_charters(opened, raw, found))


def charters_of(
    opened: Opened, options: JiraOptions, projects: Sequence[JSON], carriers: ProjectCarriers
) -> Mapping[str, list[JSON]]:
    """Find the charter issues of all projects at once, by project.

    Raises:
        CallError: 400, the filter is wrong; or Jira does not answer.
    """
    found: dict[str, list[JSON]] = defaultdict(list)
    ids = ", ".join(str(project["id"]) for project in projects if project.get("archived") is not True)
    if options.charter is None or not ids:
        return found
    jql = f"project in ({ids}) AND ({without_order(options.charter.jql)}) ORDER BY {BY_CREATION}"
    fields = ["project", *sorted(carriers.charter_fields)]
    for page in opened.client.listed(jql):
        for part in opened.client.parts(page, fields, history=False):
            for issue in part().issues:
                found[str(issue["fields"]["project"]["id"])].append(issue)
    return found


def not_understood(opened: Opened, error: CallError) -> Problem:
    """Say that the filter for charters is wrong."""
    return Problem(
        f"Jira does not understand the filter for charters: {error.told}",
        f"{opened.connection.where}: charter.jql",
        "The fields of projects that live in charters are not known.",
        "Try the filter in Jira's own search, and copy it from there.",
        Weight.WARNING,
    )


def several_charters(opened: Opened, project: JSON, found: Sequence[JSON]) -> Problem:
    """Say that a project has more than one charter issue."""
    keys = ", ".join(str(issue.get("key")) for issue in found[:5])
    return Problem(
        f"{project['key']} has {len(found)} charter issues: {keys}.",
        f"{opened.connection.where}: charter.jql",
        "The fields of the project that live there are not known.",
        "Leave one charter in the project, or write a filter that finds one only.",
        Weight.WARNING,
    )


def _none(opened: Opened, options: JiraOptions, shown: Sequence[JSON]) -> Problem:
    name = opened.account.get("displayName") or "this account"
    if not shown:
        return Problem(
            f"Jira shows no project at all to {name}.",
            opened.connection.where,
            "Nothing was read, and nothing is taken for gone.",
            "Look whether this is the right Jira and account, and what the account may browse.",
        )
    keys = sorted(str(project["key"]) for project in shown)
    more = f" and {len(keys) - NAMED:,} more" if len(keys) > NAMED else ""
    return Problem(
        f"None of the {len(shown):,} projects that Jira shows to {name} is called {' or '.join(options.projects)}.",
        f"{opened.connection.where}: projects",
        "Nothing was read, and nothing is taken for gone.",
        f"Write keys as Jira shows them, or patterns such as LEG*; there are {', '.join(keys[:NAMED])}{more}.",
    )
