"""The latest attempts to read a connector, from which follows when it is due and how long it is left alone."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select

from canonical.database import reading
from canonical.schema.operations import run as table
from canonical.store.runs import RunKind, RunState

MOST = 30
"""How many are looked at: more failures in a row change nothing any more."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A run that read a connector. `by_person`: somebody asked for it to be cancelled."""

    begun: datetime
    ended: datetime | None
    state: RunState
    by_person: bool = False


def attempts(engine: Engine, connector: str, now: datetime) -> list[Attempt]:
    """Give the latest attempts to read a connector up to now, the newest first.

    A run that is stored as later was begun by a clock that was put back since; it says nothing of what is due.
    """
    query = (
        select(table.c.started_at, table.c.ended_at, table.c.state, table.c.cancel_asked_by)
        .where(table.c.connector == connector, table.c.kind == RunKind.SYNC.value, table.c.started_at <= now)
        .order_by(table.c.started_at.desc(), table.c.token.desc())
        .limit(MOST)
    )
    with reading(engine) as connection:
        return [
            Attempt(row.started_at, row.ended_at, RunState(row.state), by_person=row.cancel_asked_by is not None)
            for row in connection.execute(query)
        ]


def last_evaluation(engine: Engine, now: datetime) -> datetime | None:
    """Say when the standards were last applied to the end, up to now; None when they never were."""
    query = (
        select(table.c.started_at)
        .where(
            table.c.connector.is_(None),
            table.c.kind == RunKind.EVALUATE.value,
            table.c.state == RunState.DONE.value,
            table.c.started_at <= now,
        )
        .order_by(table.c.started_at.desc())
        .limit(1)
    )
    with reading(engine) as connection:
        moment: datetime | None = connection.execute(query).scalar_one_or_none()
    return moment
