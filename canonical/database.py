"""The only way into the database: engines for SQLite and PostgreSQL, and transactions that read or write.

What an administrator can mend (not reachable, locked, full, not writable, not a database) is raised as `StoreError`
with the problem in words; anything else is a fault of ours and comes through as it is.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from canonical.problems import ConfigurationError, Problem, ProblemError
from canonical.sqlite_functions import add_functions

CACHE_MIB = 64
LOG_PAGES = 4_096
"""SQLite's log grows to so many pages (16 MiB) before they go into the file. With its own 1,000 each batch of a first
sync would do that, which writes a quarter more and waits for the disk each time."""
BUSY_TIMEOUT_SECONDS = 30
WRITING = "pmohub_writing"
PATIENCE = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
"""How long a PostgreSQL server that has fallen silent is waited for, unless the address says otherwise: seconds, the
last one milliseconds. Left to the system a lost machine or cut network would be noticed after two hours.
Source: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS"""


class StoreError(ProblemError):
    """The database cannot be used as it is; the problem says why and what to do."""


def open_engine(url: str) -> Engine:
    """Make the engine for `sqlite:///FILE` or `postgresql://USER@HOST/DATABASE`; nothing is connected yet.

    Raises:
        ConfigurationError: the URL is of neither form.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_SECONDS})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    options = {name: value for name, value in PATIENCE.items() if name not in parsed.query}
    bounded = parsed.set(drivername="postgresql+psycopg").update_query_dict(options)
    return create_engine(bounded, pool_pre_ping=True)


def _parsed(url: str) -> URL:
    problem = Problem(
        what="The database is not given as an address that pmohub knows.",
        where="database",
        not_done="Nothing was opened.",
        next_step="Write sqlite:///FILE, or postgresql://USER@HOST/DATABASE for several workers.",
    )
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise ConfigurationError(problem) from error
    if backend not in {"sqlite", "postgresql"} or (backend == "sqlite" and parsed.database in {None, "", ":memory:"}):
        raise ConfigurationError(problem)
    return parsed


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """WAL lets readers and one writer work at once; transactions are begun by `_begin_sqlite`, not by the driver."""
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = OFF",
        f"cache_size = {-CACHE_MIB * 1024}",
        f"wal_autocheckpoint = {LOG_PAGES}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    add_functions(connection)


def _begin_sqlite(connection: Connection) -> None:
    """A read that turns into a write after somebody else wrote fails at once, so a writer says so from the start."""
    writes = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one state of the database throughout; what is written through it is not kept.

    Raises:
        StoreError: the database cannot be read.
    """
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with _told(engine), engine.connect() as connection:
        # Leaving the block without a commit rolls back.
        yield connection.execution_options(**options)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection whose work is kept whole when the block ends, and not at all when it raises.

    Raises:
        StoreError: the database cannot be written.
    """
    with _told(engine), engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        yield connection


@contextmanager
def then_writing(connection: Connection) -> Iterator[None]:
    """Go on to write on a connection whose reading has ended by a commit, and so still sees its temporary tables.

    Kept whole when the block ends, and not at all when it raises. For use within `reading`.
    """
    options = {"isolation_level": "READ COMMITTED"} if connection.dialect.name == "postgresql" else {WRITING: True}
    connection.execution_options(**options)
    with connection.begin():
        yield


def place(engine: Engine) -> str:
    """Name the database for people, without its password; its options go too, one of them may be another."""
    if engine.dialect.name == "sqlite":
        return engine.url.database or ""
    return engine.url.set(drivername="postgresql", query={}).render_as_string()


SQLITE_FAULTS = {
    sqlite3.SQLITE_BUSY: ("is locked by another process", "Wait until it has ended, or stop it, and try again."),
    sqlite3.SQLITE_LOCKED: ("is locked by another process", "Wait until it has ended, or stop it, and try again."),
    sqlite3.SQLITE_READONLY: ("may not be written", "Give this user write permission on the file and its folder."),
    sqlite3.SQLITE_PERM: ("may not be written", "Give this user write permission on the file and its folder."),
    sqlite3.SQLITE_FULL: ("cannot grow: the disk is full", "Free some space and try again."),
    sqlite3.SQLITE_IOERR: ("cannot be read or written by the disk", "Check the disk or the network drive, try again."),
    sqlite3.SQLITE_NOTADB: ("is not a database", "Name another file, or move this one away."),
    sqlite3.SQLITE_CORRUPT: ("is damaged", "Restore it from a backup, or move it away and sync again."),
}


SERVER_GONE = {"57P01", "57P02", "57P03", "57P05"}
"""The server is stopped or restarted, or ended the connection: class 57 of PostgreSQL's error codes."""


@contextmanager
def _told(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        told = _sqlite_fault(engine, error) if engine.dialect.name == "sqlite" else _postgres_fault(error)
        if told is None:
            raise
        what, next_step = told
        problem = Problem(f"The database {what}.", place(engine), not_done="Nothing was stored.", next_step=next_step)
        raise StoreError(problem) from error


def _sqlite_fault(engine: Engine, error: DBAPIError) -> tuple[str, str] | None:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_CANTOPEN:
        folder = Path(engine.url.database or "").resolve().parent
        if not folder.is_dir():
            return "cannot be opened: its folder does not exist", f"Create the folder {folder}, or name another."
        return "cannot be opened", "Check that this user may read and write the file and its folder."
    return None if code is None else SQLITE_FAULTS.get(code & 0xFF)


def _postgres_fault(error: DBAPIError) -> tuple[str, str] | None:
    state = getattr(error.orig, "sqlstate", None)
    reason = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else "no answer"
    lost = error.connection_invalidated or state in SERVER_GONE or (state is None and "connect" in reason)
    match state:
        case _ if lost:
            return f"cannot be reached ({reason})", "Check the address, and that the server runs and lets this user in."
        case "42501" | "25006":
            return f"may not be written ({reason})", "Give this user the right to create and write tables there."
        case "55P03" | "40P01" | "40001":
            return f"is locked by another process ({reason})", "Try again."
        case "53100":
            return "cannot grow: the disk is full", "Free some space on the server and try again."
        case _:
            return None
