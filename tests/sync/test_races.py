"""Two processes and one connector: never both at once, and a holder that was overtaken stores nothing."""

import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Engine, update

from canonical.database import writing
from canonical.schema.operations import lease
from canonical.store import RunState, clock, recent_runs
from pmohub.testing.memory import MemoryTool, small_tool
from sync.runs import sync_connector
from tests.sync.conftest import forked, setup_of, store_of, sync, worker

CODES = {RunState.DONE: 0, RunState.SKIPPED: 1, RunState.LOST: 2}


def syncing(engine: Engine, tool: MemoryTool, *, ttl: float = 60) -> Callable[[], int]:
    """Sync in another process, which ends with the code of the run's state."""

    def work() -> int:
        engine.dispose(close=False)
        return CODES[sync_connector(engine, setup_of(tool), worker(f"process {os.getpid()}", ttl=ttl)).state]

    return work


def let_leases_expire(engine: Engine) -> None:
    """Do as if the time to live of every lease had passed."""
    with writing(engine) as connection:
        connection.execute(update(lease).values(expires_at=clock(connection) - timedelta(seconds=1)))


def code_of(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def slow_tool() -> MemoryTool:
    tool = small_tool()
    tool.before_call.append(lambda *_: time.sleep(0.05))
    return tool


def test_two_processes_that_start_together_never_both_run_one_connector(engine: Engine) -> None:
    sync(engine, small_tool())
    for _ in range(5):
        children = [forked(syncing(engine, slow_tool())) for _ in range(2)]
        assert sorted(code_of(child) for child in children) == [0, 1]
    assert [run.state for run in recent_runs(engine)] == [RunState.DONE] * 6


def test_the_lease_of_a_killed_process_is_taken_over_after_its_time(engine: Engine) -> None:
    tool = small_tool()
    tool.before_call.append(lambda _, number: os.kill(os.getpid(), signal.SIGKILL) if number == 4 else None)
    assert code_of(forked(syncing(engine, tool))) == -signal.SIGKILL
    assert sync(engine, small_tool()).state is RunState.SKIPPED
    let_leases_expire(engine)
    assert sync(engine, small_tool()).state is RunState.DONE


def test_a_holder_that_slept_beyond_its_lease_stores_nothing(engine: Engine) -> None:
    tool = small_tool()
    tool.before_call.append(lambda _, number: os.kill(os.getpid(), signal.SIGSTOP) if number == 3 else None)
    child = forked(syncing(engine, tool))
    os.waitpid(child, os.WUNTRACED)
    let_leases_expire(engine)
    assert sync(engine, small_tool()).state is RunState.DONE
    wanted = store_of(engine)
    os.kill(child, signal.SIGCONT)
    assert code_of(child) == CODES[RunState.LOST]
    assert store_of(engine) == wanted
    assert [run.state for run in recent_runs(engine)] == [RunState.DONE, RunState.LOST]


def test_a_lease_is_kept_alive_through_a_call_that_takes_longer_than_its_time(engine: Engine) -> None:
    tool = small_tool()
    tool.before_call.append(lambda _, number: time.sleep(4) if number == 3 else None)
    child = forked(syncing(engine, tool, ttl=2))
    time.sleep(3)
    assert sync(engine, small_tool()).state is RunState.SKIPPED
    assert code_of(child) == CODES[RunState.DONE]
