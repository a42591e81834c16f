"""Store the records of one kind: new rows in bulk, rows that differ with their history, the others not at all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, repeat
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from canonical.ids import entity_ids, merged_id
from canonical.records import Record
from canonical.schema.names import identity
from canonical.store.changes import Origin, touch
from canonical.store.content import UnstorableError, digest, newest
from canonical.store.differences import Doubtful, rewrite
from canonical.store.layout import Layout, as_json, layout_of, typed
from canonical.store.sets import add_rows, among, raw
from canonical.store.sides import SideRows, add_merged
from canonical.vocabulary import EntityKind

MERGED_COLUMNS = {EntityKind.PROJECT: "project_id", EntityKind.PERSON: "person_id"}


@dataclass(slots=True)
class Stored:
    """What storing the records of one kind did: how many rows changed, and which records could not be kept."""

    changed: int = 0
    unchanged: int = 0
    refused: list[tuple[Record, str]] = field(default_factory=list)


class KnownRow(NamedTuple):
    """What decides whether a stored row may differ from a record; the instant is in the driver's form."""

    id: str
    content_hash: str
    gone: bool
    source_updated_at: Any


def store_records(connection: Connection, kind: EntityKind, records: Sequence[Record], origin: Origin) -> Stored:
    """Insert what is new, rewrite what differs, revive what came back; count the others as unchanged."""
    layout = layout_of(kind, connection.dialect)
    latest = newest(records)
    done = Stored(unchanged=len(records) - len(latest))
    known = _known_rows(connection, layout, origin.connector, latest)
    new: list[tuple[Record, str]] = []
    doubtful: dict[str, Doubtful] = {}
    for external_id, record in latest.items():
        try:
            content_hash = digest(record)
        except UnstorableError as error:
            done.refused.append((record, str(error)))
            continue
        row = known.get(external_id)
        if row is None:
            new.append((record, content_hash))
        elif (row.content_hash == content_hash and not row.gone) or _is_overtaken(layout, record, row):
            done.unchanged += 1
        else:
            doubtful[row.id] = Doubtful(record, content_hash, row.gone)
    if new:
        _insert(connection, layout, new, origin)
    rewritten = rewrite(connection, layout, doubtful, origin) if doubtful else 0
    done.changed += len(new) + rewritten
    done.unchanged += len(doubtful) - rewritten
    return done


def _known_rows(
    connection: Connection, layout: Layout, connector: str, records: Mapping[str, Record]
) -> dict[str, KnownRow]:
    table = layout.table
    wanted = [table.c.external_id, table.c.id, table.c.content_hash]
    wanted += [table.c.deleted_at, table.c.lost_access_at, table.c.source_updated_at]
    query = select(*raw(wanted)).where(table.c.connector == connector, among(connection, table.c.external_id, records))
    return {
        external_id: KnownRow(row_id, content_hash, deleted_at is not None or lost_at is not None, updated_at)
        for external_id, row_id, content_hash, deleted_at, lost_at, updated_at in connection.execute(query).all()
    }


def _is_overtaken(layout: Layout, record: Record, row: KnownRow) -> bool:
    """An older page given again says nothing new, not even that its record is still there."""
    if record.source_updated_at is None or row.source_updated_at is None:
        return False
    return bool(layout.instant.bound(record.source_updated_at) < row.source_updated_at)


def _insert(connection: Connection, layout: Layout, new: Sequence[tuple[Record, str]], origin: Origin) -> None:
    """Turn the records column by column, which costs half of what turning them row by row does."""
    records = [record for record, _ in new]
    external_ids = [record.external_id for record in records]
    ids = free_ids(connection, layout, origin.connector, external_ids)
    columns: dict[str, Iterable[Any]] = {
        "id": ids,
        "connector": repeat(origin.connector),
        "external_id": external_ids,
        "first_seen_at": repeat(layout.instant.bound(origin.now)),
        "content_hash": [content_hash for _, content_hash in new],
        "fields": [_custom(record) if record.fields else "{}" for record in records],
    }
    merged = MERGED_COLUMNS.get(layout.kind)
    if merged:
        columns[merged] = map(merged_id, ids)
    values_of = itemgetter(*(stored.name for stored in layout.fields))
    given = zip(*[values_of(record.__dict__) for record in records], strict=True)
    for stored, values in zip(layout.fields, given, strict=True):
        if values.count(None) < len(values):
            columns[stored.column] = stored.bound_all(values)
    add_rows(connection, layout.table, list(columns), list(zip(*columns.values(), strict=False)))
    if merged:
        add_merged(connection, layout.kind, ids)
    side = SideRows()
    for row_id, record in zip(ids, records, strict=True):
        side.add(row_id, record)
    side.store(connection)
    touch(connection, layout.kind, ids)


def free_ids(connection: Connection, layout: Layout, connector: str, external_ids: Sequence[str]) -> list[str]:
    """Make ids that no row has: after a move another record may be called what an older one was called."""
    ids = entity_ids(layout.kind, connector, external_ids)
    moved = select(identity.c.value).where(
        identity.c.entity == layout.kind.value, identity.c.connector == connector, identity.c.scheme == "id"
    )
    if connection.execute(moved.limit(1)).first() is None:
        return ids
    for again in count(2):
        query = select(layout.table.c.id).where(among(connection, layout.table.c.id, ids))
        taken = set(connection.execute(query).scalars())
        if not taken:
            break
        others = entity_ids(layout.kind, f"{connector}\x1f{again}", external_ids)
        ids = [other if mine in taken else mine for mine, other in zip(ids, others, strict=True)]
    return ids


def _custom(record: Record) -> str:
    return as_json({name: typed(value) for name, value in record.fields.items()})
