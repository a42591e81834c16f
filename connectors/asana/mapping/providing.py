"""Which fields of which records this connector supplies, by its configuration alone; pure."""

from collections.abc import Mapping

from canonical.vocabulary import EntityKind
from connectors.asana.config import AsanaOptions
from connectors.asana.mapping.plan import own_fields
from connectors.asana.mapping.projects import BRIEF, BUDGET_HOURS, TEAM
from connectors.asana.mapping.tasks import APPROVAL
from connectors.asana.mapping.time_entries import CATEGORY
from connectors.asana.mapping.values import TASK_FIELDS
from connectors.base import ConnectorContext
from connectors.mapping.projects import MAPPABLE as PROJECT_FIELDS

TASK = frozenset({
    "project", "further_projects", "parent", "kind", "title", "status", "status_category", "priority", "assignee",
    "reporter", "planned_start", "due", "due_at", "completed_at", "original_estimate", "labels",
})  # fmt: skip
PROJECT = frozenset({
    "name", "description", "status", "health", "manager", "planned_start", "planned_finish", "actual_finish",
    "archived",
})  # fmt: skip
TIME_ENTRY = frozenset({"task", "project", "person", "work_date", "duration", "billable", "approval", "note"})
ALLOCATION = frozenset({"person", "project", "first_day", "last_day", "weekly_effort", "percent"})
LEAVE = frozenset({"person", "first_day", "last_day"})
STATUS_UPDATE = frozenset({"project", "at", "author", "health", "text"})
REPORTED = frozenset({"title", "assignee", "due", "due_at", "planned_start"})
"""Fields of a task of whose every change stories tell."""


def provided(options: AsanaOptions, context: ConnectorContext) -> Mapping[EntityKind, frozenset[str]]:
    """Name the record fields that are supplied; custom fields and carriers as `fields.NAME`."""
    task, project = set(TASK), set(PROJECT)
    person, custom = {"name", "email"}, {APPROVAL}
    own = {TEAM, BRIEF}
    if options.time_entries:
        task.add("time_spent")
    if options.portfolios:
        project.add("portfolio")
    if options.goals:
        project.add("objective")
    if options.budgets:
        project |= {"budget", "currency"}
        own.add(BUDGET_HOURS)
    if options.rates:
        person |= {"cost_rate", "cost_rate_currency"}
    task |= options.fields.keys() & TASK_FIELDS
    project |= options.project_fields.keys() & PROJECT_FIELDS
    custom |= {*own_fields(options), *context.carriers.get(EntityKind.TASK, {})}
    own |= {*own_fields(options, EntityKind.PROJECT), *context.carriers.get(EntityKind.PROJECT, {})}
    plain: dict[EntityKind, set[str]] = {
        EntityKind.TASK: task | _named(custom),
        EntityKind.PROJECT: project | _named(own),
        EntityKind.PERSON: person,
        EntityKind.DEPENDENCY: {"predecessor", "successor", "type"},
    }
    if options.time_entries:
        plain[EntityKind.TIME_ENTRY] = set(TIME_ENTRY) | _named({CATEGORY})
    if options.status_updates:
        plain[EntityKind.STATUS_UPDATE] = set(STATUS_UPDATE)
    if options.allocations:
        plain[EntityKind.ALLOCATION] = set(ALLOCATION)
    if options.absences:
        plain[EntityKind.LEAVE] = set(LEAVE)
    return {kind: frozenset(names) for kind, names in plain.items()}


def reported(options: AsanaOptions) -> Mapping[EntityKind, frozenset[str]]:
    """Name the fields of a task of which every change is reported: those of the stories that the mapping leaves."""
    return {EntityKind.TASK: REPORTED - options.fields.keys()} if options.history else {}


def _named(custom: set[str]) -> set[str]:
    return {f"fields.{name}" for name in custom}
