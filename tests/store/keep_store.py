"""Write down a store of the present layout with a row in every table: `python -m tests.store.keep_store`.

Run once before a release that changed the layout; the file is kept for ever, and every later version must open it.
"""

import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Column, Date, Float, Integer, insert, text

from canonical.database import open_engine, reading, writing
from canonical.migrations import upgrade
from canonical.schema import metadata
from canonical.schema.columns import Amount, Instant, Percentage

STORES = Path(__file__).parent / "stores"
VALUES: tuple[tuple[type[Any], Any], ...] = (
    (Instant, datetime(2026, 11, 25, 12, 30, 15, 250_000, tzinfo=UTC)),
    (Amount, Decimal("1234.5678")),
    (Percentage, Decimal("12.34")),
    (Boolean, True),
    (Date, date(2026, 2, 28)),
    (Float, 1.5),
    (Integer, 7),
)


def sample(column: Column[Any]) -> Any:
    """Give the value that the column of a kept store holds."""
    known = [value for kind, value in VALUES if isinstance(column.type, kind)]
    return known[0] if known else f"{column.name} „é“ 'x'"


def keep(folder: Path = STORES) -> Path:
    """Write the store as SQL; the file is named after the layout's version."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "pmohub.db"
        engine = open_engine(f"sqlite:///{path}")
        upgrade(engine)
        with writing(engine) as connection:
            for table in metadata.sorted_tables:
                connection.execute(insert(table).values({column.name: sample(column) for column in table.c}))
        with reading(engine) as connection:
            version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        engine.dispose()
        kept = folder / f"{version}.sql"
        with closing(sqlite3.connect(path)) as raw:
            kept.write_text("\n".join(raw.iterdump()) + "\n", encoding="utf-8")
    return kept


if __name__ == "__main__":
    keep()
