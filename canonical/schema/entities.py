"""What the tools say (`source_*`, task, time entry, ...) and what the PMO sees of it (project, person).

Columns ending in `_ref` keep a reference as the tool writes it; the `_id` beside it is what it resolves to, NULL while
unresolved. A row is rewritten only when its content changed, so there is no last-seen column.
"""

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, PrimaryKeyConstraint, Table, Text

from canonical.schema.columns import (
    Amount,
    Instant,
    Percentage,
    id_column,
    metadata,
    source_columns,
    source_indexes,
)


def project_columns() -> list[Column]:  # type: ignore[type-arg]  # columns of many types
    """What a project says of itself, in a tool's record and in the PMO's row alike."""
    return [
        Column("name", Text),
        Column("description", Text),
        Column("status", Text),
        Column("health", Text),
        Column("phase", Text),
        Column("objective", Text),
        Column("portfolio", Text),
        Column("planned_start", Date),
        Column("planned_finish", Date),
        Column("baseline_start", Date),
        Column("baseline_finish", Date),
        Column("actual_start", Date),
        Column("actual_finish", Date),
        Column("percent_complete", Percentage),
        Column("budget", Amount),
        Column("currency", Text),
        Column("archived", Boolean),
        Column("delivery", Text),
        Column("tier", Integer),
        Column("manager_id", Text),
        Column("sponsor_id", Text),
    ]


department = Table(
    "department",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("holidays", Text),
)

project = Table(
    "project",
    metadata,
    id_column(),
    Column("pmo_id", Text),
    Column("key", Text),
    Column("url", Text),
    Column("department_id", Text),
    *project_columns(),
    Column("first_seen_at", Instant, nullable=False),
    Column("source_created_at", Instant),
    Column("deleted_at", Instant),
    Column("merged_into", Text),
    Column("status_since", Instant),
    Column("phase_since", Instant),
    Column("last_activity_at", Instant),
    Column("last_status_update_on", Date),
    Column("content_hash", Text, nullable=False),
)
Index("ix_project_department_id", project.c.department_id)

source_project = Table(
    "source_project",
    metadata,
    id_column(),
    Column("project_id", Text, nullable=False),
    *source_columns(),
    *project_columns(),
    Column("department_name", Text),
    Column("department_id", Text),
    Column("manager_ref", Text),
    Column("sponsor_ref", Text),
    Column("same_as_ref", Text),
)
source_indexes(source_project)
Index("ix_source_project_project_id", source_project.c.project_id)

person = Table(
    "person",
    metadata,
    id_column(),
    Column("name", Text),
    Column("email", Text),
    Column("active", Text, nullable=False),
    Column("weekly_capacity", BigInteger),
    Column("capacity_from", Date),
    Column("cost_rate", Amount),
    Column("cost_rate_currency", Text),
    Column("cost_rate_from", Date),
    Column("first_seen_at", Instant, nullable=False),
    Column("deleted_at", Instant),
    Column("merged_into", Text),
    Column("content_hash", Text, nullable=False),
)
Index("ix_person_email", person.c.email)

source_person = Table(
    "source_person",
    metadata,
    id_column(),
    Column("person_id", Text, nullable=False),
    *source_columns(),
    Column("name", Text),
    Column("email", Text),
    Column("active", Text, nullable=False),
    Column("weekly_capacity", BigInteger),
    Column("capacity_from", Date),
    Column("cost_rate", Amount),
    Column("cost_rate_currency", Text),
    Column("cost_rate_from", Date),
)
source_indexes(source_person)
Index("ix_source_person_person_id", source_person.c.person_id)

task = Table(
    "task",
    metadata,
    id_column(),
    *source_columns(),
    Column("project_ref", Text),
    Column("source_project_id", Text),
    Column("project_id", Text),
    Column("parent_ref", Text),
    Column("parent_id", Text),
    Column("kind", Text, nullable=False),
    Column("title", Text),
    Column("status", Text),
    Column("status_category", Text),
    Column("priority", Text),
    Column("assignee_ref", Text),
    Column("assignee_id", Text),
    Column("reporter_ref", Text),
    Column("reporter_id", Text),
    Column("planned_start", Date),
    Column("due", Date),
    Column("due_at", Instant),
    Column("baseline_start", Date),
    Column("baseline_finish", Date),
    Column("actual_start", Date),
    Column("completed_at", Instant),
    Column("original_estimate", BigInteger),
    Column("remaining_estimate", BigInteger),
    Column("time_spent", BigInteger),
    Column("percent_complete", Percentage),
    Column("story_points", Amount),
    Column("labels", Text, nullable=False, server_default="[]"),
    Column("further_projects", Text, nullable=False, server_default="[]"),
    Column("iteration_id", Text),
    Column("iteration_name", Text),
    Column("iteration_start", Date),
    Column("iteration_end", Date),
    Column("iteration_state", Text),
    Column("is_leaf", Boolean, nullable=False, server_default="1"),
    Column("status_since", Instant),
    Column("last_activity_at", Instant),
)
source_indexes(task)
Index("ix_task_project_id_last_activity_at", task.c.project_id, task.c.last_activity_at)
Index("ix_task_parent_id", task.c.parent_id)
Index("ix_task_assignee_id", task.c.assignee_id)
Index("ix_task_key", task.c.key)

