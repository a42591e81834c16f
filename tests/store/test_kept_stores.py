"""Stores written by every version of the layout still open."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, inspect, select

from canonical import migrations
from canonical.database import open_engine, reading
from canonical.migrations import is_current, upgrade
from canonical.schema import metadata
from tests.store.keep_store import STORES, keep, sample

VERSIONS = Path(migrations.__file__).parent / "versions"


@pytest.fixture(params=sorted(path.name for path in STORES.glob("*.sql")))
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    path = tmp_path / "pmohub.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript((STORES / request.param).read_text(encoding="utf-8"))
    engine = open_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


def test_a_kept_store_is_brought_to_the_present_layout(kept: Engine) -> None:
    upgrade(kept)
    assert is_current(kept)


def test_every_row_of_a_kept_store_reads_back(kept: Engine) -> None:
    had = {table: {column["name"] for column in inspect(kept).get_columns(table)} for table in tables_of(kept)}
    upgrade(kept)
    with reading(kept) as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                kept_columns = [column for column in table.c if column.name in had[table.name]]
                assert {column.name: row[column.name] for column in kept_columns} == {
                    column.name: sample(column) for column in kept_columns
                }
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == (table.name in had)


def tables_of(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_every_version_has_its_kept_store() -> None:
    made = {path.stem.partition("_")[0] for path in VERSIONS.glob("[0-9]*.py")}
    assert made == {path.stem for path in STORES.glob("*.sql")}


def test_the_layout_of_a_version_is_still_that_of_its_kept_store(tmp_path: Path) -> None:
    made = keep(tmp_path)
    assert layout(made) == layout(STORES / made.name)


def layout(dump: Path) -> dict[str, list[tuple[object, ...]]]:
    """Columns and indexes of every table."""
    with closing(sqlite3.connect(":memory:")) as raw:
        raw.executescript(dump.read_text(encoding="utf-8"))
        tables = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        shape = {name: raw.execute("SELECT * FROM pragma_table_xinfo(?)", [name]).fetchall() for name in tables}
        for name in tables:
            indexes = raw.execute('SELECT name, "unique" FROM pragma_index_list(?)', [name])
            shape[f"{name} indexes"] = sorted(indexes)
        return shape
