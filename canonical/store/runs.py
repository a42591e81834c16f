"""Runs: what was done for a connector or for all, noted as it goes, so that a killed one still tells what it stored."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

import orjson
from sqlalchemy import Engine, Row, exists, insert, select, text, update

from canonical.database import reading, writing
from canonical.intake import Cursor
from canonical.problems import Problem, Weight
from canonical.schema.operations import connector as connectors
from canonical.schema.operations import lease as leases
from canonical.schema.operations import run as table
from canonical.store.batches import Counts
from canonical.store.leases import Lease, clock, require

MANY = 10_000
"""Changed rows after which a database's statistics are out of date."""


class RunKind(StrEnum):
    """What a run does."""

    SYNC = "sync"
    RESOLVE = "resolve"
    EVALUATE = "evaluate"
    PLAN = "plan"
    APPLY = "apply"
    MOVE = "move"
    RETIRE = "retire"
    PURGE = "purge"


class RunState(StrEnum):
    """How a run ended. `in_part`: a part could not be read; `lost`: its process died or was overtaken.

    `skipped` is never stored: another process had the work in hand, and nothing was begun.
    """

    RUNNING = "running"
    DONE = "done"
    IN_PART = "in_part"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class RunNote:
    """What is known of a run so far.

    `waits`: seconds by reason in words; `stages`: seconds by name; `peak_memory` in bytes. `outcomes`: how the items
    ended that the run is about, such as the changes of an apply run by outcome.
    """

    counts: Counts = field(default_factory=Counts)
    cursor: Cursor | None = None
    requests: int = 0
    waits: Mapping[str, float] = field(default_factory=dict)
    stages: Mapping[str, float] = field(default_factory=dict)
    peak_memory: int | None = None
    problems: Sequence[Problem] = ()
    outcomes: Mapping[str, int] = field(default_factory=dict)

    @property
    def waited(self) -> float:
        """Seconds waited, whatever the reason."""
        return sum(self.waits.values())


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it is stored."""

    id: str
    kind: RunKind
    connector: str | None
    state: RunState
    started_at: datetime
    ended_at: datetime | None
    config_version: str | None
    cursor_before: Cursor | None
    note: RunNote
    cancel_asked_by: str | None = None


def begin_run(
    engine: Engine,
    lease: Lease,
    kind: RunKind,
    now: datetime,
    *,
    connector: str | None = None,
    cursor: Cursor | None = None,
    config_version: str | None = None,
) -> str:
    """Note that a run begins, and that those which held the lease before and never ended are lost; give its id.

    Raises:
        LeaseLostError: the lease expired or was taken over.
    """
    run_id = uuid4().hex
    lost = update(table).where(table.c.lease == lease.name, table.c.state == RunState.RUNNING.value)
    with writing(engine) as connection:
        require(connection, lease)
        connection.execute(lost.values(state=RunState.LOST.value, ended_at=now))
        connection.execute(
            insert(table).values(
                id=run_id,
                kind=kind.value,
                connector=connector,
                lease=lease.name,
                token=lease.token,
                state=RunState.RUNNING.value,
                started_at=now,
                config_version=config_version,
                cursor_before=_json(cursor),
            )
        )
    return run_id


def note_run(engine: Engine, run_id: str, note: RunNote) -> None:
    """Note how far a run is."""
    with writing(engine) as connection:
        connection.execute(update(table).where(table.c.id == run_id).values(_columns(note)))


def ask_cancel(engine: Engine, run_id: str, actor: str, now: datetime) -> bool:
    """Ask a run of any process to stop after the step in hand; False when it is not running (any more)."""
    running = (table.c.id == run_id, table.c.state == RunState.RUNNING.value)
    with writing(engine) as connection:
        asked = connection.execute(update(table).where(*running).values(cancel_asked_at=now, cancel_asked_by=actor))
        return asked.rowcount == 1


def cancel_asked(engine: Engine, run_id: str) -> bool:
    """Say whether somebody asked the run to stop."""
    with reading(engine) as connection:
        asked = select(table.c.cancel_asked_at).where(table.c.id == run_id)
        return connection.execute(asked).scalar_one_or_none() is not None


def end_run(engine: Engine, run_id: str, state: RunState, note: RunNote, now: datetime) -> None:
    """Note how a run ended; one that was taken for lost meanwhile stays lost.

    A complete sync makes its connector fresh as of the run's beginning. One in part does so the first time only: what
    was read is worth a look at once, but a part that stays unreadable lets the whole go stale in time.
    After a large one PostgreSQL counts its tables anew: what resolves and evaluates next would be planned for the small
    tables of before.
    """
    ours = (table.c.id == run_id, table.c.state == RunState.RUNNING.value)
    with writing(engine) as connection:
        ended = connection.execute(
            update(table)
            .where(*ours)
            .values(**_columns(note), state=state.value, ended_at=now)
            .returning(table.c.kind, table.c.connector, table.c.started_at)
        ).one_or_none()
        if ended is not None and ended.kind == RunKind.SYNC.value and state in {RunState.DONE, RunState.IN_PART}:
            fresh = update(connectors).where(connectors.c.id == ended.connector)
            if state is RunState.IN_PART:
                fresh = fresh.where(connectors.c.last_success_at.is_(None))
            connection.execute(fresh.values(last_success_at=ended.started_at))
        if note.counts.changed >= MANY and engine.dialect.name == "postgresql":
            connection.execute(text("ANALYZE"))


def mark_lost(engine: Engine, now: datetime) -> int:
    """Mark the runs that never ended and whose lease expired or went to another; give their number."""
    with writing(engine) as connection:
        same = (leases.c.name == table.c.lease, leases.c.token == table.c.token)
        alive = exists().where(*same, leases.c.expires_at > clock(connection))
        lost = update(table).where(table.c.state == RunState.RUNNING.value, table.c.lease.is_not(None), ~alive)
        return connection.execute(lost.values(state=RunState.LOST.value, ended_at=now)).rowcount


def recent_runs(engine: Engine, *, connector: str | None = None, limit: int = 50) -> list[Run]:
    """Give the latest runs, newest first."""
    latest = select(table).order_by(table.c.started_at.desc(), table.c.token.desc()).limit(limit)
    if connector is not None:
        latest = latest.where(table.c.connector == connector)
    with reading(engine) as connection:
        return [_run(row) for row in connection.execute(latest)]


def last_ended(engine: Engine, connector: str, *, well: bool = False) -> Run | None:
    """Give the latest reading of a connector that came to an end, good or bad; one that somebody stopped is none.

    `well`: only one that stored what it read.
    """
    came_to_an_end = (RunState.DONE, RunState.IN_PART, *(() if well else (RunState.FAILED, RunState.LOST)))
    ended = table.c.kind == RunKind.SYNC.value, table.c.state.in_([state.value for state in came_to_an_end])
    latest = select(table).where(table.c.connector == connector, *ended)
    with reading(engine) as connection:
        row = connection.execute(latest.order_by(table.c.started_at.desc(), table.c.token.desc()).limit(1)).first()
    return None if row is None else _run(row)


def find_runs(engine: Engine, id_begins: str) -> list[Run]:
    """Give the runs whose id begins so, newest first."""
    query = select(table).where(table.c.id.startswith(id_begins, autoescape=True))
    with reading(engine) as connection:
        return [_run(row) for row in connection.execute(query.order_by(table.c.started_at.desc()))]


def _run(row: Row[Any]) -> Run:
    return Run(
        id=row.id,
        kind=RunKind(row.kind),
        connector=row.connector,
        state=RunState(row.state),
        started_at=row.started_at,
        ended_at=row.ended_at,
        config_version=row.config_version,
        cursor_before=_read(row.cursor_before),
        note=RunNote(
            counts=Counts(
                row.seen, row.changed, row.unchanged, row.deleted, row.quarantined, lost_access=row.lost_access
            ),
            cursor=_read(row.cursor_after),
            requests=row.requests,
            waits=orjson.loads(row.waits),
            stages=orjson.loads(row.stages),
            peak_memory=row.peak_memory,
            problems=tuple(read_problem(problem) for problem in orjson.loads(row.problems)),
            outcomes=orjson.loads(row.outcomes),
        ),
        cancel_asked_by=row.cancel_asked_by,
    )


def read_problem(kept: Mapping[str, Any]) -> Problem:
    """Give back a problem that was stored as JSON."""
    return Problem(**{**kept, "weight": Weight(kept["weight"]), "commands": tuple(kept["commands"])})


def _columns(note: RunNote) -> dict[str, object]:
    return {
        "seen": note.counts.seen,
        "changed": note.counts.changed,
        "unchanged": note.counts.unchanged,
        "deleted": note.counts.deleted,
        "lost_access": note.counts.lost_access,
        "quarantined": note.counts.quarantined,
        "cursor_after": _json(note.cursor),
        "requests": note.requests,
        "waited": note.waited,
        "waits": _json(note.waits),
        "outcomes": _json(note.outcomes),
        "stages": _json(note.stages),
        "peak_memory": note.peak_memory,
        "problems": orjson.dumps([asdict(problem) for problem in note.problems]).decode(),
    }


def _json(value: Mapping[str, object] | None) -> str | None:
    return None if value is None else orjson.dumps(dict(value)).decode()


def _read(text: str | None) -> Cursor | None:
    return None if text is None else dict(orjson.loads(text))
