"""What to ask Asana for, by resource: only what is mapped, nested parts by name.

An answer holds what `opt_fields` names and the gid, nothing else; a nested object whose parts are not named comes as
`{}` (developers.asana.com, "Input/output options"; Asana/python-asana, issue 114).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from canonical.vocabulary import EntityKind
from connectors.asana.config import AsanaOptions
from connectors.asana.mapping.values import PARTS

Names = tuple[str, ...]

CUSTOM_FIELDS = tuple(f"custom_fields.{part}" for part in PARTS)
PERSON = ("gid", "name")
TASK: Names = (
    "name", "resource_subtype", "completed", "completed_at", "created_at", "modified_at", "due_on", "due_at",
    "start_on", "assignee.gid", "assignee.name", "created_by.gid", "created_by.name", "parent.gid", "num_subtasks",
    "is_rendered_as_separator", "memberships.project.gid", "memberships.project.name", "memberships.section.gid",
    "memberships.section.name", "dependencies.gid", "dependents.gid", "tags.gid", "tags.name", "permalink_url",
    "approval_status",
)  # fmt: skip
PROJECT: Names = (
    "name", "notes", "archived", "completed", "completed_at", "created_at", "modified_at", "due_on", "start_on",
    "owner.gid", "owner.name", "team.gid", "team.name", "workspace.gid", "permalink_url",
    "current_status_update.gid", "current_status_update.status_type", "project_brief.gid", "project_brief.text",
)  # fmt: skip
TIME_ENTRY: Names = (
    "duration_minutes", "entered_on", "created_at", "created_by.gid", "created_by.name", "task.gid",
    "attributable_to.gid", "categories.gid", "categories.name", "approval_status", "billable_status", "description",
)  # fmt: skip
STATUS_UPDATE: Names = (
    "title", "text", "status_type", "resource_subtype", "created_at", "modified_at", "author.gid", "author.name",
    "created_by.gid", "created_by.name", "parent.gid",
)  # fmt: skip
STORY: Names = (
    "resource_subtype", "created_at", "created_by.gid", "created_by.name", "assignee.gid", "assignee.name", "old_name",
    "new_name", "old_dates.due_on", "old_dates.due_at", "old_dates.start_on", "new_dates.due_on", "new_dates.due_at",
    "new_dates.start_on", "old_section.gid", "old_section.name", "old_section.project.gid", "new_section.gid",
    "new_section.name", "new_section.project.gid", "project.gid", "custom_field.gid", "old_text_value",
    "new_text_value", "old_number_value", "new_number_value", "old_enum_value.gid", "old_enum_value.name",
    "new_enum_value.gid", "new_enum_value.name", "old_multi_enum_values.gid", "old_multi_enum_values.name",
    "new_multi_enum_values.gid", "new_multi_enum_values.name", "old_date_value.due_on", "old_date_value.due_at",
    "new_date_value.due_on", "new_date_value.due_at", "old_people_value.gid", "old_people_value.name",
    "new_people_value.gid", "new_people_value.name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ask:
    """The `opt_fields` of each resource. Lists and single reads are asked for the same."""

    task: Names
    project: Names
    user: Names = ("name", "email")
    time_entry: Names = TIME_ENTRY
    timesheet: Names = ("user.gid", "start_date", "end_date", "approval_status")
    status_update: Names = STATUS_UPDATE
    portfolio: Names = ("name",)
    portfolio_item: Names = ("resource_type",)
    budget: Names = ("budget_type", "total.enabled", "total.value", "total.units", "parent.gid")
    rate: Names = ("rate", "currency_code", "parent.gid", "resource.gid", "resource.resource_type")
    allocation: Names = (
        "start_date", "end_date", "effort.type", "effort.value", "assignee.gid", "assignee.resource_type", "parent.gid",
        "parent.resource_type",
    )  # fmt: skip
    ooo_entry: Names = ("start_date", "end_date", "user.gid")
    goal: Names = ("name", "status")
    story: Names = STORY


def ask_for(
    options: AsanaOptions,
    *,
    tasks: bool,
    projects: bool,
    slots: Mapping[EntityKind, Sequence[str]] | None = None,
) -> Ask:
    """Say what to ask for; `tasks` and `projects`: whether custom fields of theirs are read, `slots`: what else is."""
    task: list[str] = [*TASK]
    if options.time_entries:
        task.append("actual_time_minutes")
    if options.kinds:
        task.append("custom_type.name")
    more = slots or {}
    return Ask(
        task=_once(*task, *(CUSTOM_FIELDS if tasks else ()), *more.get(EntityKind.TASK, ())),
        project=_once(*PROJECT, *(CUSTOM_FIELDS if projects else ()), *more.get(EntityKind.PROJECT, ())),
    )


def _once(*names: str) -> Names:
    return tuple(dict.fromkeys(names))
