"""Plans and write-backs in the store: what was proposed, decided, journaled and how it ended.

Every step is appended to `writeback_event`, which is never changed. A state moves forward by a conditional update, so
that two people, or a person and a worker, cannot both decide or send the same write-back.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, RowMapping, Select, and_, func, insert, or_, select, update

from canonical.database import reading
from canonical.schema.entities import source_project, task
from canonical.schema.operations import connector as connector_table
from canonical.schema.writing import plan as plan_table
from canonical.schema.writing import writeback, writeback_event
from canonical.values import FieldValue, decode, encode
from canonical.vocabulary import EntityKind, PmoMode


class State(StrEnum):
    """Where a write-back stands; the last six before `undone` are outcomes of a sending."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    JOURNALED = "journaled"
    APPLIED = "applied"
    ALREADY_TRUE = "already_true"
    STALE = "stale"
    OVERTOOK = "overtook"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    UNDONE = "undone"


OPEN = (State.PROPOSED, State.APPROVED)
IN_FLIGHT = (State.JOURNALED, State.UNKNOWN)
HELD_OURS = (State.APPLIED, State.ALREADY_TRUE)


@dataclass(frozen=True, slots=True)
class WriteBack:
    """One proposed change of one field of one entity in one tool; `title` is what the entity is called there now."""

    id: str
    plan_id: str
    connector: str
    department_id: str
    mode: PmoMode
    entity: EntityKind
    entity_id: str
    external_id: str
    key: str | None
    field: str
    carrier: str
    before: FieldValue
    after: FieldValue
    reason: str
    state: State = State.PROPOSED
    hold: str | None = None
    approved_by: str | None = None
    approved_for: str | None = None
    approved_at: datetime | None = None
    journaled_at: datetime | None = None
    ended_at: datetime | None = None
    outcome_reason: str | None = None
    undo_of: str | None = None
    policy: str | None = None
    title: str | None = dataclasses.field(default=None, compare=False)

    @property
    def called(self) -> str:
        """How people know it: by its key; where the tool gives none, by its title, with the tool's own id behind it."""
        return self.key or (f"{self.title} ({self.external_id})" if self.title else self.external_id)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is proposed, as one object: `hash` covers every item's place, value before and value after."""

    id: str
    hash: str
    made_at: datetime
    actor: str
    items: tuple[WriteBack, ...]


_FIELDS = tuple(name for name in WriteBack.__dataclass_fields__ if name != "title")


def _from_row(row: RowMapping) -> WriteBack:
    values = {name: row[name] for name in (*_FIELDS, "title")}
    values |= {
        "mode": PmoMode(row["mode"]),
        "entity": EntityKind(row["entity"]),
        "state": State(row["state"]),
        "before": decode(row["before"]),
        "after": decode(row["after"]),
    }
    return WriteBack(**values)


def _to_row(item: WriteBack) -> dict[str, Any]:
    row = {name: getattr(item, name) for name in _FIELDS}
    return row | {"before": encode(item.before), "after": encode(item.after)}


def _with_titles() -> Select[Any]:
    titles = (
        select(column).where(column.table.c.id == writeback.c.entity_id).scalar_subquery()
        for column in (task.c.title, source_project.c.name)
    )
    return select(writeback, func.coalesce(*titles).label("title"))


def find(connection: Connection, *conditions: Any) -> list[WriteBack]:
    """Give the write-backs that meet all conditions, in the order of connector, field and key."""
    order = (writeback.c.connector, writeback.c.field, writeback.c.key, writeback.c.id)
    rows = connection.execute(_with_titles().where(*conditions).order_by(*order)).mappings()
    return [_from_row(row) for row in rows]


def find_latest(connection: Connection, *conditions: Any, limit: int | None = None) -> list[WriteBack]:
    """Give the write-backs that meet all conditions, the one that ended last first; at most so many."""
    numbered = [part for name in (writeback.c.plan_id, writeback.c.id) for part in (func.length(name), name)]
    order = (writeback.c.ended_at.desc().nulls_last(), *(part.desc() for part in numbered))
    rows = connection.execute(_with_titles().where(*conditions).order_by(*order).limit(limit)).mappings()
    return [_from_row(row) for row in rows]


def load_plan(connection: Connection, plan_id: str) -> Plan | None:
    """Give a plan with all its items in its own order, whatever their state; None when there is no such plan."""
    row = connection.execute(select(plan_table).where(plan_table.c.id == plan_id)).mappings().one_or_none()
    if row is None:
        return None
    items = tuple(sorted(find(connection, writeback.c.plan_id == plan_id), key=_number))
    return Plan(id=row["id"], hash=row["hash"], made_at=row["made_at"], actor=row["actor"], items=items)


def latest_plan_id(connection: Connection) -> str | None:
    """Give the plan that was made last, None when none was; by its number, since clocks can step back."""
    order = (func.length(plan_table.c.id).desc(), plan_table.c.id.desc())
    return connection.execute(select(plan_table.c.id).order_by(*order).limit(1)).scalar_one_or_none()


def next_plan_id(connection: Connection) -> str:
    """Give the id for a new plan: P and its number."""
    return f"P{connection.execute(select(func.count()).select_from(plan_table)).scalar_one() + 1}"


def _number(item: WriteBack) -> int:
    return int(item.id.rpartition("-")[2])


def plan_number(item: WriteBack) -> int:
    """Give the number of its plan: of two writes of one place the one of the later plan is the later, by any clock."""
    return int(item.plan_id.removeprefix("P"))


