"""Keep the history that tools report themselves, each change once, however often and in whatever order it comes.

A change whose record is not stored waits under the id that the record will get.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from typing import Annotated, Any, NamedTuple, TypeAlias

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from sqlalchemy import Connection, and_, delete, or_, select, update

from canonical.intake import Quarantined, ReportedChange
from canonical.records import RECORDS
from canonical.schema.operations import change
from canonical.store import quarantine
from canonical.store.changes import SLACK, Origin, give_way, hub_sent, touch
from canonical.store.content import NUL
from canonical.store.layout import TABLES, Layout, StoredField, layout_of
from canonical.store.sets import add_rows, among, raw, set_values
from canonical.store.upserts import free_ids
from canonical.values import FieldValue, decode, encode, spelt_alike
from canonical.vocabulary import EntityKind, HowKnown

CUSTOM = "fields."
FIXED = ("entity", "how_known", "run_id", "connector", "change_id", "by_hub")

Fields: TypeAlias = Mapping[str, tuple[StoredField, TypeAdapter[Any]]]
"""The fields of which history is kept, and what a record lets each hold."""


class Said(NamedTuple):
    """What a reported change says, as the driver has it; corrected when the tool says it otherwise."""

    entity_id: str
    field: str
    old: str
    new: str
    at: Any
    actor: str | None
    earliest: Any
    latest: Any


def store_changes(connection: Connection, changes: Sequence[ReportedChange], origin: Origin) -> list[Quarantined]:
    """Store what is not stored yet, correct what is said otherwise now; give those that cannot be kept."""
    by_kind: dict[EntityKind, list[ReportedChange]] = defaultdict(list)
    for one in changes:
        by_kind[one.entity].append(one)
    refused: list[Quarantined] = []
    for kind in (kind for kind in TABLES if kind in by_kind):
        refused += _store(connection, layout_of(kind, connection.dialect), by_kind[kind], origin)
    quarantine.release(connection, origin.connector, {_place(one) for one in changes}, refused)
    return refused


def leave_behind(connection: Connection, connector: str) -> None:
    """Let what a tool reported before it moved give way where it reports the same again, under other ids.

    What waited for an item that never came goes: its id means another item in the new place, if any.
    """
    own = change.c.connector == connector
    rows = [
        and_(change.c.entity == kind.value, change.c.entity_id.in_(select(table.c.id)))
        for kind, table in TABLES.items()
    ]
    connection.execute(delete(change).where(own, ~or_(*rows)))
    former = {"connector": None, "change_id": None, "earliest": change.c.at, "latest": change.c.at}
    connection.execute(update(change).where(own).values(former))


def _store(
    connection: Connection, layout: Layout, changes: Sequence[ReportedChange], origin: Origin
) -> list[Quarantined]:
    ids, stored = _ids(connection, layout, origin.connector, {one.external_id for one in changes})
    adapters = _adapters(layout.kind)
    fields = {each.name: (each, adapters[each.name]) for each in layout.fields if each.tracked}
    instant = layout.instant
    said: dict[tuple[str, str], Said] = {}
    refused = []
    for one in changes:
        try:
            said[one.change_id, one.field] = _said(instant, fields, one, ids[one.external_id])
        except ValueError as error:
            refused.append(_unkeepable(one, error))
    differing = _write(connection, layout, said, origin)
    touch(connection, layout.kind, sorted(differing & stored))
    give_way(connection, differing, origin)
    return refused


def _ids(
    connection: Connection, layout: Layout, connector: str, external_ids: Collection[str]
) -> tuple[dict[str, str], set[str]]:
    """Give the entity's id for each of the tool's ids, and which of these are stored."""
    table = layout.table
    query = select(table.c.external_id, table.c.id)
    query = query.where(table.c.connector == connector, among(connection, table.c.external_id, external_ids))
    known = {row.external_id: row.id for row in connection.execute(query)}
    awaited = sorted(set(external_ids) - set(known))
    ahead = dict(zip(awaited, free_ids(connection, layout, connector, awaited), strict=True))
    return known | ahead, set(known.values())


@cache
def _adapters(kind: EntityKind) -> dict[str, TypeAdapter[Any]]:
    fields = RECORDS[kind].model_fields.items()
    return {name: TypeAdapter(_as_annotated(field)) for name, field in fields}


def _as_annotated(field: FieldInfo) -> Any:
    return Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation


def _said(instant: StoredField, fields: Fields, one: ReportedChange, entity_id: str) -> Said:
    """Write a change as its row holds it.

    Raises:
        ValueError: the field, a value or the instant is none that can be kept.
    """
    if one.at.tzinfo is None:
        raise ValueError("its moment has no time zone")
    if not one.field.startswith(CUSTOM) and one.field not in fields:
        message = f"no history is kept of {one.field!r} of a {one.entity.value}"
        raise ValueError(message)
    known = fields.get(one.field)
    old, new = _encoded(known, one.old), _encoded(known, one.new)
    at, earliest, latest = (instant.bound(moment) for moment in (one.at, one.at - SLACK, one.at + SLACK))
    return Said(entity_id, one.field, old, new, at, one.actor, earliest, latest)


def _encoded(known: tuple[StoredField, TypeAdapter[Any]] | None, value: FieldValue) -> str:
    """Write a value just as it is written where the hub sees it in a record."""
    if known is not None and value is not None:
        stored, adapter = known
        value = stored.value(stored.bound(adapter.validate_python(value)))
    try:
        text = encode(value)
    except TypeError as error:
        raise ValueError("a number is too large, or a text is not valid Unicode") from error
    if "u0000" in text and NUL.search(text.encode()):
        raise ValueError("a text holds the character NUL, which no database keeps")
    return text


def _write(connection: Connection, layout: Layout, said: Mapping[tuple[str, str], Said], origin: Origin) -> set[str]:
    """Insert what is new and correct what differs; give the ids of the entities concerned."""
    wanted = raw([change.c.id, change.c.change_id, *(change.c[name] for name in Said._fields)])
    mine = (change.c.connector == origin.connector, among(connection, change.c.change_id, {key for key, _ in said}))
    known = {
        (change_id, row[1]): (row_id, Said(*row))
        for row_id, change_id, *row in connection.execute(select(*wanted).where(*mine))
    }
    new = {key: one for key, one in said.items() if key not in known}
    other = {key: one for key, one in said.items() if key in known and known[key][1] != one}
    fixed = (layout.kind.value, HowKnown.REPORTED.value, origin.run_id, origin.connector)
    ours = _written_by_hub(connection, new.values(), origin)
    rows = [(*fixed, change_id, one in ours, *one) for (change_id, _), one in new.items()]
    add_rows(connection, change, (*FIXED, *Said._fields), rows)
    if other:
        set_values(connection, change, Said._fields, [(*one, known[key][0]) for key, one in other.items()])
    return {one.entity_id for one in (*new.values(), *other.values())}


def _written_by_hub(connection: Connection, new: Collection[Said], origin: Origin) -> set[Said]:
    """Find what the hub's own account changed to what the journal says that the hub wrote.

    Another's change to the same value is a team's edit, and so is what somebody did by hand with the hub's account.
    """
    authored = [one for one in new if origin.account is not None and one.actor == origin.account]
    sent = hub_sent(connection, {one.entity_id for one in authored})
    return {
        one
        for one in authored
        if any(
            spelt_alike(decode(one.new), decode(value)) for value in sent[one.entity_id, one.field.removeprefix(CUSTOM)]
        )
    }


def _place(one: ReportedChange) -> str:
    return f"change {one.change_id} of {one.field}"


def _unkeepable(one: ReportedChange, error: ValueError) -> Quarantined:
    reason = "; ".join(at["msg"] for at in error.errors()) if isinstance(error, ValidationError) else str(error)
    return Quarantined(
        entity=one.entity,
        place=_place(one),
        reason=f"The change cannot be kept: {reason}.",
        remedy="Nothing is to be done in the tool, whose item is read without it; report it as a connector's fault.",
        raw=asdict(one),
    )
