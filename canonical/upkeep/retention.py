"""What is kept for how long, and removing what is over. Nothing that somebody still needs to explain a value goes.

Projects, people, deviations, waivers, write-backs and their journal are never removed here.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    Engine,
    Select,
    Table,
    Text,
    and_,
    cast,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)

from canonical.database import reading, writing
from canonical.schema.entities import (
    allocation,
    dependency,
    field_value,
    further_project,
    leave,
    project,
    source_project,
    status_update,
    task,
    task_label,
    time_entry,
)
from canonical.schema.governance import deviation
from canonical.schema.names import identity
from canonical.schema.operations import change, hold, quarantine, run, told, unresolved
from canonical.store.layout import TABLES
from canonical.store.leases import Lease, require
from canonical.store.runs import RunState
from canonical.store.sets import among
from canonical.vocabulary import DeviationState, ProjectStatus

ENDED = (ProjectStatus.COMPLETED, ProjectStatus.CANCELLED)
LEAVES = (time_entry, dependency, status_update, allocation, leave)
PRUNED = tuple(kind for kind, table in TABLES.items() if table in {task, *LEAVES})
NAMING_TASKS = (
    (time_entry, time_entry.c.task_id),
    (dependency, dependency.c.predecessor_id),
    (dependency, dependency.c.successor_id),
)
BATCH = 2_000
"""Rows that go in one transaction, with what belongs to them: SQLite lets nobody else write meanwhile."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long each kind is kept. `history` counts from a project's end, the others from when it happened.

    `runs` goes for holds that were let through too, and for what people were told of what is closed.
    """

    runs: timedelta
    quarantine: timedelta
    tombstones: timedelta
    history: timedelta


@dataclass(frozen=True, slots=True)
class _Step:
    """Rows of one table that are over, with what belongs to them by their id; `first`: which go before the others."""

    table: Table
    condition: ColumnElement[bool]
    sides: Sequence[Column[str]] = ()
    first: Sequence[ColumnElement[bool]] = ()


def over(engine: Engine, keep: Retention, now: datetime) -> dict[str, int]:
    """Count the rows that are kept no longer, by kind. Nothing is removed."""
    with reading(engine) as connection:
        return {kind: sum(_number(connection, one) for one in steps) for kind, steps in _steps(keep, now).items()}


def remove(engine: Engine, lease: Lease, keep: Retention, now: datetime) -> dict[str, int]:
    """Remove what is kept no longer; give the numbers by kind.

    In batches, so that others can write meanwhile; a row goes together with what belongs to it. What an interrupted one
    leaves, the next one removes.

    Raises:
        LeaseLostError: the lease expired or was taken over; what was removed before is gone.
    """
    removed: Counter[str] = Counter()
    for kind, steps in _steps(keep, now).items():
        removed[kind] = 0
        for step in steps:
            while number := _remove_some(engine, lease, step):
                removed[kind] += number
    return dict(removed)


def _number(connection: Connection, step: _Step) -> int:
    own = select(func.count()).select_from(step.table).where(step.condition)
    queries = [own]
    if step.sides:
        ids = select(step.table.c.id).where(step.condition)
        queries += [select(func.count()).select_from(side.table).where(side.in_(ids)) for side in step.sides]
    return sum(connection.execute(query).scalar_one() for query in queries)


def _remove_some(engine: Engine, lease: Lease, step: _Step) -> int:
    keys = list(step.table.primary_key.columns)
    some = select(*keys).where(step.condition, *step.first).limit(BATCH)
    with writing(engine) as connection:
        require(connection, lease)
        if not step.sides:
            return connection.execute(delete(step.table).where(tuple_(*keys).in_(some))).rowcount
        ids = list(connection.execute(some).scalars())
        columns = (*step.sides, step.table.c.id)
        gone = [delete(column.table).where(among(connection, column, ids)) for column in columns]
        return sum(connection.execute(one).rowcount for one in gone) if ids else 0


def _steps(keep: Retention, now: datetime) -> Mapping[str, Sequence[_Step]]:
    """Give for each kind its rows, in the order in which they can go."""
    held = select(hold.c.run_id).where(hold.c.released_at.is_(None))
    ended = (run.c.ended_at < now - keep.runs) & (run.c.state != RunState.RUNNING.value)
    gone = _tombstones(now - keep.tombstones)
    history: list[ColumnElement[bool]] = [
        (change.c.at < now - keep.history) & change.c.entity_id.in_(_ended(now - keep.history)),
        _of_nothing(change),
    ]
    history += [change.c.entity_id.in_(select(one.table.c.id).where(one.condition)) for one in gone]
    return {
        "history": [_Step(change, or_(*history))],
        "tombstones": [*gone, _Step(identity, _of_nothing(identity))],
        "quarantine": [_Step(quarantine, quarantine.c.since < now - keep.quarantine)],
        "runs": [
            _Step(run, ended & run.c.id.not_in(held)),
            _Step(hold, hold.c.released_at < now - keep.runs),
        ],
        "notices": [_Step(told, (told.c.at < now - keep.runs) & _is_closed())],
    }


def _tombstones(gone: datetime) -> list[_Step]:
    """Name what was deleted before a moment; a task only when nothing that stays names it or one below it."""
    sides = (field_value.c.entity_id, unresolved.c.entity_id, identity.c.entity_id)
    child = task.alias()
    lowest = ~exists().where(child.c.parent_id == task.c.id)
    condition = and_(task.c.deleted_at < gone, task.c.id.not_in(_needed(gone)))
    return [
        *(_Step(table, table.c.deleted_at < gone, sides) for table in LEAVES),
        _Step(task, condition, (*sides, task_label.c.task_id, further_project.c.task_id), (lowest,)),
    ]


def _needed(gone: datetime) -> Select[tuple[str]]:
    """Name the tasks that a row that stays names, and all above them."""
    stays = {table: or_(table.c.deleted_at.is_(None), table.c.deleted_at >= gone) for table in (task, *LEAVES)}
    names = ((task, task.c.parent_id), *NAMING_TASKS)
    named = union_all(*(select(column.label("id")).where(column.is_not(None), stays[table]) for table, column in names))
    needed = select(named.subquery().c.id).cte("needed", recursive=True, nesting=True)
    above = select(task.c.parent_id).join(needed, needed.c.id == task.c.id).where(task.c.parent_id.is_not(None))
    return select(needed.union(above).c.id)


def _of_nothing(table: Table) -> ColumnElement[bool]:
    """Say that a row belongs to something that an earlier pruning removed."""
    return or_(
        *(
            and_(table.c.entity == kind.value, ~exists().where(TABLES[kind].c.id == table.c.entity_id))
            for kind in PRUNED
        )
    )


def _is_closed() -> ColumnElement[bool]:
    """Say that what somebody was told is over: its deviation is closed or gone, its hold let through."""
    matter = told.c.matter
    living = select(literal("deviation:", Text) + cast(deviation.c.number, Text))
    living = living.where(deviation.c.state != DeviationState.CLOSED)
    held = select(literal("hold:", Text) + hold.c.run_id).where(hold.c.released_at.is_(None))
    return or_(
        matter.startswith("deviation:") & matter.not_in(living), matter.startswith("hold:") & matter.not_in(held)
    )


def _ended(before: datetime) -> CompoundSelect[Any]:
    """Name the projects that ended before a moment, and their tasks."""
    over = select(project.c.id).where(
        or_(
            project.c.deleted_at < before,
            and_(project.c.status.in_(ENDED), project.c.status_since < before),
        )
    )
    sources = select(source_project.c.id).where(source_project.c.project_id.in_(over))
    return union_all(over, sources, select(task.c.id).where(task.c.project_id.in_(over)))
