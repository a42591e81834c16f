"""Changes that wait for somebody: proposed and not decided, approved and not sent, and since when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from canonical.schema.writing import plan, writeback
from canonical.store.writebacks import State


@dataclass(frozen=True, slots=True)
class Waiting:
    """So many changes, the oldest since then; None where there are none."""

    number: int
    since: datetime | None


def proposed(connection: Connection) -> Waiting:
    """Count what waits for a decision; one that later plans proposed again waits since the first of them."""
    earlier, columns = writeback.alias(), writeback.c
    same = [earlier.c[name] == columns[name] for name in ("entity_id", "field", "after")]
    query = (
        select(func.count(columns.id.distinct()).label("number"), func.min(plan.c.made_at).label("since"))
        .join(earlier, (earlier.c.state.in_((State.PROPOSED, State.WITHDRAWN))) & same[0] & same[1] & same[2])
        .join(plan, plan.c.id == earlier.c.plan_id)
        .where(columns.state == State.PROPOSED)
    )
    row = connection.execute(query).one()
    return Waiting(row.number, row.since)


def approved(connection: Connection) -> Waiting:
    """Count what is approved and was not sent yet."""
    columns = writeback.c
    query = select(func.count(columns.id).label("number"), func.min(columns.approved_at).label("since"))
    row = connection.execute(query.where(columns.state == State.APPROVED)).one()
    return Waiting(row.number, row.since)
