"""What a complete listing did not show is gone: a tombstone, never a lost row; an incomplete one deletes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)

from canonical.intake import Batch, Listing
from canonical.problems import Problem
from canonical.schema.operations import change, quarantine, sighting, touched
from canonical.store.changes import Origin
from canonical.store.layout import TABLES
from canonical.store.sets import among, given, insert_into
from canonical.values import encode
from canonical.vocabulary import EntityKind, HowKnown

UNDER_WAY = ""
"""The external id of the row that says that a listing is under way; no record has an empty one."""


def begin(connection: Connection, connector: str, listings: Iterable[Listing]) -> None:
    """Forget what an earlier, unfinished listing of the same scope saw, and start anew."""
    for listing in listings:
        connection.execute(delete(sighting).where(_of(connector, listing)))
        _see(connection, connector, listing, [UNDER_WAY])


def see(connection: Connection, connector: str, batch: Batch) -> None:
    """Note which ids the batch gave, quarantined ones too, for the listings that are under way."""
    shown: dict[tuple[EntityKind, str | None], set[str]] = defaultdict(set)
    for record in batch.records:
        shown[record.entity, record.scope].add(record.external_id)
    for broken in batch.quarantined:
        shown[broken.entity, broken.scope].add(broken.external_id or UNDER_WAY)
    scopes: dict[EntityKind, list[str]] = defaultdict(list)
    for entity, scope in shown:
        if scope is not None:
            scopes[entity].append(scope)
    for entity, wanted in scopes.items():
        for scope in _under_way(connection, connector, entity, wanted):
            _see(connection, connector, Listing(entity, scope), shown[entity, scope])


def complete(
    connection: Connection, listing: Listing, origin: Origin, *, may_be_empty: bool
) -> tuple[int, Problem | None]:
    """Tombstone what the scope holds and the listing did not show; give their number, with why they were left if so.

    Nothing shown where there was something is a question, unless it `may_be_empty`.
    """
    if not _under_way(connection, origin.connector, listing.entity, [listing.scope]):
        return 0, _never_begun(listing)
    held = _held(origin.connector, listing)
    table = TABLES[listing.entity]
    seen = select(sighting.c.external_id).where(_of(origin.connector, listing))
    anything = connection.execute(seen.where(sighting.c.external_id != UNDER_WAY).limit(1)).first()
    doubtful = not anything and not may_be_empty
    count = connection.execute(select(func.count()).select_from(table).where(held)).scalar_one() if doubtful else 0
    if count:
        connection.execute(delete(sighting).where(_of(origin.connector, listing)))
        return count, nothing_found(origin.connector, listing, count)
    broken = exists().where(
        quarantine.c.connector == origin.connector,
        quarantine.c.entity == listing.entity.value,
        quarantine.c.external_id == table.c.external_id,
    )
    gone = tombstone(connection, listing.entity, and_(held, table.c.external_id.not_in(seen), ~broken), origin)
    connection.execute(delete(sighting).where(_of(origin.connector, listing)))
    return gone, None


def end(connection: Connection, listing: Listing, origin: Origin) -> int:
    """Tombstone all that the scope holds, for it is no longer read; give its number."""
    connection.execute(delete(sighting).where(_of(origin.connector, listing)))
    return tombstone(connection, listing.entity, _held(origin.connector, listing), origin)


def delete_reported(connection: Connection, deleted: Sequence[tuple[EntityKind, str]], origin: Origin) -> int:
    """Tombstone the ids that the tool itself says are deleted; give the number of rows."""
    ids: dict[EntityKind, set[str]] = defaultdict(set)
    for kind, external_id in deleted:
        ids[kind].add(external_id)
    return sum(
        tombstone(
            connection,
            kind,
            and_(
                TABLES[kind].c.connector == origin.connector,
                TABLES[kind].c.deleted_at.is_(None),
                among(connection, TABLES[kind].c.external_id, some),
            ),
            origin,
        )
        for kind, some in ids.items()
    )


def unlinked(connection: Connection, batch: Batch, origin: Origin) -> int:
    """Tombstone the dependencies of tasks of which the batch gives every one, and not these; give their number."""
    if not batch.linked:
        return 0
    kind = EntityKind.DEPENDENCY
    table = TABLES[kind]
    given_now = {one.external_id for one in batch.records if one.entity is kind}
    given_now |= {one.external_id for one in batch.quarantined if one.entity is kind and one.external_id}
    ends = (table.c.predecessor_ref, table.c.successor_ref)
    named = or_(*(among(connection, end, batch.linked) for end in ends))
    which = and_(
        table.c.connector == origin.connector,
        table.c.deleted_at.is_(None),
        named,
        ~among(connection, table.c.external_id, given_now),
    )
    return tombstone(connection, kind, which, origin)


def tombstone(connection: Connection, kind: EntityKind, which: ColumnElement[bool], origin: Origin) -> int:
    """Mark the live rows as gone, with history; give their number."""
    return mark(connection, kind, which, origin, "deleted_at")


def mark(connection: Connection, kind: EntityKind, which: ColumnElement[bool], origin: Origin, field: str) -> int:
    """Set `deleted_at` or `lost_access_at` of rows that have it not, with history; give their number."""
    table = TABLES[kind]
    # Mostly there are none, and each statement below would look through all that the scope holds to find that out.
    if not connection.execute(select(exists().where(which))).scalar():
        return 0
    entry = {
        "entity": kind.value,
        "field": field,
        "old": encode(None),
        "new": encode(origin.now),
        "at": origin.now,
        "how_known": HowKnown.OBSERVED.value,
        "by_hub": False,
        "run_id": origin.run_id,
    }
    values = [literal(value, change.c[name].type) for name, value in entry.items()]
    connection.execute(insert(change).from_select([*entry, "entity_id"], select(*values, table.c.id).where(which)))
    told = select(literal(kind.value), table.c.id).where(which)
    connection.execute(insert(touched).from_select(["entity", "entity_id"], told))
    return connection.execute(update(table).where(which).values({field: origin.now})).rowcount


def _of(connector: str, listing: Listing) -> ColumnElement[bool]:
    entity = sighting.c.entity == listing.entity.value
    return and_(sighting.c.connector == connector, entity, sighting.c.scope == listing.scope)


def _held(connector: str, listing: Listing) -> ColumnElement[bool]:
    table: Table = TABLES[listing.entity]
    return and_(table.c.connector == connector, table.c.scope == listing.scope, table.c.deleted_at.is_(None))


def _under_way(connection: Connection, connector: str, entity: EntityKind, scopes: Iterable[str]) -> list[str]:
    begun = select(sighting.c.scope).where(
        sighting.c.connector == connector,
        sighting.c.entity == entity.value,
        among(connection, sighting.c.scope, scopes),
        sighting.c.external_id == UNDER_WAY,
    )
    return list(connection.execute(begun).scalars())


def _see(connection: Connection, connector: str, listing: Listing, ids: Iterable[str]) -> None:
    values = given(connection, ids).add_columns(
        literal(connector), literal(listing.entity.value), literal(listing.scope)
    )
    insertion = insert_into(connection, sighting).from_select(
        ["external_id", "connector", "entity", "scope"], values.where(true())
    )
    connection.execute(insertion.on_conflict_do_nothing())


def _never_begun(listing: Listing) -> Problem:
    return Problem(
        what=f"The listing of {listing.entity.value}s was called complete, but its beginning was never stored.",
        where=listing.scope,
        not_done="Nothing there was taken for deleted.",
        next_step="Sync again from the beginning; if it happens again, report it as a fault of the connector.",
    )


def nothing_found(connector: str, listing: Listing, count: int) -> Problem:
    """Say that nothing shows where there was something, which is a question and no result."""
    return Problem(
        what=f"No {listing.entity.value.replace('_', ' ')} was found where the store holds {count}.",
        where=listing.scope,
        not_done="None was taken for deleted.",
        next_step=(
            "Check that the file or project still holds them and that this account may see them. "
            "If they are gone, let it through:"
        ),
        commands=(f"pmohub sync {connector} --allow-deletions",),
    )
