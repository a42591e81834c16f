"""Runs whose process was ended from outside: the one who ended it says so in their place."""

from dataclasses import asdict
from datetime import datetime

import orjson
from sqlalchemy import Engine, select, update

from canonical.database import writing
from canonical.problems import Problem
from canonical.schema.operations import lease as leases
from canonical.schema.operations import run as table
from canonical.store.leases import clock
from canonical.store.runs import RunState


def close_runs(engine: Engine, holder: str, state: RunState, problem: Problem, now: datetime) -> list[str]:
    """End what a process that no longer lives was running, with the problem that ended it; give the runs' ids.

    `holder`: the name under which the process held its leases, which are free from then on. Runs that it had ended
    itself as cancelled, because it was told to, get the problem too.
    """
    ended = []
    with writing(engine) as connection:
        query = (
            select(table.c.id, table.c.problems, table.c.ended_at)
            .join(leases, (leases.c.name == table.c.lease) & (leases.c.token == table.c.token))
            .where(
                leases.c.holder == holder,
                table.c.state.in_([RunState.RUNNING.value, RunState.CANCELLED.value]),
            )
        )
        for row in connection.execute(query).all():
            problems = [*orjson.loads(row.problems), asdict(problem)]
            values = {
                "state": state.value,
                "ended_at": row.ended_at or now,
                "problems": orjson.dumps(problems).decode(),
            }
            connection.execute(update(table).where(table.c.id == row.id).values(values))
            ended.append(row.id)
        free = update(leases).where(leases.c.holder == holder)
        connection.execute(free.values(expires_at=clock(connection)))
    return ended
