"""An upgrade killed at any step leaves the store as it was, or as it shall be; starting again finishes it.

A step is each statement and either side of the commit, from an empty database and from every layout that is kept.
"""

import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from alembic import command
from sqlalchemy import event, insert, inspect, make_url, text

from canonical import migrations
from canonical.database import open_engine, reading, writing
from canonical.migrations import is_current, upgrade
from canonical.schema import metadata
from pmohub.serving.jobs_schema import prepare
from tests.enumeration import EVERY
from tests.store.keep_store import STORES, sample

Make = Callable[[str], str]
LAYOUTS = ["empty", *sorted(path.stem for path in STORES.glob("*.sql"))]
LAYOUT_OF_POSTGRES = """
SELECT 'column', format('%s.%s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull)
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v') AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT 'index', indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'view', viewname || definition FROM pg_views WHERE schemaname = 'public'
UNION ALL SELECT 'function', proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def store_of_layout(layout: str, url: str) -> str:
    """Let an empty database hold a store of an earlier layout with a row in every table."""
    if layout != "empty" and url.startswith("sqlite"):
        with closing(sqlite3.connect(make_url(url).database or "")) as raw:
            raw.executescript((STORES / f"{layout}.sql").read_text(encoding="utf-8"))
    elif layout != "empty":
        engine = open_engine(url)
        with writing(engine) as connection:
            config = migrations._config()
            config.attributes["connection"] = connection
            command.upgrade(config, layout)
            there = inspect(connection)
            for table in (table for table in metadata.sorted_tables if there.has_table(table.name)):
                names = {column["name"] for column in there.get_columns(table.name)}
                row = {column.name: sample(column) for column in table.c if column.name in names}
                connection.execute(insert(table).values(row))
        engine.dispose()
    return url


def held(url: str) -> dict[str, list[Any]]:
    """The whole layout and every row."""
    engine = open_engine(url)
    with reading(engine) as connection:
        if engine.dialect.name == "sqlite":
            layout = connection.execute(text("SELECT type, name, sql FROM sqlite_master"))
        else:
            layout = connection.execute(text(LAYOUT_OF_POSTGRES))
        found: dict[str, list[Any]] = {"": sorted(map(tuple, layout.all()), key=repr)}
        for name in inspect(connection).get_table_names():
            found[name] = sorted(map(tuple, connection.execute(text(f'SELECT * FROM "{name}"')).all()), key=repr)  # noqa: S608  # a name of ours
    engine.dispose()
    return found


def upgraded(url: str) -> None:
    engine = open_engine(url)
    upgrade(engine)
    prepare(engine)
    engine.dispose()


def killed(url: str, at: int) -> tuple[bool, int]:
    """Upgrade in a process of its own, which kills itself before a step; say whether it did, and how many it took."""
    told, telling = os.pipe()
    child = os.fork()
    if not child:
        status, steps = 99, 0

        def step(*_: Any) -> None:
            nonlocal steps
            steps += 1
            if steps == at:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            engine = open_engine(url)
            for moment in ("before_cursor_execute", "commit", "checkin"):
                event.listen(engine, moment, step)
            upgrade(engine)
            prepare(engine)
            os.write(telling, steps.to_bytes(4))
            status = 0
        finally:
            os._exit(status)
    os.close(telling)
    with os.fdopen(told, "rb") as pipe:
        steps = int.from_bytes(pipe.read())
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in {0, -signal.SIGKILL}
    return code != 0, steps


def check(layout: str, kind: str, empty_database: Make, stride: int) -> str:
    whole, url = (store_of_layout(layout, empty_database(kind)) for _ in range(2))
    before = held(whole)
    _, count = killed(whole, 0)
    wanted = held(whole)
    # Between the store's tables and those of the jobs there is a commit: a worker makes the latter when it starts.
    between = {name: rows for name, rows in wanted.items() if not name.startswith("procrastinate_")}
    kept = 0
    for at in range(1, count + 1, stride):
        assert killed(url, at)[0]
        left = held(url)
        if left == before:
            kept += 1
            continue
        assert without_layout(left) in (without_layout(between), without_layout(wanted)), f"killed at step {at}"
        upgraded(url)
        assert held(url) == wanted, f"killed at step {at}"
        url = store_of_layout(layout, empty_database(kind))
    upgraded(url)
    assert held(url) == wanted
    return f"{count} steps from layout {layout}, every {stride}.; at {kept} all was as before, then all as it should be"


def without_layout(store: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: rows for name, rows in store.items() if name}


Tell = Callable[[str], None]


def test_an_upgrade_killed_at_some_step_is_finished_by_the_next(kind: str, empty_database: Make, tell: Tell) -> None:
    tell(check(LAYOUTS[1], kind, empty_database, 37))


@pytest.mark.long
@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_upgrade_killed_at_any_step_is_finished_by_the_next(
    layout: str, kind: str, empty_database: Make, tell: Tell
) -> None:
    tell(check(layout, kind, empty_database, EVERY))


def test_an_upgraded_store_has_the_layout_of_a_fresh_one(kind: str, empty_database: Make) -> None:
    fresh, old = (store_of_layout(layout, empty_database(kind)) for layout in ("empty", LAYOUTS[1]))
    upgraded(fresh)
    upgraded(old)
    assert columns(fresh) == columns(old)


def columns(url: str) -> set[tuple[str, str, str, bool]]:
    engine = open_engine(url)
    there = inspect(engine)
    assert is_current(engine)
    found = {
        (table, column["name"], str(column["type"]), column["nullable"])
        for table in (*there.get_table_names(), *there.get_view_names())
        for column in there.get_columns(table)
    }
    engine.dispose()
    return found
