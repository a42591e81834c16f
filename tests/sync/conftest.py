"""A memory tool, a worker by a clock that stands still, and everything that the store holds."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from canonical.database import open_engine, reading, writing
from canonical.schema import metadata
from connectors.base import Reader
from pmohub.testing.memory import MemoryTool, reader_of
from sync.reports import Nobody, Observer, RunReport
from sync.runs import ConnectorSetup, Worker, sync_connector
from sync.stopping import Stop

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
BOOKKEEPING = {"run", "lease", "alembic_version"}
NUMBERED = {"change", "touched"}
OWN_NAMES = {"run_id", "last_success_at"}


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def shared_engine(request: pytest.FixtureRequest, fresh_store: Callable[[str], str]) -> Iterator[Engine]:
    """One store of each kind for all tests, with what SQLAlchemy has compiled for it."""
    engine = open_engine(fresh_store(request.param))
    yield engine
    engine.dispose()


@pytest.fixture
def engine(shared_engine: Engine) -> Engine:
    emptied(shared_engine)
    return shared_engine


def setup_of(
    tool: MemoryTool, name: str = "plan", *, page_size: int = 4, full: bool = False, history: bool = False
) -> ConnectorSetup:
    def opened() -> Reader:
        return reader_of(tool, page_size=page_size, history=history)

    return ConnectorSetup(name, "memory", "engineering", opened, full=full)


def worker(holder: str = "test", observer: Observer | None = None, stop: Stop | None = None, ttl: float = 60) -> Worker:
    return Worker(holder, lambda: NOW, observer or Nobody(), stop or Stop(), timedelta(seconds=ttl))


def sync(engine: Engine, tool: MemoryTool, **setup: Any) -> RunReport:
    return sync_connector(engine, setup_of(tool, **setup), worker())


def store_of(engine: Engine) -> dict[str, list[Any]]:
    """All rows of all tables, but for the names and times of runs."""
    held = {}
    with reading(engine) as connection:
        for table in metadata.sorted_tables:
            if table.name in BOOKKEEPING:
                continue
            without = OWN_NAMES | ({"id"} if table.name in NUMBERED else set())
            kept = [column for column in table.c if column.name not in without]
            rows = connection.execute(select(*kept).distinct() if table.name == "touched" else select(*kept))
            held[table.name] = sorted(rows.all(), key=repr)
    return held


def emptied(engine: Engine) -> None:
    """Empty the store, so that many cases share one."""
    with writing(engine) as connection:
        for table in metadata.sorted_tables:
            connection.execute(table.delete())


def forget_leases(engine: Engine) -> None:
    """Let the time of a dead process's lease be over."""
    with writing(engine) as connection:
        connection.execute(metadata.tables["lease"].delete())


def forked(work: Callable[[], int]) -> int:
    """Do the work in a process of its own; give its id."""
    child = os.fork()
    if child:
        return child
    code = 99
    try:
        code = work()
    finally:
        os._exit(code)
