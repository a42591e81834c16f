"""A registered connector with its lease, and batches with little ceremony."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, Table, select, update

from canonical.database import reading, writing
from canonical.intake import Batch, Progress
from canonical.records import Record
from canonical.schema.operations import lease as lease_table
from canonical.store import Counts, Lease, acquire, clock, store_batch
from canonical.store.connectors import register

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def batch_of(*records: Record, **parts: Any) -> Batch:
    return Batch(records=records, cursor=parts.pop("cursor", {"page": 1}), progress=Progress(1, None, "rows"), **parts)


def rows_of(engine: Engine, table: Table, *without: str) -> list[dict[str, Any]]:
    """All rows of a table, in the order of their first columns, without the named columns."""
    with reading(engine) as connection:
        rows = connection.execute(select(table).order_by(*list(table.c)[:3])).mappings().all()
    return [{name: value for name, value in row.items() if name not in without} for row in rows]


def one_row(engine: Engine, table: Table) -> dict[str, Any]:
    (row,) = rows_of(engine, table)
    return row


def expire(engine: Engine, lease: Lease) -> None:
    """Do as if the time to live of a lease had passed, without waiting for it."""
    passed = lease_table.c.name == lease.name
    with writing(engine) as connection:
        earlier = clock(connection) - timedelta(seconds=1)
        connection.execute(update(lease_table).where(passed).values(expires_at=earlier))


@pytest.fixture
def lease(engine: Engine) -> Lease:
    register(engine, "plan", "memory", "engineering", {}, fresh_for=None)
    taken = acquire(engine, "connector:plan", "test", timedelta(minutes=5))
    assert taken is not None
    return taken


@pytest.fixture
def store(engine: Engine, lease: Lease) -> Callable[..., Counts]:
    """Store a batch of the given records; `minutes` after the first moment."""

    def stored(*records: Record | Sequence[Record], minutes: int = 0, **parts: Any) -> Counts:
        now = NOW + timedelta(minutes=minutes)
        return store_batch(engine, lease, "plan", f"run-{minutes}", batch_of(*records, **parts), now)

    return stored
