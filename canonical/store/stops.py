"""Stops: writing to a connector, or of one field of it, that waits for a person to let it start again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from canonical.schema.columns import Instant
from canonical.schema.writing import writing_stop as table


@dataclass(frozen=True, slots=True)
class Stop:
    """What is stopped (`field` None: all of the connector), since when, and why in words."""

    connector: str
    field: str | None
    since: datetime
    reason: str


def stops(connection: Connection, connector: str | None = None) -> list[Stop]:
    """Give the stops in force, of one connector or of all."""
    query = select(table).where(table.c.lifted_at.is_(None)).order_by(table.c.connector, table.c.id)
    if connector is not None:
        query = query.where(table.c.connector == connector)
    return [Stop(row.connector, row.field, row.since, row.reason) for row in connection.execute(query)]


def add_stop(connection: Connection, stop: Stop) -> None:
    """Note a stop unless one of the same is in force."""
    if not any((one.connector, one.field) == (stop.connector, stop.field) for one in stops(connection)):
        values = {"connector": stop.connector, "field": stop.field, "since": stop.since, "reason": stop.reason}
        connection.execute(insert(table).values(values))


def lift(connection: Connection, connector: str, field: str | None, *, at: datetime, by: str) -> list[Stop]:
    """End the stops of a connector, or of one of its fields; give those that were in force."""
    lifted = [one for one in stops(connection, connector) if field in (None, one.field)]
    ours = [table.c.connector == connector, table.c.lifted_at.is_(None)]
    if field is not None:
        ours.append(table.c.field == field)
    connection.execute(update(table).where(*ours).values(lifted_at=at, lifted_by=by))
    return lifted


def last_lifted(connection: Connection, connector: str, field: str) -> datetime | None:
    """Say when a stop of a field was last lifted; None when none ever was."""
    query = select(func.max(table.c.lifted_at, type_=Instant()))
    return connection.execute(query.where(*_of(connector, field))).scalar_one_or_none()


def _of(connector: str, field: str) -> tuple[ColumnElement[bool], ...]:
    return table.c.connector == connector, table.c.field == field
