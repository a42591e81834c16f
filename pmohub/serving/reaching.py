"""Waiting for a database server that is not there yet: machines start their services in any order."""

import time

from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping
from sqlalchemy import Engine

from canonical.database import place
from canonical.logs import logger
from pmohub.serving.signals import Asked

log = logger()
LISTEN_SECONDS = 0.2
"""How often one looks whether somebody asked for something by a signal."""
FIRST_SECONDS, MOST_SECONDS = 1, 30
"""How long until one looks again, twice as long each time, and at most."""


def comes(engine: Engine, asked: Asked) -> bool:
    """Wait until the store's server takes connections, telling it once; False where somebody asked to stop meanwhile.

    One that answers and lets this user not in is there: that does not pass by itself, and the first connection tells.
    Source: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PQPING
    """
    if engine.dialect.name != "postgresql":
        return True
    seconds, told = FIRST_SECONDS, False
    while not asked.stop:
        if PGconn.ping(conninfo(engine).encode()) not in {Ping.NO_RESPONSE, Ping.REJECT}:
            if told:
                log.info("the database answers")
            return True
        if not told:
            log.warning("the database does not answer, it is waited for", where=place(engine))
        told = True
        _wait(seconds, asked)
        seconds = min(2 * seconds, MOST_SECONDS)
    return False


def _wait(seconds: int, asked: Asked) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not asked.stop:
        time.sleep(LISTEN_SECONDS)


def conninfo(engine: Engine) -> str:
    """Write the address of the store as libpq takes it; it holds the password."""
    _, parameters = engine.dialect.create_connect_args(engine.url)
    return make_conninfo(**{name: value for name, value in parameters.items() if name != "context"})
