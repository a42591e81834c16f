"""Evaluations of the standards, what they found, and the exceptions that people granted."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from canonical.schema.columns import Instant, metadata

evaluation = Table(
    "evaluation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("standards", Text, nullable=False),
    Column("basis", Text, nullable=False, server_default=""),
    Column("opened", Integer, nullable=False),
    Column("reopened", Integer, nullable=False),
    Column("closed", Integer, nullable=False),
    Column("open", Integer, nullable=False),
)
"""`standards` is their version, `basis` hashes of what else all verdicts rest on: departments, stale connectors,
fields that connectors provide; projects whose verdicts do not change. Another makes the next evaluation look at all."""

rule_state = Table(
    "rule_state",
    metadata,
    Column("rule_id", Text, primary_key=True),
    Column("version", Text, nullable=False),
    Column("switched_on_at", Instant, nullable=False),
    Column("severity", Text, nullable=False),
    Column("rule_class", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("remedy", Text, nullable=False),
    Column("source", Text, nullable=False),
)
"""The rules in force as they were last applied, so that pages and exports need no standard at hand."""

deviation = Table(
    "deviation",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("rule_id", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("discriminator", Text, nullable=False, server_default=""),
    Column("project_id", Text),
    Column("department_id", Text),
    Column("connector", Text),
    Column("severity", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("close_reason", Text),
    Column("legacy", Boolean, nullable=False, server_default="0"),
    Column("unverified", Boolean, nullable=False, server_default="0"),
    Column("acknowledged_until", Date),
    Column("limb", Text, nullable=False, server_default=""),
    Column("item_count", Integer, nullable=False, server_default="1"),
    Column("message", Text, nullable=False),
    Column("evidence", Text, nullable=False, server_default="{}"),
    Column("rule_version", Text, nullable=False),
    Column("mode", Text),
    Column("first_seen_at", Instant, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("reopened", Integer, nullable=False, server_default="0"),
    Column("due_on", Date),
    Column("dismissed_by", Text),
    Column("dismissed_reason", Text),
    UniqueConstraint("rule_id", "subject_id", "discriminator"),
)
"""`subject`: an entity kind, or connector. `state`: open, waived, dismissed, closed; `close_reason`: resolved,
no_longer_required, item_gone. `limb`: which of the rule's conditions spoke. `item_count`: how many
items a group gathers. `evidence`: JSON of the values read, or of the items of a group."""
Index("ix_deviation_state", deviation.c.state)
Index("ix_deviation_project_id", deviation.c.project_id)
Index("ix_deviation_subject_id", deviation.c.subject_id)

item_verdict = Table(
    "item_verdict",
    metadata,
    Column("project_id", Text, nullable=False),
    Column("bundle", Text, nullable=False),
    Column("item_id", Text, nullable=False),
    Column("verdicts", Text, nullable=False),
    PrimaryKeyConstraint("project_id", "bundle", "item_id"),
    sqlite_with_rowid=False,
)
"""The verdicts of the last evaluation on each item, one character for each check of a bundle, so that counting anew
after a change judges nothing again. What the characters mean is the evaluation's own affair and holds as long as the
`basis` does; ask `verdict_count` and `deviation` instead. `project_id` is empty where an item has none. One bundle
holds for each project what the rules of its items read of it, instead of verdicts."""
Index("ix_item_verdict_item_id", item_verdict.c.item_id)

verdict_count = Table(
    "verdict_count",
    metadata,
    Column("rule_id", Text, nullable=False),
    Column("department_id", Text, nullable=False),
    Column("project_id", Text, nullable=False),
    Column("passes", Integer, nullable=False),
    Column("deviates", Integer, nullable=False),
    Column("unknown", Integer, nullable=False),
    Column("not_applicable", Integer, nullable=False),
    Column("reason", Text),
    PrimaryKeyConstraint("rule_id", "department_id", "project_id"),
)
"""Verdicts of the last evaluation by rule and project (`''` where an item has none); `reason` says why unknown."""

compliance_day = Table(
    "compliance_day",
    metadata,
    Column("day", Date, nullable=False),
    Column("department_id", Text, nullable=False),
    Column("rule_id", Text, nullable=False),
    Column("passes", Integer, nullable=False),
    Column("deviates", Integer, nullable=False),
    Column("unknown", Integer, nullable=False),
    Column("open", Integer, nullable=False),
    PrimaryKeyConstraint("day", "department_id", "rule_id"),
)
"""One row a day, so that a trend is drawn from what was seen, not recomputed from data edited since."""

project_day = Table(
    "project_day",
    metadata,
    Column("day", Date, nullable=False),
    Column("project_id", Text, nullable=False),
    Column("health", Text),
    Column("status", Text),
    Column("phase", Text),
    Column("planned_finish", Date),
    Column("baseline_finish", Date),
    Column("manager_id", Text),
    Column("sponsor_id", Text),
    Column("open_deviations", Integer, nullable=False),
    Column("open_critical", Integer, nullable=False),
    PrimaryKeyConstraint("day", "project_id"),
)
"""What the portfolio showed at the end of a day."""

waiver = Table(
    "waiver",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("rule_id", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("scope_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("granted_at", Instant, nullable=False),
    Column("expires_on", Date, nullable=False),
    Column("revoked_at", Instant),
)
"""`scope`: deviation, project, department; `scope_id`: the subject's id, the project's or the department's. `#` and the
discriminator follow a subject's id where a rule finds several deviations at it."""
