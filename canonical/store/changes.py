"""The change log as the store appends to it, and the list of rows that the next resolution looks at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from typing import TypeAlias

from sqlalchemy import Connection, exists, func, literal, or_, select

from canonical.schema.operations import change, connector, touched
from canonical.schema.writing import writeback
from canonical.store.layout import Layout
from canonical.store.sets import add_rows, among
from canonical.values import alike, decode
from canonical.vocabulary import EntityKind, HowKnown

CHANGE_COLUMNS = ("entity", "entity_id", "field", "old", "new", "at", "how_known", "by_hub", "run_id")
SENT_STATES = ("journaled", "applied", "overtook", "unknown")
"""Write-backs that were, or may have been, sent to the tool."""

Entry: TypeAlias = tuple[str, str, str, str]
"""Entity id, field, old and new; the last two as `canonical.values.encode` writes them."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who stores, in which run, and when."""

    connector: str
    run_id: str
    now: datetime


def add_history(connection: Connection, layout: Layout, entries: Sequence[Entry], origin: Origin) -> None:
    """Append what was seen to differ; what the hub itself wrote to the tool is marked as its own."""
    if not entries:
        return
    ours = _hub_writes(connection, {entity_id for entity_id, *_ in entries})
    kind, at, known = layout.kind.value, layout.instant.bound(origin.now), HowKnown.OBSERVED.value
    rows = []
    for entity_id, name, old, new in entries:
        sent = ours.get((entity_id, name.removeprefix("fields.")))
        by_hub = sent is not None and alike(decode(new), decode(sent))
        rows.append((kind, entity_id, name, old, new, at, known, by_hub, origin.run_id))
    add_rows(connection, change, CHANGE_COLUMNS, rows)


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
