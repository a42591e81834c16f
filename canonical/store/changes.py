"""The change log as the store appends to it, and the list of rows that the next resolution looks at."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import repeat
from typing import Any, TypeAlias

from sqlalchemy import Connection, and_, delete, exists, func, literal, or_, select, true, update

from canonical.schema.operations import change, connector, touched
from canonical.schema.writing import writeback
from canonical.store.layout import Layout
from canonical.store.sets import add_rows, among
from canonical.values import decode, spelt_alike
from canonical.vocabulary import EntityKind, HowKnown

CHANGE_COLUMNS = (
    "entity",
    "entity_id",
    "field",
    "old",
    "new",
    "at",
    "how_known",
    "by_hub",
    "run_id",
    "earliest",
    "latest",
)
SENT_STATES = ("journaled", "applied", "overtook", "unknown")
"""Write-backs that were, or may have been, sent to the tool."""
SLACK = timedelta(minutes=1)
"""How far a tool's "updated at" of an item and its history of the same edit may lie apart."""

Entry: TypeAlias = tuple[str, str, str, str]
"""Entity id, field, old and new; the last two as `canonical.values.encode` writes them."""
Between: TypeAlias = tuple[Any, Any]
"""The tool's moments, in the driver's form, between which a change happened that the hub saw; None where the tool does
not say."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who stores, in which run, and when. `account`: who the hub is in the tool, as its history names actors.

    `by_hub`: what is stored is the hub's doing, and no tool's: a mapping that changed.
    """

    connector: str
    run_id: str
    now: datetime
    account: str | None = None
    by_hub: bool = False


def between(layout: Layout, before: Any, after: datetime | None) -> Between:
    """Give the bounds of what differs between two readings, by when the tool says that each was last updated."""
    return (None, None) if before is None or after is None else (before, layout.instant.bound(after))


def add_history(
    connection: Connection, layout: Layout, entries: Mapping[str, tuple[Sequence[Entry], Between]], origin: Origin
) -> None:
    """Append what was seen to differ, by entity id; what the hub itself wrote to the tool is marked as its own.

    What the tool has reported itself is left out.
    """
    ids = [entity_id for entity_id, (seen, _) in entries.items() if seen]
    if not ids:
        return
    ours = _hub_writes(connection, ids)
    kind, at, known = layout.kind.value, layout.instant.bound(origin.now), HowKnown.OBSERVED.value
    rows: list[tuple[Any, ...]] = []
    for seen, bounds in entries.values():
        for entity_id, name, old, new in seen:
            sent = ours.get((entity_id, name.removeprefix("fields.")))
            by_hub = origin.by_hub or (sent is not None and spelt_alike(decode(new), decode(sent)))
            # What a mapping took away is no change in the tool, whose history cannot tell of it.
            within = (at, at) if origin.by_hub else bounds
            rows.append((kind, entity_id, name, old, new, at, known, by_hub, origin.run_id, *within))
    add_rows(connection, change, CHANGE_COLUMNS, rows)
    if connection.execute(select(change.c.id).where(change.c.connector == origin.connector).limit(1)).first():
        give_way(connection, ids, origin)


def give_way(connection: Connection, ids: Collection[str], origin: Origin) -> None:
    """Remove what the hub saw of these entities where the tool's own history tells of it.

    So does what was reported under another id, before the tool moved. Where the hub does not know who it is in the
    tool, its own write is known by value, as that was when it was seen.
    """
    if not ids:
        return
    told, seen = change.alias("told"), change.alias("seen")

    def same(mine: Any) -> Any:
        within = (
            or_(mine.c.earliest.is_(None), told.c.latest >= mine.c.earliest),
            or_(mine.c.latest.is_(None), told.c.earliest <= mine.c.latest),
        )
        alike = (told.c.entity_id == mine.c.entity_id, told.c.field == mine.c.field, told.c.new == mine.c.new)
        return and_(*alike, told.c.change_id.is_not(None), mine.c.change_id.is_(None), *within)

    known = (
        seen.c.by_hub if origin.account is None else and_(seen.c.by_hub, seen.c.how_known == HowKnown.REPORTED.value)
    )
    own = (among(connection, told.c.entity_id, ids), told.c.by_hub.is_(False), exists().where(same(seen), known))
    mine = change.c.id.in_(select(told.c.id).where(*own))
    connection.execute(update(change).where(mine).values(by_hub=true()))
    connection.execute(delete(change).where(among(connection, change.c.entity_id, ids), exists().where(same(change))))


def hub_sent(connection: Connection, ids: Collection[str]) -> Mapping[tuple[str, str], Sequence[str]]:
    """Give by entity id and field all values that the hub sent, ever, also what it put back over its own."""
    sent: dict[tuple[str, str], list[str]] = defaultdict(list)
    if not ids:
        return sent
    query = select(writeback.c.entity_id, writeback.c.field, writeback.c.after, writeback.c.read_back)
    query = query.where(among(connection, writeback.c.entity_id, ids), writeback.c.state.in_([*SENT_STATES, "undone"]))
    for entity_id, name, after, read_back in connection.execute(query):
        sent[entity_id, name] += [value for value in (after, read_back) if value is not None]
    return sent


def _hub_writes(connection: Connection, ids: Iterable[str]) -> dict[tuple[str, str], str]:
    """Find by entity id and field the value last sent that may come back now.

    Only the first reading afterwards can bring it: a value seen later, after another one or after a reading in full
    that did not find it, is a person's doing, be it the same. What was read back is no help: it may be a person's.
    """
    sent_fields = (writeback.c.entity_id, writeback.c.field, writeback.c.after)
    field = or_(change.c.field == writeback.c.field, change.c.field == literal("fields.") + writeback.c.field)
    since = (change.c.entity_id == writeback.c.entity_id, field, change.c.at > writeback.c.journaled_at)
    read_since = (connector.c.id == writeback.c.connector, connector.c.last_success_at > writeback.c.ended_at)
    query = (
        select(*sent_fields)
        .where(among(connection, writeback.c.entity_id, ids), writeback.c.state.in_(SENT_STATES))
        .where(~exists().where(*since), ~exists().where(*read_since))
        .order_by(func.length(writeback.c.plan_id), writeback.c.plan_id)
    )
    return {(entity_id, name): after for entity_id, name, after in connection.execute(query)}


def touch(connection: Connection, kind: EntityKind, ids: Iterable[str]) -> None:
    """Say which rows were inserted, changed or tombstoned."""
    add_rows(connection, touched, ("entity", "entity_id"), list(zip(repeat(kind.value), ids, strict=False)))
