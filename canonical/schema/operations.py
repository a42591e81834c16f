"""Connectors, their leases and runs, quarantine, sightings and the change log."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, PrimaryKeyConstraint, Table, Text

from canonical.schema.columns import Instant, metadata

connector = Table(
    "connector",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("department_id", Text, nullable=False),
    Column("fingerprint", Text),
    Column("cursor", Text),
    Column("provides", Text, nullable=False, server_default="{}"),
    Column("fresh_for", Integer),
    Column("last_success_at", Instant),
    Column("retired_at", Instant),
    Column("census_at", Instant),
    Column("precondition", Text),
    Column("credential_expires_at", Instant),
    Column("account", Text),
    Column("reports", Text, nullable=False, server_default="{}"),
)
"""`cursor`: JSON, safe to resume from; stored in the transaction of its batch. `provides`: JSON, fields by entity.
`fresh_for`: seconds after `last_success_at` in which what it said still counts. `census_at`: when all that is visible
was last listed. `precondition`: how surely a team's edit in the moment of writing is kept, as its writer last said.
`credential_expires_at`: as the tool said in the last run. `account`: who the hub is in the tool's history. `reports`:
JSON, by entity the fields of which its pulls report every change since the item was made."""

lease = Table(
    "lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("token", BigInteger, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

run = Table(
    "run",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("connector", Text),
    Column("lease", Text),
    Column("token", BigInteger),
    Column("state", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("config_version", Text),
    Column("cursor_before", Text),
    Column("cursor_after", Text),
    Column("seen", Integer, nullable=False, server_default="0"),
    Column("changed", Integer, nullable=False, server_default="0"),
    Column("unchanged", Integer, nullable=False, server_default="0"),
    Column("deleted", Integer, nullable=False, server_default="0"),
    Column("lost_access", Integer, nullable=False, server_default="0"),
    Column("quarantined", Integer, nullable=False, server_default="0"),
    Column("requests", Integer, nullable=False, server_default="0"),
    Column("waited", Float, nullable=False, server_default="0"),
    Column("peak_memory", BigInteger),
    Column("stages", Text, nullable=False, server_default="{}"),
    Column("problems", Text, nullable=False, server_default="[]"),
    Column("waits", Text, nullable=False, server_default="{}"),
    Column("outcomes", Text, nullable=False, server_default="{}"),
    Column("cancel_asked_at", Instant),
    Column("cancel_asked_by", Text),
)
"""`kind`: sync, resolve, evaluate, plan, apply, move, retire, purge. `lease` and `token`: under which taking of which
lease it works; when that has expired and the run has not ended, it is lost. `state`: running, done, in_part, failed,
cancelled, lost. `stages`: seconds by stage, JSON. `waited`: seconds in all, `waits`: by reason, JSON. `outcomes`: JSON,
what was written by outcome, or what else the kind counts. `peak_memory`: bytes. `problems`: JSON list of problems in
words. `cancel_asked_at`: since when somebody wants it to stop."""
Index("ix_run_connector_started_at", run.c.connector, run.c.started_at)

hold = Table(
    "hold",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("since", Instant, nullable=False),
    Column("problem", Text, nullable=False),
    Column("released_at", Instant),
    Column("released_by", Text),
)
"""Runs whose result a person must look at before anything is written or told: why (`problem`, JSON), and who did."""

quarantine = Table(
    "quarantine",
    metadata,
    Column("connector", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("external_id", Text),
    Column("reason", Text, nullable=False),
    Column("remedy", Text, nullable=False),
    Column("raw", Text, nullable=False),
    Column("scope", Text),
    Column("since", Instant, nullable=False),
    Column("run_id", Text, nullable=False),
    PrimaryKeyConstraint("connector", "entity", "place"),
)
"""Records that could not be mapped, whole, with the reason; `place` is exact (workbook, sheet, row; request, id)."""

sighting = Table(
    "sighting",
    metadata,
    Column("connector", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    PrimaryKeyConstraint("connector", "entity", "scope", "external_id"),
    sqlite_with_rowid=False,
)
"""Ids seen by the listing under way in a scope; emptied when the listing is complete or starts again. The row with an
empty id says that a listing is under way."""

change = Table(
    "change",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("entity", Text, nullable=False),
    Column("entity_id", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("old", Text),
    Column("new", Text),
    Column("at", Instant, nullable=False),
    Column("actor", Text),
    Column("how_known", Text, nullable=False),
    Column("by_hub", Boolean, nullable=False, server_default="0"),
    Column("run_id", Text, nullable=False),
    Column("connector", Text),
    Column("change_id", Text),
    Column("earliest", Instant),
    Column("latest", Instant),
)
"""Old and new as `canonical.values.encode` writes them. A tombstone is a change of the field `deleted_at`. What the
tool reported has its `connector` and the tool's own `change_id`, and may come before its entity, whose id is known
ahead. What the hub saw happened between `earliest` and `latest`, by when the tool says that the item was updated before
and then, and gives way to the reported change; of that one they say when the item may have been "updated" by it."""
Index("ix_change_entity_id_at", change.c.entity_id, change.c.at)
Index("uq_change_connector_change_id_field", change.c.connector, change.c.change_id, change.c.field, unique=True)

touched = Table(
    "touched",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("entity", Text, nullable=False),
    Column("entity_id", Text, nullable=False),
)
"""Rows that a batch inserted, changed or tombstoned, appended in the batch's own transaction; the next resolution takes
them, so that it need not look at what nobody touched. `entity_id` is the source row's id. Doubles do no harm."""

unresolved = Table(
    "unresolved",
    metadata,
    Column("entity", Text, nullable=False),
    Column("entity_id", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("connector", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("reason", Text, nullable=False),
    PrimaryKeyConstraint("entity_id", "field"),
)
"""References that name nothing known (`reason` missing) or more than one thing (ambiguous); tried again in each
resolution."""

unevaluated = Table(
    "unevaluated",
    metadata,
    Column("entity", Text, nullable=False),
    Column("entity_id", Text, nullable=False),
    PrimaryKeyConstraint("entity", "entity_id"),
)
"""What was inserted, changed or tombstoned and not held against the standards since: written in the transaction of the
resolution, emptied in that of the evaluation. The entity `everything`, with an empty id, stands for all rows."""

resolution = Table(
    "resolution",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("settings", Text, nullable=False),
    Column("run_id", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
"""One row: the settings under which all rows were last resolved; others, or none, make the next one look at all."""

told = Table(
    "told",
    metadata,
    Column("recipient", Text, nullable=False),
    Column("matter", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("recipient", "matter"),
)
"""What a recipient of notices was last told of a matter (`deviation:12`, `connector:plans`), and when. `token` is the
state that was told; another one is news."""
