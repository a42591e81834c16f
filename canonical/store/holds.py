"""Holds: after a result that is not plausible nothing is told or written until a person has looked at it."""

from dataclasses import asdict, dataclass
from datetime import datetime

import orjson
from sqlalchemy import Connection, Engine, insert, select, update

from canonical.database import reading, writing
from canonical.problems import LimitError, Problem
from canonical.schema.operations import hold as table
from canonical.store.runs import read_problem


@dataclass(frozen=True, slots=True)
class Hold:
    """A run whose result a person must look at, since when, and why."""

    run_id: str
    since: datetime
    problem: Problem


def hold_back(connection: Connection, run_id: str, problem: Problem, now: datetime) -> None:
    """Hold notices and writes back because of a run."""
    text = orjson.dumps(asdict(problem)).decode()
    connection.execute(insert(table).values(run_id=run_id, since=now, problem=text))


def holds(engine: Engine) -> list[Hold]:
    """Give what no person has looked at yet, oldest first."""
    with reading(engine) as connection:
        rows = connection.execute(select(table).where(table.c.released_at.is_(None)).order_by(table.c.since)).all()
    return [Hold(row.run_id, row.since, read_problem(orjson.loads(row.problem))) for row in rows]


def accept(engine: Engine, run_id: str, actor: str, now: datetime) -> bool:
    """Note that a person has looked at the run and lets its result through; False when nothing was held."""
    with writing(engine) as connection:
        held = update(table).where(table.c.run_id == run_id, table.c.released_at.is_(None))
        return connection.execute(held.values(released_at=now, released_by=actor)).rowcount == 1


def require_none(engine: Engine) -> None:
    """Check that nothing is held back.

    Raises:
        LimitError: something is; the first one's problem says why and how to let it through.
    """
    held = holds(engine)
    if held:
        raise LimitError(held[0].problem)
