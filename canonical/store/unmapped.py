"""Forgetting what a mapping no longer gives: a value that nobody reads any more is not known, however true it was."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, or_, select

from canonical.database import reading, writing
from canonical.problems import Problem, Weight
from canonical.records import RECORDS, Record
from canonical.schema.operations import connector as connectors
from canonical.store.changes import Origin
from canonical.store.connectors import Provides, provided
from canonical.store.differences import Doubtful, rewrite
from canonical.store.layout import Layout, StoredField, layout_of
from canonical.store.leases import Lease, require
from canonical.store.sets import raw
from canonical.vocabulary import EntityKind

CHUNK = 5000
CUSTOM = "fields."


def forget_unmapped(engine: Engine, lease: Lease, provides: Provides, origin: Origin) -> list[Problem]:
    """Let go of what a connector supplied when it was last registered and does not supply now; tell what was forgotten.

    Call it before the connector is registered anew: one that is killed in between is made up for by the next. What is
    no longer supplied of an entity as a whole goes with its listing. History keeps the values, and says by `by_hub`
    that no team took them away.

    Raises:
        LeaseLostError: the lease expired or was taken over.
        StoreError: the database cannot be written.
    """
    with reading(engine) as connection:
        text = connection.execute(select(connectors.c.provides).where(connectors.c.id == origin.connector)).scalar()
    before = provided(text) if text is not None else {}
    told = []
    for kind, names in before.items():
        lost = names - frozenset(provides[kind]) if kind in provides else frozenset()
        number = _forget(engine, lease, kind, lost, origin) if lost else 0
        if number:
            told.append(_forgotten(origin.connector, kind, sorted(lost), number))
    return told


def _forgotten(connector: str, kind: EntityKind, lost: Sequence[str], number: int) -> Problem:
    are, records = "it is" if len(lost) == 1 else "they are", "record" if number == 1 else "records"
    return Problem(
        what=f"{connector} no longer supplies {', '.join(lost)}: {are} forgotten in {number:,} {records}.",
        where=f"mapping of {kind.value.replace('_', ' ')}s",
        not_done="What was read before is in the history; rules that need it cannot be judged.",
        next_step="If that was not meant, map it again.",
        weight=Weight.INFO,
    )


def _forget(engine: Engine, lease: Lease, kind: EntityKind, lost: Collection[str], origin: Origin) -> int:
    layout = layout_of(kind, engine.dialect)
    defaults = _defaults(layout, lost)
    custom = sorted(name.removeprefix(CUSTOM) for name in lost if name.startswith(CUSTOM))
    supplied = {name: RECORDS[kind].model_fields[name].get_default() for name in defaults}
    if not supplied and not custom:
        return 0
    changed, after = 0, ""
    while True:
        with writing(engine) as connection:
            require(connection, lease)
            rows = _holding(connection, layout, defaults.values(), custom, origin.connector, after)
            if not rows:
                return changed
            emptied = {
                row_id: Doubtful(_emptied(kind, external_id, supplied, custom), "", gone=False, unmapped=custom)
                for row_id, external_id in rows
            }
            changed += rewrite(connection, layout, emptied, origin)
            after = rows[-1][0]


def _defaults(layout: Layout, lost: Collection[str]) -> dict[str, StoredField]:
    """Give the lost fields that a record may do without; its other fields stand or fall with the record."""
    fields = RECORDS[layout.kind].model_fields
    return {one.name: one for one in layout.fields if one.name in lost and not fields[one.name].is_required()}


def _holding(
    connection: Connection,
    layout: Layout,
    lost: Collection[StoredField],
    custom: Sequence[str],
    connector: str,
    after: str,
) -> list[tuple[str, str]]:
    """Give id and external id of the next rows that may hold something of what is lost."""
    table = layout.table
    held: list[ColumnElement[bool]] = [table.c[one.column].is_not(None) for one in lost]
    if custom:
        held.append(table.c.fields != "{}")
    query = select(*raw([table.c.id, table.c.external_id])).where(table.c.connector == connector, or_(*held))
    rows = connection.execute(query.where(table.c.id > after).order_by(table.c.id).limit(CHUNK))
    return [(row.id, row.external_id) for row in rows]


def _emptied(kind: EntityKind, external_id: str, supplied: Mapping[str, Any], custom: Sequence[str]) -> Record:
    names = {"external_id", *supplied}
    given = {"external_id": external_id, "fields": dict.fromkeys(custom), **supplied}
    return RECORDS[kind].model_construct(_fields_set=names, **given)
