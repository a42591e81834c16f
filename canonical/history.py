"""What an entity was: its changes, and its fields as of any past moment, by undoing the changes since then."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Engine, Table, and_, func, or_, select

from canonical.database import reading
from canonical.ids import PREFIXES
from canonical.schema import entities
from canonical.schema.operations import change
from canonical.store.connectors import reporters
from canonical.store.layout import TABLES, from_typed, layout_of
from canonical.store.sets import among, raw
from canonical.values import FieldValue, decode
from canonical.vocabulary import HowKnown

MERGED = {"p": entities.project, "h": entities.person}
BOOKKEEPING = frozenset({"id", "content_hash", "first_seen_at", "source_created_at"})
SOURCES = {PREFIXES[kind]: kind for kind in TABLES}


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one entity that differed: seen between two syncs, or reported by the tool.

    A mapped custom field is called `fields.NAME`; a tombstone is a change of `deleted_at`. `by_hub`: the hub's own
    write came back, or a mapping gives the field no more.
    """

    entity: str
    entity_id: str
    field: str
    old: FieldValue
    new: FieldValue
    at: datetime
    actor: str | None
    how_known: HowKnown
    by_hub: bool
    run_id: str


def changes(engine: Engine, entity_id: str, field: str | None = None) -> list[Change]:
    """Give the changes of an entity, or of one field of it, oldest first.

    What the tool reports has its moment there; what only the hub saw, that of the sync which saw it.
    """
    query = select(change).where(change.c.entity_id == entity_id).order_by(*_oldest_first())
    if field is not None:
        query = query.where(change.c.field == field)
    with reading(engine) as connection:
        rows = connection.execute(query).all()
    return [
        Change(
            entity=row.entity,
            entity_id=row.entity_id,
            field=row.field,
            old=_value(row.old),
            new=_value(row.new),
            at=row.at,
            actor=row.actor,
            how_known=HowKnown(row.how_known),
            by_hub=row.by_hub,
            run_id=row.run_id,
        )
        for row in rows
    ]


def as_of(engine: Engine, entity_ids: Iterable[str], moment: datetime) -> dict[str, dict[str, FieldValue]]:
    """Give the fields of entities as they were at a moment, by id; those not known for it are left out.

    By the tool's own history where it reports one, else as the store held them. Before the hub first saw an entity it
    is known from when the tool says that it was made, and only in the fields of which the tool reports every change;
    the others are left out. The ids may be of any kinds. Mapped custom fields are called `fields.NAME`; `deleted_at`
    is set where the entity was taken for gone.
    """
    by_table: dict[str, list[str]] = defaultdict(list)
    for entity_id in entity_ids:
        by_table[entity_id[0]].append(entity_id)
    then: dict[str, dict[str, FieldValue]] = {}
    reported: dict[str, frozenset[str]] = {}
    with reading(engine) as connection:
        for prefix, ids in by_table.items():
            then |= _present(connection, prefix, ids, moment, reported)
        since = select(change.c.entity_id, change.c.field, change.c.old).where(
            among(connection, change.c.entity_id, then), change.c.at > moment
        )
        newest_first = [place.desc() for place in _oldest_first()]
        for entity_id, name, old in connection.execute(since.order_by(*newest_first)):
            then[entity_id][name] = _value(old)
    for entity_id, names in reported.items():
        then[entity_id] = {name: value for name, value in then[entity_id].items() if name in names}
    return then


def _oldest_first() -> list[ColumnElement[Any]]:
    """Of one instant, by the tool's ids, which count upwards, then as the hub saw it."""
    told = func.coalesce(change.c.change_id, "")
    return [change.c.at, func.length(told), told, change.c.id]


def _present(
    connection: Connection, prefix: str, ids: Sequence[str], moment: datetime, reported: dict[str, frozenset[str]]
) -> dict[str, dict[str, FieldValue]]:
    """Give what is stored now; note in `reported` of what was not seen yet which fields are known all the same."""
    if prefix in MERGED:
        return _present_merged(connection, MERGED[prefix], ids, moment)
    layout = layout_of(SOURCES[prefix], connection.dialect)
    table = layout.table
    reporting = reporters(connection, SOURCES[prefix])
    tracked = [stored for stored in layout.fields if stored.tracked]
    wanted = raw(table.c[stored.column] for stored in tracked)
    seen = (table.c.first_seen_at <= moment).label("seen")
    made = and_(table.c.connector.in_(reporting), table.c.source_created_at <= moment)
    query = select(table.c.id, seen, table.c.connector, table.c.deleted_at, table.c.fields, *wanted)
    query = query.where(among(connection, table.c.id, ids), or_(table.c.first_seen_at <= moment, made))
    now: dict[str, dict[str, FieldValue]] = {}
    for entity_id, was_seen, connector, deleted_at, fields, *values in connection.execute(query):
        state = {stored.name: stored.value(value) for stored, value in zip(tracked, values, strict=True)}
        custom = {f"fields.{name}": from_typed(value) for name, value in orjson.loads(fields).items()}
        now[entity_id] = {**state, **custom, "deleted_at": deleted_at}
        if not was_seen:
            reported[entity_id] = reporting[connector] | {"deleted_at"}
    return now


def _present_merged(
    connection: Connection, table: Table, ids: Sequence[str], moment: datetime
) -> dict[str, dict[str, FieldValue]]:
    query = select(table).where(among(connection, table.c.id, ids), table.c.first_seen_at <= moment)
    return {
        row["id"]: {name: value for name, value in row.items() if name not in BOOKKEEPING}
        for row in connection.execute(query).mappings()
    }


def _value(text: str | None) -> FieldValue:
    return None if text is None else decode(text)
