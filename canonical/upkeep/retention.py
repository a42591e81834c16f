"""What is kept for how long, and removing what is over. Nothing that somebody still needs to explain a value goes.

Projects, people, deviations, waivers, write-backs and their journal are never removed here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Engine,
    Table,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    union_all,
)

from canonical.database import reading, writing
from canonical.schema.entities import (
    dependency,
    field_value,
    further_project,
    project,
    source_project,
    status_update,
    task,
    task_label,
    time_entry,
)
from canonical.schema.operations import change, hold, quarantine, run, unresolved
from canonical.store.leases import Lease, require
from canonical.store.runs import RunState
from canonical.vocabulary import ProjectStatus

ENDED = (ProjectStatus.COMPLETED, ProjectStatus.CANCELLED)
LEAVES = (time_entry, dependency, status_update)
NAMING_TASKS = (
    (time_entry, time_entry.c.task_id),
    (dependency, dependency.c.predecessor_id),
    (dependency, dependency.c.successor_id),
)
Rows: TypeAlias = tuple[Table, ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Retention:
    """How long each kind is kept. `history` counts from a project's end, the others from when it happened."""

    runs: timedelta
    quarantine: timedelta
    tombstones: timedelta
    history: timedelta


def over(engine: Engine, keep: Retention, now: datetime) -> dict[str, int]:
    """Count the rows that are kept no longer, by kind. Nothing is removed."""
    with reading(engine) as connection:
        return {
            kind: sum(
                connection.execute(select(func.count()).select_from(table).where(condition)).scalar_one()
                for table, condition in conditions
            )
            for kind, conditions in _conditions(keep, now).items()
        }


def remove(engine: Engine, lease: Lease, keep: Retention, now: datetime) -> dict[str, int]:
    """Remove what is kept no longer, all of it or nothing; give the numbers by kind.

    Raises:
        LeaseLostError: the lease expired or was taken over.
    """
    with writing(engine) as connection:
        require(connection, lease)
        return {
            kind: sum(connection.execute(delete(table).where(condition)).rowcount for table, condition in conditions)
            for kind, conditions in _conditions(keep, now).items()
        }


def _conditions(keep: Retention, now: datetime) -> Mapping[str, Sequence[Rows]]:
    """Give for each kind its rows, in the order in which they can go."""
    held = select(hold.c.run_id).where(hold.c.released_at.is_(None))
    ended = (run.c.ended_at < now - keep.runs) & (run.c.state != RunState.RUNNING.value)
    return {
        "history": [(change, (change.c.at < now - keep.history) & change.c.entity_id.in_(_ended(now - keep.history)))],
        "tombstones": _tombstones(now - keep.tombstones),
        "quarantine": [(quarantine, quarantine.c.since < now - keep.quarantine)],
        "runs": [(run, ended & run.c.id.not_in(held))],
    }


def _tombstones(gone: datetime) -> list[Rows]:
    """Name what was deleted before a moment; a task only when nothing that stays names it."""
    child = task.alias()
    needed = [exists().where(child.c.parent_id == task.c.id)]
    needed += [
        exists().where(column == task.c.id, or_(table.c.deleted_at.is_(None), table.c.deleted_at >= gone))
        for table, column in NAMING_TASKS
    ]
    conditions: list[Rows] = [(table, table.c.deleted_at < gone) for table in LEAVES]
    conditions.append((task, and_(task.c.deleted_at < gone, *(~one for one in needed))))
    whole = [select(table.c.id).where(condition) for table, condition in conditions]
    sides = [(table, table.c.entity_id.in_(ids)) for table in (field_value, unresolved) for ids in whole]
    sides += [(table, table.c.task_id.in_(whole[-1])) for table in (task_label, further_project)]
    # A task's condition looks at the rows that name it, so it goes before they do.
    return [*sides, *reversed(conditions)]


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
