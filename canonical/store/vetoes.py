"""Vetoes: what a person put back or changed after the hub is left alone until a person decides otherwise."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from canonical.schema.writing import veto


def vetoes(connection: Connection) -> dict[tuple[str, str], str]:
    """Give the reason of each veto by entity id and field."""
    return {(row.entity_id, row.field): row.reason for row in connection.execute(select(veto))}


def add_vetoes(connection: Connection, found: Iterable[tuple[str, str, str]], *, since: datetime) -> None:
    """Note vetoes (entity id, field, reason) that are not in force yet."""
    known = vetoes(connection)
    rows = [
        {"entity_id": entity_id, "field": field, "since": since, "reason": reason}
        for entity_id, field, reason in found
        if (entity_id, field) not in known
    ]
    if rows:
        connection.execute(insert(veto), rows)


def release(connection: Connection, entity_id: str, field: str) -> bool:
    """Lift a veto; False when there was none."""
    done = connection.execute(delete(veto).where(veto.c.entity_id == entity_id, veto.c.field == field))
    return done.rowcount == 1
