"""Who may work on a connector now: a lease with a time to live, on the database's clock, with a fencing token.

Every taking raises the token, and every transaction that stores checks it: a holder that was paused beyond its time
and overtaken by another can store nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, func, select, text, update

from canonical.database import reading, writing
from canonical.problems import Problem, ProblemError
from canonical.schema.columns import EPOCH
from canonical.schema.operations import lease as table
from canonical.store.sets import insert_into


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work under `name` until it expires; `token` tells this taking from every other one."""

    name: str
    holder: str
    token: int
    ttl: timedelta


class LeaseLostError(ProblemError):
    """The lease expired or another holder took it over; the transaction in hand is not kept."""

    def __init__(self, lease: Lease) -> None:
        super().__init__(
            Problem(
                what=f"Another process took over the work on {lease.name}, or this one stood still for too long.",
                not_done="The step in hand was not stored; what was stored before is kept.",
                next_step="Run it again; it goes on from the last stored step.",
            )
        )


def clock(connection: Connection) -> datetime:
    """Tell the time by the database, the one clock that all workers share."""
    if connection.dialect.name == "postgresql":
        moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return moment
    days = connection.execute(text("SELECT julianday('now') - 2440587.5")).scalar_one()
    return EPOCH + timedelta(days=days)


def acquire(engine: Engine, name: str, holder: str, ttl: timedelta) -> Lease | None:
    """Take the lease if nobody holds it or its time is over; None when another holder has it."""
    with writing(engine) as connection:
        now = clock(connection)
        insert = insert_into(connection, table).values(name=name, holder=holder, token=1, expires_at=now + ttl)
        taken = insert.on_conflict_do_update(
            index_elements=[table.c.name],
            set_={"holder": holder, "token": table.c.token + 1, "expires_at": now + ttl},
            where=table.c.expires_at <= now,
        ).returning(table.c.token)
        token = connection.execute(taken).scalar_one_or_none()
    return None if token is None else Lease(name, holder, token, ttl)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lease, and until when if nothing is heard of it."""

    holder: str
    expires_at: datetime


def holder_of(engine: Engine, name: str) -> Holder | None:
    """Say who holds the lease now; None when nobody does."""
    with reading(engine) as connection:
        row = connection.execute(select(table).where(table.c.name == name)).one_or_none()
        return None if row is None or row.expires_at <= clock(connection) else Holder(row.holder, row.expires_at)


def renew(engine: Engine, lease: Lease) -> None:
    """Begin the lease's time to live anew.

    Raises:
        LeaseLostError: another holder took it over.
    """
    with writing(engine) as connection:
        expires_at = clock(connection) + lease.ttl
        renewed = connection.execute(update(table).where(*_ours(lease)).values(expires_at=expires_at))
        if renewed.rowcount != 1:
            raise LeaseLostError(lease)


def release(engine: Engine, lease: Lease) -> None:
    """Give the lease back; does nothing when it is no longer ours."""
    with writing(engine) as connection:
        connection.execute(update(table).where(*_ours(lease)).values(expires_at=clock(connection)))


def require(connection: Connection, lease: Lease) -> None:
    """Check at the start of a writing transaction that the lease is ours, and hold it until the transaction ends.

    Raises:
        LeaseLostError: it expired, or another holder took it over.
    """
    held = select(table.c.expires_at).where(*_ours(lease)).with_for_update(read=True)
    expires_at = connection.execute(held).scalar_one_or_none()
    if expires_at is None or expires_at <= clock(connection):
        raise LeaseLostError(lease)


def _ours(lease: Lease) -> tuple[ColumnElement[bool], ...]:
    return table.c.name == lease.name, table.c.token == lease.token
