"""Plans, write-backs, their append-only journal, values assigned once, and what people put back after us."""

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from canonical.schema.columns import Instant, metadata

plan = Table(
    "plan",
    metadata,
    Column("id", Text, primary_key=True),
    Column("hash", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("problems", Text, nullable=False, server_default="[]"),
)

writeback = Table(
    "writeback",
    metadata,
    Column("id", Text, primary_key=True),
    Column("plan_id", Text, nullable=False),
    Column("connector", Text, nullable=False),
    Column("department_id", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("entity_id", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("key", Text),
    Column("field", Text, nullable=False),
    Column("carrier", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("hold", Text),
    Column("approved_by", Text),
    Column("approved_for", Text),
    Column("approved_at", Instant),
    Column("journaled_at", Instant),
    Column("ended_at", Instant),
    Column("outcome_reason", Text),
    Column("read_before", Text),
    Column("read_back", Text),
    Column("undo_of", Text),
    Column("run_id", Text),
    Column("policy", Text),
)
"""One proposed change of one field of one entity in one tool. `policy`: the standing approval in whose name it was
approved, as id@version; empty where a person did. `state`: proposed, approved, rejected, withdrawn,
journaled, then its outcome: applied, already_true, stale, overtook, refused, unknown; or undone. `hold` says why it
waits. `before`, `after` and what was read are written by `canonical.values.encode`."""
Index("ix_writeback_plan_id", writeback.c.plan_id)
Index("ix_writeback_entity_id_field", writeback.c.entity_id, writeback.c.field)
Index("ix_writeback_state", writeback.c.state)

writeback_event = Table(
    "writeback_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("writeback_id", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("on_behalf_of", Text),
    Column("detail", Text, nullable=False, server_default="{}"),
)
"""Appended to, never changed: proposed, approved, rejected, journaled, sent, verified, ended, undo_proposed, ..."""
Index("ix_writeback_event_writeback_id", writeback_event.c.writeback_id)

veto = Table(
    "veto",
    metadata,
    Column("entity_id", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    PrimaryKeyConstraint("entity_id", "field"),
)
"""What a person put back or changed after us is not written again until `writeback release` removes the row."""

writing_stop = Table(
    "writing_stop",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("connector", Text, nullable=False),
    Column("field", Text),
    Column("since", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("lifted_at", Instant),
    Column("lifted_by", Text),
)
"""Writing that a limit stopped, of a connector or of one field of it (`field`), until a person lets it start again."""
Index("ix_writing_stop_connector", writing_stop.c.connector)

assigned_value = Table(
    "assigned_value",
    metadata,
    Column("entity_id", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("entity_id", "field"),
)
"""Hub-owned values that are assigned once, such as the PMO id, and never recomputed."""
