"""Store one batch of a pull in one transaction, together with the cursor that is safe once it is stored."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Connection, Engine, text, update

from canonical.database import writing
from canonical.garbage import no_collections
from canonical.intake import Batch, Cursor, Quarantined
from canonical.problems import Problem
from canonical.records import Record
from canonical.schema.operations import connector as connectors
from canonical.store import listings, quarantine
from canonical.store.changes import Origin
from canonical.store.connectors import account_of
from canonical.store.layout import TABLES
from canonical.store.leases import Lease, require
from canonical.store.plausibility import DeletionLimits, check_deletions
from canonical.store.reported import store_changes
from canonical.store.upserts import store_records


@dataclass(frozen=True, slots=True)
class Counts:
    """What a batch did; seen = changed + unchanged + quarantined. `changed` holds new, rewritten and revived rows.

    `lost_access`: what is there, as far as anybody knows, and can no longer be seen. `emptied`: rows of which a
    complete listing showed none, which is a question; they are left as they were.
    """

    seen: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    quarantined: int = 0
    problems: tuple[Problem, ...] = ()
    lost_access: int = 0
    emptied: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.seen + other.seen,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.deleted + other.deleted,
            self.quarantined + other.quarantined,
            self.problems + other.problems,
            self.lost_access + other.lost_access,
            self.emptied + other.emptied,
        )


def store_batch(
    engine: Engine,
    lease: Lease,
    connector_id: str,
    run_id: str,
    batch: Batch,
    now: datetime,
    limits: DeletionLimits | None = None,
) -> Counts:
    """Store the batch whole or not at all; the same batch again changes nothing.

    The connector must be registered (`canonical.store.connectors`).

    Raises:
        LeaseLostError: the lease expired or was taken over; nothing was stored.
        LimitError: more would be deleted than `limits` allow (None: any number, also all); nothing was stored.
        StoreError: the database cannot be written; nothing was stored.
    """
    with writing(engine) as connection:
        _prepare(connection)
        require(connection, lease)
        origin = Origin(connector_id, run_id, now, account_of(connection, connector_id))
        listings.begin(connection, connector_id, batch.begins)
        with no_collections():
            counts, refused = _store_all(connection, batch.records, origin)
        unkept = store_changes(connection, batch.changes, origin) if batch.changes else []
        broken = [*batch.quarantined, *refused, *unkept]
        if batch.retried:
            quarantine.release(connection, connector_id, batch.retried, broken)
        quarantine.keep(connection, broken, origin)
        listings.see(connection, connector_id, batch)
        gone = _delete(connection, batch, origin, may_be_empty=limits is None)
        if limits is not None:
            check_deletions(connection, connector_id, gone.deleted, limits)
        _keep_cursor(connection, connector_id, batch.cursor)
    read = len(batch.records) + len(batch.quarantined) + len(unkept)
    return counts + gone + Counts(seen=read, quarantined=len(broken), problems=tuple(batch.problems))


def _prepare(connection: Connection) -> None:
    """While a table fills, its statistics are stale, and plans made from them read it whole for each look-up."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        connection.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))


def _store_all(
    connection: Connection, records: Sequence[Record], origin: Origin
) -> tuple[Counts, Sequence[Quarantined]]:
    by_kind = defaultdict(list)
    for record in records:
        by_kind[record.entity].append(record)
    counts, refused = Counts(), []
    for kind in (kind for kind in TABLES if kind in by_kind):
        stored = store_records(connection, kind, by_kind[kind], origin)
        counts += Counts(changed=stored.changed, unchanged=stored.unchanged)
        refused += [quarantine.unstorable(record, reason) for record, reason in stored.refused]
    return counts, refused


def _delete(connection: Connection, batch: Batch, origin: Origin, *, may_be_empty: bool) -> Counts:
    counts = Counts(deleted=listings.delete_reported(connection, batch.deleted, origin))
    counts += Counts(deleted=sum(listings.end(connection, listing, origin) for listing in batch.ended))
    counts += Counts(deleted=listings.unlinked(connection, batch, origin))
    for listing in batch.complete:
        gone, problem = listings.complete(connection, listing, origin, may_be_empty=may_be_empty)
        if problem is None:
            counts += Counts(deleted=gone)
        else:
            counts += Counts(problems=(problem,), emptied=gone)
    return counts


def _keep_cursor(connection: Connection, connector_id: str, cursor: Cursor) -> None:
    kept = orjson.dumps(dict(cursor)).decode()
    stored = connection.execute(update(connectors).where(connectors.c.id == connector_id).values(cursor=kept))
    if stored.rowcount != 1:
        message = f"the connector {connector_id} was not registered before its first batch"
        raise LookupError(message)
