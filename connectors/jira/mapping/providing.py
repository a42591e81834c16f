"""Which fields of which records this connector supplies, by its configuration alone; pure."""

from collections.abc import Mapping

from canonical.records import RECORDS, Record
from canonical.vocabulary import EntityKind
from connectors.base import ConnectorContext
from connectors.jira.config import JiraOptions
from connectors.jira.mapping.people import KIND
from connectors.jira.mapping.plan import LISTS, own_fields
from connectors.jira.mapping.projects import CATEGORY, PROJECT_TYPE
from connectors.mapping.projects import MAPPABLE as PROJECT_FIELDS

TASK = (
    "project", "parent", "kind", "title", "status", "status_category", "priority", "assignee", "reporter", "due",
    "completed_at", "original_estimate", "remaining_estimate", "time_spent", "labels", "iteration_id",
    "iteration_name", "iteration_start", "iteration_end", "iteration_state",
)  # fmt: skip
REPORTED = frozenset({
    "status", "status_category", "assignee", "reporter", "priority", "title", "labels", "due", "original_estimate",
    "remaining_estimate", "time_spent", "project", "parent", "iteration_id", "iteration_name",
})  # fmt: skip
"""Fields of a task of whose every change Jira's changelog tells."""
PROJECT = ("name", "description", "manager", "archived")
PERSON = ("name", "email", "active")


def provided(options: JiraOptions, context: ConnectorContext) -> Mapping[EntityKind, frozenset[str]]:
    """Name the record fields that are supplied; custom fields and carriers as `fields.NAME`."""
    own = own_fields(options)
    task = {*TASK, *(name for name in options.fields if name not in own)}
    project = {*PROJECT, *(name for name in options.project_fields if name in PROJECT_FIELDS)}
    custom = {
        EntityKind.TASK: {*LISTS.values(), *own, *context.carriers.get(EntityKind.TASK, {})},
        EntityKind.PROJECT: {
            CATEGORY,
            PROJECT_TYPE,
            *(name for name in options.project_fields if name not in PROJECT_FIELDS),
            *context.carriers.get(EntityKind.PROJECT, {}),
        },
        EntityKind.PERSON: {KIND},
    }
    plain: dict[EntityKind, set[str]] = {EntityKind.TASK: task, EntityKind.PROJECT: project}
    plain[EntityKind.PERSON] = set(PERSON)
    plain[EntityKind.DEPENDENCY] = _own(EntityKind.DEPENDENCY) - {"lag"}
    if options.worklogs:
        plain[EntityKind.TIME_ENTRY] = _own(EntityKind.TIME_ENTRY) - {"billable", "approval"}
    return {
        kind: frozenset(names | {f"fields.{name}" for name in custom.get(kind, ())}) for kind, names in plain.items()
    }


def reported(options: JiraOptions) -> Mapping[EntityKind, frozenset[str]]:
    """Name the fields of a task of which every change is reported: those of the changelog that the mapping leaves."""
    if not options.history:
        return {}
    return {EntityKind.TASK: REPORTED - set(options.fields)}


def _own(kind: EntityKind) -> set[str]:
    return set(RECORDS[kind].model_fields) - set(Record.model_fields)
