"""`pmohub check`: the configuration held against what this account sees, and what the plan has."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from canonical.problems import Problem, Weight
from canonical.vocabulary import EntityKind
from connectors.asana.client.api import LACKING, Client
from connectors.asana.client.connection import JSON
from connectors.asana.config import AsanaOptions
from connectors.asana.mapping.catalogue import AsanaField
from connectors.asana.mapping.meaning import BEGUN
from connectors.asana.mapping.slots import Slot, slot_of
from connectors.asana.opening import NAMES, Opened, unmatched_projects, unmatched_workspaces
from connectors.asana.pulling.features import Feature
from connectors.asana.pulling.portfolios import missing_portfolios
from connectors.asana.setup.types import misfits
from connectors.base import ConnectorContext
from connectors.http import CallError, unprotected
from connectors.mapping.meaning import CANCELLED
from connectors.mapping.reading import fold

SHOWN = 8
LOOKED_AT = 50
"""Projects whose sections are looked at."""
PLAIN = frozenset({
    "to do", "todo", "open", "new", "backlog", "planned", "ready", "done", "complete", "completed", "closed",
    "zu erledigen", "offen", "erledigt", "fertig", "untitled section",
})  # fmt: skip
"""Names that say of themselves what they mean, and what open tasks there count as anyhow."""


def check(opened: Opened, options: AsanaOptions, context: ConnectorContext) -> Iterator[Problem]:
    """Give each finding with its fix.

    Raises:
        ToolError: Asana does not answer, or shows no project that is meant.
    """
    yield from unmatched_workspaces(opened)
    yield from map(_of_a_part, opened.plan.problems)
    yield from misfits(opened)
    yield from unmatched_projects(opened)
    yield from missing_portfolios(opened)
    yield from _words(opened, options, context.id)
    yield from _carriers(opened, options, context)
    yield from _features(opened, options, context.id)
    open_road = unprotected(options, context)
    if open_road is not None:
        yield open_road


def describe(opened: Opened) -> str:
    """Say how much of it is read.

    Raises:
        ToolError: Asana does not answer, or shows no project that is meant.
    """
    names = ", ".join(str(raw.get("name")) for raw in opened.workspaces)
    count = len(opened.listed.projects)
    noun = "project" if count == 1 else "projects"
    return f"Asana, {count:,} {noun} of {names}, as {opened.account.get('name') or opened.account['gid']}"


def _of_a_part(problem: Problem) -> Problem:
    """Make a warning of what stops one field while the rest is read."""
    return replace(problem, weight=Weight.WARNING) if problem.weight is Weight.ERROR else problem


def _words(opened: Opened, options: AsanaOptions, connector: str) -> Iterator[Problem]:
    """Say which of the named statuses are no section or option that is looked at, and which of these mean nothing."""
    there = {fold(name): name for name in _statuses(opened)}
    names = sorted(there.values(), key=str.casefold)
    whole = opened.plan.status is not None or len(opened.listed.projects) <= LOOKED_AT
    for word in options.statuses if there and whole else ():
        if fold(word) not in there:
            yield Problem(
                f"No project that is read has a section or an option called {word}.",
                f"{connector}: statuses",
                "The line has no effect.",
                f"Write the name as Asana has it: {', '.join(names[:NAMES])}.",
                Weight.WARNING,
            )
    placed = {*opened.plan.meanings, *PLAIN, *BEGUN, *CANCELLED}
    topics = [name for name in names if fold(name) not in placed]
    if topics:
        more = f" and {len(topics) - NAMES:,} more" if len(topics) > NAMES else ""
        yield Problem(
            f"{len(topics):,} statuses say nothing of how far a task is: {', '.join(topics[:NAMES])}{more}.",
            f"{connector}: statuses",
            "Open tasks there count as to do, and as in progress once time is logged on them.",
            f'If one means more, write it, as in statuses = {{ "{topics[0]}" = "in_progress" }}.',
            Weight.INFO,
        )


def _statuses(opened: Opened) -> set[str]:
    """Give the words that a status may be: the options of its field, or the sections of projects that are read."""
    status = opened.plan.status
    if status is not None:
        return {choice.name for choice in status.field.choices}
    projects = list(opened.listed.projects)[:LOOKED_AT]
    return {str(raw.get("name")) for project in projects for raw in opened.client.sections(project)}


def _carriers(opened: Opened, options: AsanaOptions, context: ConnectorContext) -> Iterator[Problem]:
    """Say which template fields cannot be written, and which projects have not got them."""
    projects = [raw for raws in opened.listed.meant.values() for raw in raws if raw.get("archived") is not True]
    for entity in (EntityKind.TASK, EntityKind.PROJECT):
        yield from _switched_off(entity, options, context)
        mapped = {each.name: each.field for each in opened.plan.own[entity]}
        for name in context.carriers.get(entity, {}):
            field = mapped.get(name)
            if field is None:
                continue
            place = f"{context.id}, template.{entity}.{name}"
            if field.read_only:
                yield _warning(f"{field.label} is filled by Asana itself.", place, "Name a field that people fill.")
            elif entity is EntityKind.TASK:
                yield from _without(field, [raw for raw in projects if field.id not in _settings(raw)], options, place)
            else:
                yield from _without_own(field, [raw for raw in projects if field.id not in _own(raw)], place)


def _switched_off(entity: EntityKind, options: AsanaOptions, context: ConnectorContext) -> Iterator[Problem]:
    """Say which carriers are written only where the configuration says so by name, and does not."""
    switches = {
        Slot.SECTION: ("sections", options.sections, "Write sections = true if tasks may be moved."),
        Slot.STATUS_UPDATE: (
            "post_status_updates",
            options.post_status_updates,
            "Write post_status_updates = true if it may be posted; Asana mails it to all followers.",
        ),
    }
    for name, carrier in context.carriers.get(entity, {}).items():
        switch = switches.get(slot_of(entity, carrier))
        if switch is not None and not switch[1]:
            place = f"{context.id}, template.{entity}.{name}"
            yield _warning(f"A {carrier} is written only with {switch[0]} = true.", place, switch[2])


def _without(field: AsanaField, without: Sequence[JSON], options: AsanaOptions, place: str) -> Iterator[Problem]:
    """Say in which projects the tasks have not got a field."""
    if without and not options.add_fields:
        yield Problem(
            f"The tasks of {len(without):,} projects have no field {field.label}: {_names(without)}.",
            place,
            "Nothing is said of it there, and nothing is written.",
            "Add the field to these projects in Asana, or write add_fields = true.",
            Weight.INFO,
        )


def _without_own(field: AsanaField, without: Sequence[JSON], place: str) -> Iterator[Problem]:
    """Say which projects have not got a field: they get it from a portfolio."""
    if without:
        yield Problem(
            f"{len(without):,} projects have no field {field.label} of their own: {_names(without)}.",
            place,
            "Nothing is said of it there, and nothing is written.",
            "Put them into a portfolio in Asana that has the field.",
            Weight.INFO,
        )


def _names(projects: Sequence[JSON]) -> str:
    shown = ", ".join(str(raw.get("name")) for raw in projects[:SHOWN])
    return shown + (f" and {len(projects) - SHOWN:,} more" if len(projects) > SHOWN else "")


def _own(raw: JSON) -> set[str]:
    return {str(each.get("gid")) for each in raw.get("custom_fields") or () if isinstance(each, dict)}


def _settings(raw: JSON) -> set[str]:
    settings = raw.get("custom_field_settings")
    fields = (
        (each.get("custom_field") for each in settings if isinstance(each, dict)) if isinstance(settings, list) else ()
    )
    return {str(each["gid"]) for each in fields if isinstance(each, dict) and each.get("gid")}


def _features(opened: Opened, options: AsanaOptions, connector: str) -> Iterator[Problem]:
    """Say once what the plan, or the account, does not have, and what is not known because of it."""
    for workspace, raws in opened.listed.meant.items():
        if not raws:
            continue
        name = next(str(raw.get("name")) for raw in opened.workspaces if str(raw["gid"]) == workspace)
        for feature, lost, call in _tries(opened, options, workspace, str(raws[0]["gid"])):
            try:
                call()
            except CallError as error:
                if error.status not in LACKING:
                    raise
                yield Problem(
                    f"{name} does not offer {feature} to this account ({error.status}).",
                    connector,
                    lost,
                    "If the plan has it, let the account see it; if not, nothing need be done.",
                    Weight.INFO,
                )


def _tries(
    opened: Opened, options: AsanaOptions, workspace: str, project: str
) -> Iterable[tuple[Feature, str, Callable[[], object]]]:
    client, now, me = opened.client, opened.now.date(), str(opened.account["gid"])
    few = ("gid",)
    yield Feature.SEARCH, "Changed subtasks are known by events alone.", lambda: client.found(workspace, {}, few)
    yield Feature.EVENTS, "Changes are seen by listing.", lambda: client.events(project, None)
    if options.time_entries:
        days = (now - timedelta(days=1), now)
        yield (
            Feature.ALL_TIME,
            "Logged time is read task by task, where that is to be had.",
            lambda: client.entries_page(workspace, few, days, None),
        )
    yield from _further(client, options, workspace, project, me)


def _further(
    client: Client, options: AsanaOptions, workspace: str, project: str, me: str
) -> Iterable[tuple[Feature, str, Callable[[], object]]]:
    few = ("gid",)
    tries: Sequence[tuple[object, Feature, str, Callable[[], object]]] = (
        (options.portfolios, Feature.PORTFOLIOS, "Portfolios of projects", lambda: client.portfolios(workspace, few)),
        (options.status_updates, Feature.STATUS_UPDATES, "Status reports", lambda: client.status_updates(project, few)),
        (options.budgets, Feature.BUDGETS, "Budgets", lambda: client.budgets(project, few)),
        (options.rates, Feature.RATES, "Cost rates", lambda: client.rates(project, few)),
        (options.goals, Feature.GOALS, "Objectives of projects", lambda: client.goals(project, few)),
        (options.allocations, Feature.ALLOCATIONS, "Allocations", lambda: client.allocations(project, few)),
        (options.absences, Feature.ABSENCES, "Absences", lambda: client.absences(me, workspace, few)),
    )
    for wanted, feature, lost, call in tries:
        if wanted:
            yield feature, f"{lost} are not known.", call


def _warning(what: str, place: str, next_step: str) -> Problem:
    return Problem(what, place, "It is read; it cannot be written.", next_step, Weight.WARNING)
