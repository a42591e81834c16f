"""Stores written by every version of the layout still open."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, func, insert, inspect, select

from canonical import migrations
from canonical.database import open_engine, reading, writing
from canonical.migrations import is_current, upgrade
from canonical.resolution import ResolutionSettings, resolve
from canonical.schema import metadata
from canonical.schema.entities import source_person
from canonical.schema.operations import connector
from canonical.store import acquire
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


def test_people_made_from_typed_names_by_the_first_reader_go_when_nothing_names_them(tmp_path: Path) -> None:
    path = tmp_path / "pmohub.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript((STORES / "0001.sql").read_text(encoding="utf-8"))
    engine = open_engine(f"sqlite:///{path}")
    then = datetime(2026, 11, 2, tzinfo=UTC)
    of_plan = {"connector": "plan", "external_id": "name:muller", "name": "Müller", "active": "unknown"}
    with writing(engine) as store:
        for table in (table for table in metadata.sorted_tables if table.name in tables_of(engine)):
            store.execute(delete(table))
        store.execute(insert(connector).values(id="plan", kind="spreadsheet", department_id="pmo"))
        row = {"id": "a1", "person_id": "h1", **of_plan, "first_seen_at": then, "content_hash": "x"}
        store.execute(insert(source_person).values(row))
    upgrade(engine)
    lease = acquire(engine, "hub", "test", timedelta(minutes=1))
    assert lease is not None
    now = datetime(2027, 1, 4, tzinfo=UTC)
    assert resolve(engine, lease, ResolutionSettings(), "run", now).everything
    with reading(engine) as connection:
        assert connection.execute(select(source_person.c.deleted_at)).scalar_one() == now
    engine.dispose()


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
