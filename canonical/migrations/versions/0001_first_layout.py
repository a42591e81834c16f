"""The first layout, written out: what it makes never changes again, whatever the schema becomes."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0001"
down_revision = None

INSTANT = sa.BigInteger().with_variant(TIMESTAMP(timezone=True), "postgresql")
"""Milliseconds since 1970 where there is no type for a moment."""
NUMBERED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""SQLite numbers rows by itself in a column of this type only."""
TEXT, DATE, YES_NO, WHOLE, LARGE = sa.Text(), sa.Date(), sa.Boolean(), sa.Integer(), sa.BigInteger()
"""Money and points are kept in 1/10,000, percentages in 1/100, as large whole numbers."""


def upgrade() -> None:
    """Create every table and index."""
    create_projects()
    create_people()
    create_tasks()
    create_work()
    create_operations()
    create_history()
    create_governance()
    create_exceptions()
    create_writing()


def nullable(kind: sa.types.TypeEngine[Any], names: str) -> list[sa.Column[Any]]:
    """Columns of one type that may be empty."""
    return [sa.Column(name, kind) for name in names.split()]


def required(kind: sa.types.TypeEngine[Any], names: str, default: str | None = None) -> list[sa.Column[Any]]:
    """Columns of one type that may not."""
    return [sa.Column(name, kind, nullable=False, server_default=default) for name in names.split()]


def source_columns() -> list[sa.Column[Any]]:
    """Where a tool's record came from, and since when and until when it is there."""
    return [
        *required(TEXT, "connector external_id"),
        *nullable(TEXT, "key url scope"),
        *nullable(INSTANT, "source_created_at source_updated_at"),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        *nullable(INSTANT, "deleted_at lost_access_at"),
        sa.Column("content_hash", TEXT, nullable=False),
        sa.Column("fields", TEXT, nullable=False, server_default="{}"),
    ]


def source_indexes(table: str) -> None:
    """One row for each id of a tool, found by it and listed by scope."""
    op.create_index(f"uq_{table}_connector_external_id", table, ["connector", "external_id"], unique=True)
    op.create_index(f"ix_{table}_connector_scope", table, ["connector", "scope"])


def project_columns() -> list[sa.Column[Any]]:
    """What a project says of itself."""
    return [
        *nullable(TEXT, "name description status health phase objective portfolio"),
        *nullable(DATE, "planned_start planned_finish baseline_start baseline_finish actual_start"),
        *nullable(DATE, "actual_finish"),
        *nullable(LARGE, "percent_complete budget"),
        sa.Column("currency", TEXT),
        sa.Column("archived", YES_NO),
        sa.Column("delivery", TEXT),
        sa.Column("tier", WHOLE),
        *nullable(TEXT, "manager_id sponsor_id"),
    ]