def insert_plan(connection: Connection, plan: Plan) -> None:
    """Store a plan with its items and note each as proposed."""
    row = {"id": plan.id, "hash": plan.hash, "made_at": plan.made_at, "actor": plan.actor}
    connection.execute(insert(plan_table).values(row))
    if plan.items:
        connection.execute(insert(writeback), [_to_row(item) for item in plan.items])
        note(connection, plan.items, "proposed", at=plan.made_at, actor=plan.actor)


def move(  # what an auditor asks of each step: what, from where, to where, when, by whom, with which facts
    connection: Connection,
    items: Sequence[WriteBack],
    to: State,
    *,
    at: datetime,
    actor: str,
    facts: Mapping[str, Any] | None = None,
    event: str | None = None,
) -> list[WriteBack]:
    """Move each item to a state if it still is in the state that the caller saw; give those that were moved.

    The journal names the state, or the `event` where the same state is come to in another way.
    """
    moved = [item for item in items if _moved(connection, item, to, facts or {})]
    detail = {name: value for name, value in (facts or {}).items() if isinstance(value, str)}
    on_behalf_of = detail.get("approved_for")
    note(connection, moved, event or to.value, at=at, actor=actor, on_behalf_of=on_behalf_of, detail=detail)
    return moved


def _moved(connection: Connection, item: WriteBack, to: State, facts: Mapping[str, Any]) -> bool:
    unchanged = and_(writeback.c.id == item.id, writeback.c.state == item.state)
    done = connection.execute(update(writeback).where(unchanged).values(state=to, **facts))
    return done.rowcount == 1


def note(  # see move
    connection: Connection,
    items: Iterable[WriteBack],
    event: str,
    *,
    at: datetime,
    actor: str,
    on_behalf_of: str | None = None,
    detail: Mapping[str, str] | None = None,
) -> None:
    """Append one event for each item."""
    text = orjson.dumps(dict(detail or {})).decode()
    rows = [
        {
            "writeback_id": item.id,
            "event": event,
            "at": at,
            "actor": actor,
            "on_behalf_of": on_behalf_of,
            "detail": text,
        }
        for item in items
    ]
    if rows:
        connection.execute(insert(writeback_event), rows)


def events(connection: Connection, writeback_ids: Sequence[str]) -> list[RowMapping]:
    """Give all that happened to the write-backs, oldest first."""
    statement = select(writeback_event).where(writeback_event.c.writeback_id.in_(writeback_ids))
    return list(connection.execute(statement.order_by(writeback_event.c.id)).mappings())


RELEASED = "released"
"""The event that ends what the hub remembers of an item's field: a person let it begin anew."""


REPLACED = "replaced"
"""The event that keeps the word counting as empty, such as TBD, which a write-back is about to replace in its place."""


def placeholders(connection: Connection, writeback_ids: Iterable[str]) -> dict[str, str]:
    """Give by write-back the word counting as empty that it replaced when it was last sent, "" for none."""
    own = writeback_event.c
    query = select(own.writeback_id, own.event, own.detail).where(
        own.writeback_id.in_(list(writeback_ids)), own.event.in_([State.JOURNALED, REPLACED])
    )
    return {
        row.writeback_id: orjson.loads(row.detail)["placeholder"] if row.event == REPLACED else ""
        for row in connection.execute(query.order_by(own.id))
    }


@dataclass(frozen=True, slots=True)
class Ours:
    """The value that the hub last put in a place, or found there already; whether the place was read since."""

    value: FieldValue
    is_read: bool


def written_since_read(engine: Engine, connector: str) -> list[str]:
    """Give the external ids of the tasks that were written since the connector was last read whole, newest first."""
    read_at = select(connector_table.c.last_success_at).where(connector_table.c.id == connector).scalar_subquery()
    last = func.max(writeback.c.ended_at)
    sent = select(writeback.c.external_id).where(
        writeback.c.connector == connector,
        writeback.c.entity == EntityKind.TASK.value,
        writeback.c.state.in_((State.APPLIED, State.OVERTOOK, State.UNKNOWN, State.UNDONE)),
        or_(read_at.is_(None), writeback.c.ended_at >= read_at),
    )
    with reading(engine) as connection:
        rows = connection.execute(sent.group_by(writeback.c.external_id).order_by(last.desc()))
        return list(rows.scalars())


def last_ours(connection: Connection) -> dict[tuple[str, str], Ours]:
    """Give by entity id and field what the hub last wrote, and has neither taken back nor been told to forget."""
    released = select(writeback_event.c.writeback_id).where(writeback_event.c.event == RELEASED)
    ended = select(
        writeback.c.entity_id,
        writeback.c.field,
        writeback.c.after,
        writeback.c.ended_at,
        writeback.c.connector,
        func.row_number()
        .over(
            partition_by=(writeback.c.entity_id, writeback.c.field),
            order_by=(func.length(writeback.c.plan_id).desc(), writeback.c.plan_id.desc()),
        )
        .label("nth"),
    ).where(writeback.c.state.in_(HELD_OURS), writeback.c.undo_of.is_(None), writeback.c.id.not_in(released))
    newest = ended.subquery()
    known = newest.outerjoin(connector_table, connector_table.c.id == newest.c.connector)
    read_at = connector_table.c.last_success_at
    is_read = or_(connector_table.c.id.is_(None), and_(read_at.is_not(None), read_at >= newest.c.ended_at))
    query = select(newest.c.entity_id, newest.c.field, newest.c.after, is_read.label("is_read"))
    rows = connection.execute(query.select_from(known).where(newest.c.nth == 1))
    return {(row.entity_id, row.field): Ours(decode(row.after), bool(row.is_read)) for row in rows}
