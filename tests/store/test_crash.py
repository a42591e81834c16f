"""Kill the process at any step, run again: the store equals that of an uninterrupted run."""

import multiprocessing
import signal
from collections.abc import Callable

import pytest
from sqlalchemy import update

from canonical.database import open_engine, writing
from canonical.schema import metadata
from canonical.schema.operations import lease
from canonical.store.leases import clock
from tests.store.conftest import rows_of
from tests.store.crashing import main

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.store.crashing"])
SAMPLE = 6


def run(url: str, kill_at: int) -> tuple[int | None, int]:
    """Exit code of the process, and the steps that it took."""
    steps = PROCESSES.Value("i", 0)
    process = PROCESSES.Process(target=main, args=(url, kill_at, steps))
    process.start()
    process.join()
    return process.exitcode, steps.value


def stored(url: str) -> dict[str, list[dict[str, object]]]:
    engine = open_engine(url)
    state = {table.name: rows_of(engine, table) for table in metadata.sorted_tables if table.name != "lease"}
    engine.dispose()
    return state


def let_the_lease_expire(url: str) -> None:
    engine = open_engine(url)
    with writing(engine) as connection:
        connection.execute(update(lease).values(expires_at=clock(connection)))
    engine.dispose()


def check_killed_at(url: str, kill_at: int, expected: dict[str, list[dict[str, object]]]) -> None:
    assert run(url, kill_at) == (-signal.SIGKILL, kill_at)
    let_the_lease_expire(url)
    assert run(url, 0)[0] == 0
    state = stored(url)
    for name, rows in expected.items():
        assert without_numbers(state[name]) == without_numbers(rows), f"{name}, killed at step {kill_at}"


def without_numbers(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """PostgreSQL's sequences leave gaps where a transaction was not kept."""
    return [
        {name: value for name, value in row.items() if not (name == "id" and isinstance(value, int))} for row in rows
    ]


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


def test_a_process_killed_at_some_step_leaves_nothing_half(kind: str, fresh_store: Callable[[str], str]) -> None:
    whole = fresh_store(kind)
    exit_code, steps = run(whole, 0)
    assert exit_code == 0
    expected = stored(whole)
    for kill_at in range(steps // SAMPLE, steps, steps // SAMPLE):
        check_killed_at(fresh_store(kind), kill_at, expected)


@pytest.mark.long
def test_a_process_killed_at_every_step_leaves_nothing_half(kind: str, fresh_store: Callable[[str], str]) -> None:
    whole = fresh_store(kind)
    exit_code, steps = run(whole, 0)
    assert exit_code == 0
    expected = stored(whole)
    for kill_at in range(1, steps + 1):
        check_killed_at(fresh_store(kind), kill_at, expected)