task_label = Table(
    "task_label",
    metadata,
    Column("label", Text, nullable=False),
    Column("task_id", Text, nullable=False),
    PrimaryKeyConstraint("label", "task_id"),
)
Index("ix_task_label_task_id", task_label.c.task_id)

further_project = Table(
    "further_project",
    metadata,
    Column("task_id", Text, nullable=False),
    Column("project_ref", Text, nullable=False),
    Column("source_project_id", Text),
    PrimaryKeyConstraint("task_id", "project_ref"),
)

time_entry = Table(
    "time_entry",
    metadata,
    id_column(),
    *source_columns(),
    Column("task_ref", Text),
    Column("task_id", Text),
    Column("project_ref", Text),
    Column("source_project_id", Text),
    Column("project_id", Text),
    Column("person_ref", Text),
    Column("person_id", Text),
    Column("work_date", Date, nullable=False),
    Column("started_at", Instant),
    Column("duration", BigInteger, nullable=False),
    Column("billable", Boolean),
    Column("approval", Text),
    Column("note", Text),
)
source_indexes(time_entry)
Index("ix_time_entry_task_id", time_entry.c.task_id)
Index("ix_time_entry_project_id_work_date", time_entry.c.project_id, time_entry.c.work_date)
Index("ix_time_entry_person_id", time_entry.c.person_id)

dependency = Table(
    "dependency",
    metadata,
    id_column(),
    *source_columns(),
    Column("predecessor_ref", Text, nullable=False),
    Column("predecessor_id", Text),
    Column("successor_ref", Text, nullable=False),
    Column("successor_id", Text),
    Column("type", Text, nullable=False),
    Column("lag", Integer, nullable=False),
)
source_indexes(dependency)
Index("ix_dependency_predecessor_id", dependency.c.predecessor_id)
Index("ix_dependency_successor_id", dependency.c.successor_id)

status_update = Table(
    "status_update",
    metadata,
    id_column(),
    *source_columns(),
    Column("project_ref", Text, nullable=False),
    Column("source_project_id", Text),
    Column("project_id", Text),
    Column("at", Instant, nullable=False),
    Column("author_ref", Text),
    Column("author_id", Text),
    Column("health", Text),
    Column("text", Text),
)
source_indexes(status_update)
Index("ix_status_update_project_id_at", status_update.c.project_id, status_update.c.at)

allocation = Table(
    "allocation",
    metadata,
    id_column(),
    *source_columns(),
    Column("project_ref", Text),
    Column("source_project_id", Text),
    Column("project_id", Text),
    Column("person_ref", Text),
    Column("person_id", Text),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date),
    Column("weekly_effort", BigInteger),
    Column("percent", Percentage),
)
source_indexes(allocation)
Index("ix_allocation_project_id", allocation.c.project_id)
Index("ix_allocation_person_id", allocation.c.person_id)

leave = Table(
    "leave",
    metadata,
    id_column(),
    *source_columns(),
    Column("person_ref", Text),
    Column("person_id", Text),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date),
)
source_indexes(leave)
Index("ix_leave_person_id", leave.c.person_id)

field_value = Table(
    "field_value",
    metadata,
    Column("entity_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("text", Text),
    Column("number", Amount),
    Column("date", Date),
    Column("instant", Instant),
    PrimaryKeyConstraint("entity_id", "name"),
)
Index("ix_field_value_name", field_value.c.name)

working_day = Table(
    "working_day",
    metadata,
    Column("calendar", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("is_working", Boolean, nullable=False),
    PrimaryKeyConstraint("calendar", "day"),
)
"""One row a day and calendar; `ordinal` counts the working days up to and including the day, so that the working days
after a until b are ordinal(b) - ordinal(a). The calendar is named by the department's id."""