def create_projects() -> None:
    """Departments and projects, as the PMO sees them and as each tool says."""
    op.create_table(
        "department",
        *required(TEXT, "id name mode timezone"),
        sa.Column("holidays", TEXT),
        sa.PrimaryKeyConstraint("id", name="pk_department"),
    )
    op.create_table(
        "project",
        sa.Column("id", TEXT, nullable=False),
        *nullable(TEXT, "pmo_id key url department_id"),
        *project_columns(),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        *nullable(INSTANT, "source_created_at deleted_at"),
        sa.Column("merged_into", TEXT),
        *nullable(INSTANT, "status_since phase_since last_activity_at"),
        sa.Column("last_status_update_on", DATE),
        sa.Column("content_hash", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_project"),
    )
    op.create_index("ix_project_department_id", "project", ["department_id"])
    op.create_table(
        "source_project",
        *required(TEXT, "id project_id"),
        *source_columns(),
        *project_columns(),
        *nullable(TEXT, "department_name department_id manager_ref sponsor_ref same_as_ref"),
        sa.PrimaryKeyConstraint("id", name="pk_source_project"),
    )
    source_indexes("source_project")
    op.create_index("ix_source_project_project_id", "source_project", ["project_id"])


def create_people() -> None:
    """People likewise, and who is who."""
    op.create_table(
        "person",
        sa.Column("id", TEXT, nullable=False),
        *nullable(TEXT, "name email"),
        sa.Column("active", TEXT, nullable=False),
        sa.Column("weekly_capacity", LARGE),
        sa.Column("capacity_from", DATE),
        sa.Column("cost_rate", LARGE),
        sa.Column("cost_rate_currency", TEXT),
        sa.Column("cost_rate_from", DATE),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        sa.Column("deleted_at", INSTANT),
        sa.Column("merged_into", TEXT),
        sa.Column("content_hash", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
    )
    op.create_index("ix_person_email", "person", ["email"])
    op.create_table(
        "source_person",
        *required(TEXT, "id person_id"),
        *source_columns(),
        *nullable(TEXT, "name email"),
        sa.Column("active", TEXT, nullable=False),
        sa.Column("weekly_capacity", LARGE),
        sa.Column("capacity_from", DATE),
        sa.Column("cost_rate", LARGE),
        sa.Column("cost_rate_currency", TEXT),
        sa.Column("cost_rate_from", DATE),
        sa.PrimaryKeyConstraint("id", name="pk_source_person"),
    )
    source_indexes("source_person")
    op.create_index("ix_source_person_person_id", "source_person", ["person_id"])
    op.create_table(
        "identity",
        *required(TEXT, "entity connector scheme value entity_id"),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("valid_to", INSTANT),
        sa.PrimaryKeyConstraint("entity", "connector", "scheme", "value", "entity_id", name="pk_identity"),
    )
    op.create_index("ix_identity_entity_id", "identity", ["entity_id"])
    op.create_table(
        "link",
        *required(TEXT, "id entity from_id to_id basis state actor"),
        sa.Column("reason", TEXT),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("undone_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_link"),
    )
    op.create_index("ix_link_to_id", "link", ["to_id"])


def create_tasks() -> None:
    """Tasks and what hangs on them."""
    op.create_table(
        "task",
        sa.Column("id", TEXT, nullable=False),
        *source_columns(),
        *nullable(TEXT, "project_ref source_project_id project_id parent_ref parent_id"),
        sa.Column("kind", TEXT, nullable=False),
        *nullable(TEXT, "title status status_category priority assignee_ref assignee_id reporter_ref"),
        *nullable(TEXT, "reporter_id"),
        *nullable(DATE, "planned_start due"),
        sa.Column("due_at", INSTANT),
        *nullable(DATE, "baseline_start baseline_finish actual_start"),
        sa.Column("completed_at", INSTANT),
        *nullable(LARGE, "original_estimate remaining_estimate time_spent percent_complete story_points"),
        *required(TEXT, "labels further_projects", default="[]"),
        *nullable(TEXT, "iteration_id iteration_name"),
        *nullable(DATE, "iteration_start iteration_end"),
        sa.Column("iteration_state", TEXT),
        sa.Column("is_leaf", YES_NO, nullable=False, server_default="1"),
        *nullable(INSTANT, "status_since last_activity_at"),
        sa.PrimaryKeyConstraint("id", name="pk_task"),
    )
    source_indexes("task")
    op.create_index("ix_task_assignee_id", "task", ["assignee_id"])
    op.create_index("ix_task_key", "task", ["key"])
    op.create_index("ix_task_parent_id", "task", ["parent_id"])
    op.create_index("ix_task_project_id_last_activity_at", "task", ["project_id", "last_activity_at"])
    op.create_table(
        "task_label",
        *required(TEXT, "label task_id"),
        sa.PrimaryKeyConstraint("label", "task_id", name="pk_task_label"),
    )
    op.create_index("ix_task_label_task_id", "task_label", ["task_id"])
    op.create_table(
        "further_project",
        *required(TEXT, "task_id project_ref"),
        sa.Column("source_project_id", TEXT),
        sa.PrimaryKeyConstraint("task_id", "project_ref", name="pk_further_project"),
    )


def create_work() -> None:
    """Time, dependencies, reports, mapped fields and calendars."""
    op.create_table(
        "time_entry",
        sa.Column("id", TEXT, nullable=False),
        *source_columns(),
        *nullable(TEXT, "task_ref task_id project_ref source_project_id project_id person_ref person_id"),
        sa.Column("work_date", DATE, nullable=False),
        sa.Column("started_at", INSTANT),
        sa.Column("duration", LARGE, nullable=False),
        sa.Column("billable", YES_NO),
        *nullable(TEXT, "approval note"),
        sa.PrimaryKeyConstraint("id", name="pk_time_entry"),
    )
    source_indexes("time_entry")
    op.create_index("ix_time_entry_person_id", "time_entry", ["person_id"])
    op.create_index("ix_time_entry_project_id_work_date", "time_entry", ["project_id", "work_date"])
    op.create_index("ix_time_entry_task_id", "time_entry", ["task_id"])
    op.create_table(
        "dependency",
        sa.Column("id", TEXT, nullable=False),
        *source_columns(),
        sa.Column("predecessor_ref", TEXT, nullable=False),
        sa.Column("predecessor_id", TEXT),
        sa.Column("successor_ref", TEXT, nullable=False),
        sa.Column("successor_id", TEXT),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("lag", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dependency"),
    )
    source_indexes("dependency")
    op.create_index("ix_dependency_predecessor_id", "dependency", ["predecessor_id"])
    op.create_index("ix_dependency_successor_id", "dependency", ["successor_id"])
    op.create_table(
        "status_update",
        sa.Column("id", TEXT, nullable=False),
        *source_columns(),
        sa.Column("project_ref", TEXT, nullable=False),
        *nullable(TEXT, "source_project_id project_id"),
        sa.Column("at", INSTANT, nullable=False),
        *nullable(TEXT, "author_ref author_id health text"),
        sa.PrimaryKeyConstraint("id", name="pk_status_update"),
    )
    source_indexes("status_update")
    op.create_index("ix_status_update_project_id_at", "status_update", ["project_id", "at"])
    op.create_table(
        "field_value",
        *required(TEXT, "entity_id name"),
        sa.Column("text", TEXT),
        sa.Column("number", LARGE),
        sa.Column("date", DATE),
        sa.Column("instant", INSTANT),
        sa.PrimaryKeyConstraint("entity_id", "name", name="pk_field_value"),
    )
    op.create_index("ix_field_value_name", "field_value", ["name"])
    op.create_table(
        "working_day",
        sa.Column("calendar", TEXT, nullable=False),
        sa.Column("day", DATE, nullable=False),
        sa.Column("ordinal", WHOLE, nullable=False),
        sa.Column("is_working", YES_NO, nullable=False),
        sa.PrimaryKeyConstraint("calendar", "day", name="pk_working_day"),
    )


def create_operations() -> None:
    """Connectors, leases, runs and what is between two batches."""
    op.create_table(
        "connector",
        *required(TEXT, "id kind department_id"),
        *nullable(TEXT, "fingerprint cursor"),
        sa.Column("provides", TEXT, nullable=False, server_default="{}"),
        sa.Column("fresh_for", WHOLE),
        *nullable(INSTANT, "last_success_at retired_at"),
        sa.PrimaryKeyConstraint("id", name="pk_connector"),
    )
    op.create_table(
        "lease",
        *required(TEXT, "name holder"),
        sa.Column("token", LARGE, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )
    op.create_table(
        "run",
        *required(TEXT, "id kind"),
        *nullable(TEXT, "connector lease"),
        sa.Column("token", LARGE),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        *nullable(TEXT, "config_version cursor_before cursor_after"),
        *required(WHOLE, "seen changed unchanged deleted lost_access quarantined requests", default="0"),
        sa.Column("waited", sa.Float(), nullable=False, server_default="0"),
        sa.Column("peak_memory", LARGE),
        sa.Column("stages", TEXT, nullable=False, server_default="{}"),
        sa.Column("problems", TEXT, nullable=False, server_default="[]"),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
    )
    op.create_index("ix_run_connector_started_at", "run", ["connector", "started_at"])
    op.create_table(
        "quarantine",
        *required(TEXT, "connector entity place"),
        sa.Column("external_id", TEXT),
        *required(TEXT, "reason remedy raw"),
        sa.Column("scope", TEXT),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("run_id", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("connector", "entity", "place", name="pk_quarantine"),
    )
    op.create_table(
        "sighting",
        *required(TEXT, "connector entity scope external_id"),
        sa.PrimaryKeyConstraint("connector", "entity", "scope", "external_id", name="pk_sighting"),
        sqlite_with_rowid=False,
    )


def create_history() -> None:
    """Changes, and what is still to be looked at."""
    op.create_table(
        "change",
        sa.Column("id", NUMBERED, nullable=False),
        *required(TEXT, "entity entity_id field"),
        *nullable(TEXT, "old new"),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", TEXT),
        sa.Column("how_known", TEXT, nullable=False),
        sa.Column("by_hub", YES_NO, nullable=False, server_default="0"),
        sa.Column("run_id", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_change"),
    )
    op.create_index("ix_change_entity_id_at", "change", ["entity_id", "at"])
    op.create_table(
        "touched",
        sa.Column("id", NUMBERED, nullable=False),
        *required(TEXT, "entity entity_id"),
        sa.PrimaryKeyConstraint("id", name="pk_touched"),
    )
    op.create_table(
        "unevaluated",
        *required(TEXT, "entity entity_id"),
        sa.PrimaryKeyConstraint("entity", "entity_id", name="pk_unevaluated"),
    )
    op.create_table(
        "unresolved",
        *required(TEXT, "entity entity_id field connector ref reason"),
        sa.PrimaryKeyConstraint("entity_id", "field", name="pk_unresolved"),
    )
    op.create_table(
        "resolution",
        sa.Column("id", WHOLE, nullable=False, autoincrement=False),
        *required(TEXT, "settings run_id"),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_resolution"),
    )


def create_governance() -> None:
    """Verdicts and deviations."""
    op.create_table(
        "evaluation",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("standards", TEXT, nullable=False),
        sa.Column("basis", TEXT, nullable=False, server_default=""),
        *required(WHOLE, "opened reopened closed open"),
        sa.PrimaryKeyConstraint("id", name="pk_evaluation"),
    )
    op.create_table(
        "rule_state",
        *required(TEXT, "rule_id version"),
        sa.Column("switched_on_at", INSTANT, nullable=False),
        *required(TEXT, "severity rule_class title remedy source"),
        sa.PrimaryKeyConstraint("rule_id", name="pk_rule_state"),
    )
    op.create_table(
        "deviation",
        sa.Column("number", WHOLE, nullable=False),
        *required(TEXT, "rule_id subject subject_id"),
        sa.Column("discriminator", TEXT, nullable=False, server_default=""),
        *nullable(TEXT, "project_id department_id connector"),
        *required(TEXT, "severity state"),
        sa.Column("close_reason", TEXT),
        *required(YES_NO, "legacy unverified", default="0"),
        sa.Column("acknowledged_until", DATE),
        sa.Column("limb", TEXT, nullable=False, server_default=""),
        sa.Column("item_count", WHOLE, nullable=False, server_default="1"),
        sa.Column("message", TEXT, nullable=False),
        sa.Column("evidence", TEXT, nullable=False, server_default="{}"),
        sa.Column("rule_version", TEXT, nullable=False),
        sa.Column("mode", TEXT),
        *required(INSTANT, "first_seen_at opened_at"),
        sa.Column("closed_at", INSTANT),
        sa.Column("reopened", WHOLE, nullable=False, server_default="0"),
        sa.Column("due_on", DATE),
        *nullable(TEXT, "dismissed_by dismissed_reason"),
        sa.PrimaryKeyConstraint("number", name="pk_deviation"),
        sa.UniqueConstraint(
            "rule_id", "subject_id", "discriminator", name="uq_deviation_rule_id_subject_id_discriminator"
        ),
    )
    op.create_index("ix_deviation_project_id", "deviation", ["project_id"])
    op.create_index("ix_deviation_state", "deviation", ["state"])
    op.create_index("ix_deviation_subject_id", "deviation", ["subject_id"])
    op.create_table(
        "verdict_count",
        *required(TEXT, "rule_id department_id project_id"),
        *required(WHOLE, "passes deviates unknown not_applicable"),
        sa.Column("reason", TEXT),
        sa.PrimaryKeyConstraint("rule_id", "department_id", "project_id", name="pk_verdict_count"),
    )


def create_exceptions() -> None:
    """Snapshots of days, and waivers."""
    op.create_table(
        "compliance_day",
        sa.Column("day", DATE, nullable=False),
        *required(TEXT, "department_id rule_id"),
        *required(WHOLE, "passes deviates unknown open"),
        sa.PrimaryKeyConstraint("day", "department_id", "rule_id", name="pk_compliance_day"),
    )
    op.create_table(
        "project_day",
        sa.Column("day", DATE, nullable=False),
        sa.Column("project_id", TEXT, nullable=False),
        *nullable(TEXT, "health status phase"),
        *nullable(DATE, "planned_finish baseline_finish"),
        *nullable(TEXT, "manager_id sponsor_id"),
        *required(WHOLE, "open_deviations open_critical"),
        sa.PrimaryKeyConstraint("day", "project_id", name="pk_project_day"),
    )
    op.create_table(
        "waiver",
        sa.Column("id", WHOLE, nullable=False),
        *required(TEXT, "rule_id scope scope_id reason author"),
        sa.Column("granted_at", INSTANT, nullable=False),
        sa.Column("expires_on", DATE, nullable=False),
        sa.Column("revoked_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_waiver"),
    )


def create_writing() -> None:
    """Plans and write-backs."""
    op.create_table(
        "plan",
        *required(TEXT, "id hash"),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("problems", TEXT, nullable=False, server_default="[]"),
        sa.PrimaryKeyConstraint("id", name="pk_plan"),
    )
    op.create_table(
        "writeback",
        *required(TEXT, "id plan_id connector department_id mode entity entity_id external_id"),
        sa.Column("key", TEXT),
        *required(TEXT, "field carrier before after reason state"),
        *nullable(TEXT, "hold approved_by approved_for"),
        *nullable(INSTANT, "approved_at journaled_at ended_at"),
        *nullable(TEXT, "outcome_reason read_before read_back undo_of run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_writeback"),
    )
    op.create_index("ix_writeback_entity_id_field", "writeback", ["entity_id", "field"])
    op.create_index("ix_writeback_plan_id", "writeback", ["plan_id"])
    op.create_index("ix_writeback_state", "writeback", ["state"])
    op.create_table(
        "writeback_event",
        sa.Column("id", WHOLE, nullable=False),
        *required(TEXT, "writeback_id event"),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("on_behalf_of", TEXT),
        sa.Column("detail", TEXT, nullable=False, server_default="{}"),
        sa.PrimaryKeyConstraint("id", name="pk_writeback_event"),
    )
    op.create_index("ix_writeback_event_writeback_id", "writeback_event", ["writeback_id"])
    op.create_table(
        "veto",
        *required(TEXT, "entity_id field"),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("entity_id", "field", name="pk_veto"),
    )
    op.create_table(
        "assigned_value",
        *required(TEXT, "entity_id field value"),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("entity_id", "field", name="pk_assigned_value"),
    )
