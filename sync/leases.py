"""Holding a lease for as long as a piece of work takes: taken, kept alive by a heartbeat, given back."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from time import monotonic, sleep

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from canonical.logs import logger
from canonical.problems import Problem, ProblemError
from canonical.store import Lease, LeaseLostError, acquire, holder_of, release, renew

log = logger()
TTL = timedelta(seconds=60)
"""How long the work of a killed process is left alone before another may take it up."""
PAUSE_SECONDS = 0.2
HUB = "hub"
"""The lease for work on everything: resolving, evaluating, planning."""


class LeaseHeldError(ProblemError):
    """Somebody else is at it; the problem says who."""


def connector_lease(connector_id: str) -> str:
    """Name the lease of one connector."""
    return f"connector:{connector_id}"


@contextmanager
def held(
    engine: Engine, name: str, holder: str, ttl: timedelta = TTL, *, wait: timedelta = timedelta(0)
) -> Iterator[Lease]:
    """Hold the lease while the block runs, after waiting for it if need be.

    A block that was overtaken learns it from its next write.

    Raises:
        LeaseHeldError: another holder has it, also after the wait.
    """
    lease = _taken(engine, name, holder, ttl, wait)
    stop = threading.Event()
    heart = threading.Thread(target=_beat, args=(engine, lease, stop), name=f"heartbeat {name}", daemon=True)
    heart.start()
    try:
        yield lease
    finally:
        stop.set()
        heart.join()
        with suppress(ProblemError):  # the database is away: the lease ends by itself
            release(engine, lease)


def _taken(engine: Engine, name: str, holder: str, ttl: timedelta, wait: timedelta) -> Lease:
    until = monotonic() + wait.total_seconds()
    while (lease := acquire(engine, name, holder, ttl)) is None:
        if monotonic() >= until:
            raise LeaseHeldError(_held_by(engine, name))
        sleep(PAUSE_SECONDS)
    return lease


def _beat(engine: Engine, lease: Lease, stop: threading.Event) -> None:
    while not stop.wait(lease.ttl.total_seconds() / 3):
        try:
            renew(engine, lease)
        except LeaseLostError:
            log.warning("lease lost", lease=lease.name)
            return
        except (ProblemError, SQLAlchemyError):
            # The database is locked or away: the next beat may reach it, and until then the lease lasts.
            log.warning("heartbeat failed", lease=lease.name, exc_info=True)


def _held_by(engine: Engine, name: str) -> Problem:
    found = holder_of(engine, name)
    who, until = (found.holder, f"{found.expires_at:%H:%M:%S} UTC") if found else ("another process", "soon")
    return Problem(
        what=f"{_shown(name)} is being worked on by {who}.",
        where=name,
        not_done="Nothing was read or changed.",
        next_step=f"Wait until it is done; if that process was killed, its claim ends at {until}.",
    )


def _shown(name: str) -> str:
    return "The portfolio as a whole" if name == HUB else name.removeprefix("connector:")
