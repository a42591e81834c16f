"""`pmohub check`: the configuration held against what this Jira has and lets this account do."""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from canonical.problems import Problem, Weight
from canonical.vocabulary import EntityKind
from connectors.base import ConnectorContext
from connectors.http import CallError, unprotected
from connectors.jira.client.api import JSON
from connectors.jira.config import Flavour, JiraOptions
from connectors.jira.mapping.carriers import ProjectCarriers
from connectors.jira.mapping.plan import compile_plan
from connectors.jira.opening import Opened
from connectors.jira.pulling.projects import (
    carriers_of,
    charters_of,
    listed_projects,
    not_understood,
    several_charters,
    unmatched,
)
from connectors.jira.pulling.scope import Scope
from connectors.jira.setup.screens import unwritable
from connectors.mapping.reading import fold

NAMED = {Flavour.CLOUD: "Jira Cloud", Flavour.DATA_CENTER: "Jira Data Center"}
NAMES = 20
"""So many names of statuses and types are listed where one is not known."""


def check(opened: Opened, options: JiraOptions, context: ConnectorContext) -> Iterator[Problem]:
    """Give each finding with its fix.

    Raises:
        ToolError: Jira does not answer, or shows no project that is meant.
    """
    plan = compile_plan(options, context, opened.catalogue, opened.flavour)
    carriers = carriers_of(opened, options, context)
    yield from map(_of_a_part, (*plan.problems, *carriers.problems))
    projects, scope = listed_projects(opened, options, carriers)
    yield from unmatched(options, context.id, projects)
    yield from _filter(opened, options, context, scope)
    yield from _names(opened, options, context)
    charters = yield from _charters(opened, options, context, projects, carriers)
    yield from unwritable(opened, options, context, scope, charters)
    yield from _rights(opened, options, context)


def describe(opened: Opened, options: JiraOptions, context: ConnectorContext) -> str:
    """Say what it is and how much of it is read.

    Raises:
        ToolError: Jira does not answer, or shows no project that is meant.
    """
    projects, scope = listed_projects(opened, options, carriers_of(opened, options, context))
    count = opened.client.count(scope.jql(opened.client.any_issue))
    title = f"{NAMED[opened.flavour]} {opened.info.get('version') or ''}".strip()
    noun = "project" if len(projects) == 1 else "projects"
    return f"{title}, {len(projects):,} {noun}" + ("" if count is None else f", about {count:,} issues")


def _of_a_part(problem: Problem) -> Problem:
    """Make a warning of what stops one field while the rest is read."""
    return replace(problem, weight=Weight.WARNING) if problem.weight is Weight.ERROR else problem


def _filter(opened: Opened, options: JiraOptions, context: ConnectorContext, scope: Scope) -> Iterator[Problem]:
    if options.jql is None:
        return
    try:
        opened.client.count(scope.jql(opened.client.any_issue))
    except CallError as error:
        if error.status != 400:
            raise
        yield Problem(
            f"Jira does not understand the filter: {error.told}",
            f"{context.id}: jql",
            "Nothing can be read with it.",
            "Try the filter in Jira's own search, and copy it from there.",
        )


def _names(opened: Opened, options: JiraOptions, context: ConnectorContext) -> Iterator[Problem]:
    """Say which statuses, types and link types the configuration names and this Jira has not."""
    client = opened.client
    if options.statuses:
        there = {**_listed(opened, "status"), **_listed(opened, "resolution")}
        yield from _unknown(options.statuses, there, context.id, "statuses", "status or resolution")
    if options.kinds:
        yield from _unknown(options.kinds, _listed(opened, "issuetype"), context.id, "kinds", "issue type")
    if "links" in options.model_fields_set:
        types = client.connection.get(client.api("issueLinkType")).get("issueLinkTypes") or []
        yield from _unknown(options.links, _folded(types), context.id, "links", "issue link type")


def _listed(opened: Opened, name: str) -> Mapping[str, str]:
    return _folded(opened.connection.get(opened.client.api(name)))


def _folded(rows: Any) -> Mapping[str, str]:
    """Give names as Jira writes them, by what they are compared by."""
    return {fold(name): name for row in rows if isinstance(row, dict) and (name := str(row.get("name")))}


def _unknown(
    named: Iterable[str], there: Mapping[str, str], connector: str, option: str, noun: str
) -> Iterator[Problem]:
    names = sorted(there.values(), key=str.casefold)
    more = f" and {len(names) - NAMES:,} more" if len(names) > NAMES else ""
    for name in named:
        if fold(name) not in there:
            yield Problem(
                f"This Jira has no {noun} called {name}.",
                f"{connector}: {option}",
                "The line has no effect.",
                f"Write the name as Jira has it: {', '.join(names[:NAMES])}{more}.",
                Weight.WARNING,
            )


def _charters(
    opened: Opened, options: JiraOptions, context: ConnectorContext, projects: Sequence[JSON], carriers: ProjectCarriers
) -> Generator[Problem, None, Mapping[str, Sequence[JSON]]]:
    """Say what is wrong with the charters, and give them by project."""
    if options.charter is None:
        if carriers.charter_fields:
            yield Problem(
                "Fields of projects live in charter issues, and nothing says which issues these are.",
                f"{context.id}: charter",
                "These fields are not known.",
                'Add a line such as charter = { jql = "issuetype = Charter" }.',
                Weight.WARNING,
            )
        return {}
    try:
        found = charters_of(opened, options, projects, carriers)
    except CallError as error:
        if error.status != 400:
            raise
        yield not_understood(opened, error)
        return {}
    under_way = [project for project in projects if project.get("archived") is not True]
    without = [str(project["key"]) for project in under_way if not found.get(str(project["id"]))]
    for project in projects:
        if len(issues := found.get(str(project["id"]), [])) > 1:
            yield several_charters(opened, project, issues)
    if without:
        yield Problem(
            f"{len(without):,} of {len(under_way):,} projects have no charter issue: {', '.join(without[:8])}.",
            f"{context.id}: charter.jql",
            "The fields that live there are empty for them, and cannot be written.",
            "Make an issue in each that the filter finds, or leave these projects out.",
            Weight.INFO,
        )
    return found


def _rights(opened: Opened, options: JiraOptions, context: ConnectorContext) -> Iterator[Problem]:
    open_road = unprotected(options, context)
    if open_road is not None:
        yield open_road
    yield from _writing(opened, context)
    try:
        next(opened.client.users(), None)
    except CallError as error:
        if error.status not in {400, 401, 403, 404}:
            raise
        yield Problem(
            "Jira does not list its users to this account.",
            context.id,
            "People are known from what they work on only.",
            "Give the account the global permission to browse users.",
            Weight.INFO,
        )


def _writing(opened: Opened, context: ConnectorContext) -> Iterator[Problem]:
    may = opened.permissions
    if may is None or not any(context.carriers.get(kind) for kind in (EntityKind.TASK, EntityKind.PROJECT)):
        return
    if not may.get("EDIT_ISSUES", True):
        yield Problem(
            "The account may not edit issues.",
            context.id,
            "Template fields are read; none can be written.",
            "Give the account the permission to edit issues in the projects that are to be written.",
            Weight.WARNING,
        )
    elif not (may.get("ADMINISTER", True) or may.get("ADMINISTER_PROJECTS", True)):
        yield Problem(
            "Jira lets only administrators write quietly.",
            context.id,
            "Watchers of an issue get a mail about each field that the hub writes.",
            "Make the account an administrator of the projects, or take the template field out of notifications.",
            Weight.INFO,
        )
