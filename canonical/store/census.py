"""Hold the ids that are visible in a tool against what the store holds: what is missing here, what is missing there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, exists, select, update

from canonical.database import reading, writing
from canonical.intake import Listing
from canonical.schema.operations import connector as connectors
from canonical.schema.operations import quarantine
from canonical.store.batches import Counts
from canonical.store.belonging import follow, outlived
from canonical.store.changes import Origin
from canonical.store.layout import TABLES
from canonical.store.leases import Lease, require
from canonical.store.listings import mark, nothing_found
from canonical.store.plausibility import DeletionLimits, check_deletions
from canonical.store.sets import among, given
from canonical.vocabulary import EntityKind


@dataclass(frozen=True, slots=True)
class Difference:
    """Of one scope: the ids of live rows that are not visible, whether these are all of its rows, whether anything is
    visible that no live row stands for, and the ids that are visible here and stored as of another scope."""

    missing: frozenset[str]
    emptied: bool
    unread: bool
    from_elsewhere: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Gone:
    """Rows of one scope that are believed to be gone: deleted, or only no longer to be seen."""

    listing: Listing
    external_ids: frozenset[str]
    deleted: bool
    emptied: bool


def scopes(engine: Engine, connector: str) -> list[Listing]:
    """Give what the connector has rows of that are not deleted, by kind and scope."""
    with reading(engine) as connection:
        return [
            Listing(kind, scope)
            for kind, table in TABLES.items()
            for (scope,) in connection.execute(
                select(table.c.scope)
                .where(table.c.connector == connector, table.c.deleted_at.is_(None), table.c.scope.is_not(None))
                .distinct()
                .order_by(table.c.scope)
            )
        ]


def compare(engine: Engine, connector: str, listing: Listing, visible: Collection[str]) -> Difference:
    """Hold the visible ids of a scope against its rows; what is in quarantine is known, and neither missing nor new."""
    table = TABLES[listing.entity]
    live = _live(connector, listing.entity)
    here = and_(live, table.c.scope == listing.scope)
    with reading(engine) as connection:
        seen = given(connection, visible)
        gone = select(table.c.external_id).where(here, table.c.external_id.not_in(seen))
        missing = connection.execute(gone.where(~_set_aside(connector, listing.entity, table.c.external_id))).scalars()
        ids = seen.subquery()
        stored = exists().where(live, table.c.external_id == ids.c.value)
        unread = select(ids.c.value).where(~stored, ~_set_aside(connector, listing.entity, ids.c.value)).limit(1)
        other = select(table.c.external_id).where(live, table.c.scope != listing.scope, table.c.external_id.in_(seen))
        from_elsewhere = frozenset(connection.execute(other).scalars())
        return Difference(
            frozenset(missing), not visible, connection.execute(unread).first() is not None, from_elsewhere
        )


def uncounted(engine: Engine, connector: str, listing: Listing) -> Difference:
    """Say what follows of a scope that is unlisted: nothing is missing; a time entry may show again with its task."""
    unread = listing.entity is EntityKind.TIME_ENTRY and outlived(engine, connector, listing)
    return Difference(frozenset(), emptied=False, unread=unread)


def believe(
    engine: Engine,
    lease: Lease,
    gone: Sequence[Gone],
    unlisted: Sequence[Listing],
    origin: Origin,
    limits: DeletionLimits | None,
) -> Counts:
    """Mark the rows as deleted or as no longer to be seen, in one transaction, and note that a census was taken.

    What is `unlisted` of time entries goes with its tasks.

    A scope in which nothing is visible where there was something is a question: nothing of it is marked, unless there
    are no `limits`.

    Raises:
        LeaseLostError: the lease expired or was taken over; nothing was stored.
        LimitError: more would be marked than `limits` allow; nothing was stored.
    """
    counts = Counts()
    with writing(engine) as connection:
        require(connection, lease)
        for one in gone:
            if one.emptied and limits is not None:
                problem = nothing_found(origin.connector, one.listing, len(one.external_ids))
                counts += Counts(problems=(problem,), emptied=len(one.external_ids))
            else:
                counts += _marked(connection, one, origin)
        for listing in unlisted:
            deleted, hidden = follow(connection, listing, origin)
            counts += Counts(deleted=deleted, lost_access=hidden)
        if limits is not None:
            check_deletions(connection, origin.connector, counts.deleted + counts.lost_access, limits)
        _note_census(connection, origin.connector, origin.now)
    return counts


def census_taken(engine: Engine, lease: Lease, connector: str, now: datetime) -> None:
    """Note that all that is visible was listed by a pull from nothing.

    Raises:
        LeaseLostError: the lease expired or was taken over; nothing was stored.
    """
    with writing(engine) as connection:
        require(connection, lease)
        _note_census(connection, connector, now)


def _note_census(connection: Connection, connector: str, now: datetime) -> None:
    connection.execute(update(connectors).where(connectors.c.id == connector).values(census_at=now))


def _marked(connection: Connection, gone: Gone, origin: Origin) -> Counts:
    entity = gone.listing.entity
    table = TABLES[entity]
    still = and_(_live(origin.connector, entity), table.c.scope == gone.listing.scope)
    which = and_(still, among(connection, table.c.external_id, gone.external_ids))
    number = mark(connection, entity, which, origin, "deleted_at" if gone.deleted else "lost_access_at")
    return replace(Counts(), deleted=number) if gone.deleted else replace(Counts(), lost_access=number)


def _live(connector: str, entity: EntityKind) -> ColumnElement[bool]:
    table = TABLES[entity]
    return and_(table.c.connector == connector, table.c.deleted_at.is_(None), table.c.lost_access_at.is_(None))


def _set_aside(connector: str, entity: EntityKind, external_id: ColumnElement[Any]) -> ColumnElement[bool]:
    return exists().where(
        quarantine.c.connector == connector,
        quarantine.c.entity == entity.value,
        quarantine.c.external_id == external_id,
    )
