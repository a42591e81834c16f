"""What each recipient of notices was told, so that nobody is told the same twice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from canonical.schema.operations import told as table


@dataclass(frozen=True, slots=True)
class Told:
    """The state of a matter that was told, and when."""

    token: str
    at: datetime


def told_to(connection: Connection, recipient: str) -> dict[str, Told]:
    """Give what a recipient was told, by matter."""
    rows = connection.execute(select(table).where(table.c.recipient == recipient))
    return {row.matter: Told(row.token, row.at) for row in rows}


def last_told(connection: Connection, matters: str, recipient: str | None = None) -> dict[str, datetime]:
    """Say when each recipient, or one, was last told of matters whose names begin so."""
    query = select(table.c.recipient, func.max(table.c.at).label("at")).where(table.c.matter.startswith(matters))
    query = query if recipient is None else query.where(table.c.recipient == recipient)
    return {row.recipient: row.at for row in connection.execute(query.group_by(table.c.recipient))}


def note_told(connection: Connection, recipient: str, tokens: Mapping[str, str], now: datetime) -> None:
    """Note the state of each matter that a recipient was told now."""
    forget(connection, recipient, tokens)
    if tokens:
        rows = [{"matter": matter, "token": token} for matter, token in tokens.items()]
        connection.execute(insert(table).values(recipient=recipient, at=now), rows)


def forget(connection: Connection, recipient: str, matters: Iterable[str]) -> None:
    """Forget what is over, so that it is news when it comes back."""
    over = [{"gone": matter} for matter in matters]
    if over:
        gone = delete(table).where(table.c.recipient == recipient, table.c.matter == bindparam("gone"))
        connection.execute(gone, over)
