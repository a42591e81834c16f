"""References that name nothing known, or more than one thing, counted by what was written."""

from dataclasses import dataclass

from sqlalchemy import Engine, func, select

from canonical.database import reading
from canonical.identity.names import Reason
from canonical.schema.operations import unresolved as table


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A reference as a connector writes it, in which field of which kind of record, why it is open, and how often."""

    connector: str
    entity: str
    field: str
    ref: str
    reason: Reason
    count: int


def unresolved(engine: Engine, connector: str | None = None) -> list[Unresolved]:
    """List them, the most frequent first; of one connector or of all."""
    columns = (table.c.connector, table.c.entity, table.c.field, table.c.ref, table.c.reason)
    count = func.count()
    query = select(*columns, count).group_by(*columns).order_by(count.desc(), *columns)
    query = query if connector is None else query.where(table.c.connector == connector)
    with reading(engine) as connection:
        return [
            Unresolved(connector, entity, field, ref, Reason(reason), number)
            for connector, entity, field, ref, reason, number in connection.execute(query)
        ]
