"""Killed at any step and run again, the store equals that of an uninterrupted run.

The steps are every call to the tool, and both sides of every commit. They are counted in an uninterrupted run, and
each is tried: the classic faults show at a single one.
"""

import os
import signal
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, event

from canonical.intake import Batch, Cursor
from canonical.store import RunState, recent_runs
from canonical.vocabulary import EntityKind
from pmohub.testing.memory import MemoryReader, MemoryTool, small_tool
from sync.runs import ConnectorSetup, sync_connector
from tests.sync.conftest import emptied, forget_leases, forked, setup_of, store_of, worker

TASK = EntityKind.TASK
MakeSetup = Callable[[MemoryTool], ConnectorSetup]


def setup_for(tool: MemoryTool) -> ConnectorSetup:
    """Three pages are enough: a first, a middle and a last one."""
    return setup_of(tool, page_size=6)


class Steps:
    """Counts the steps of this process, and kills it at one of them."""

    def __init__(self, kill_at: int | None = None) -> None:
        self.count = 0
        self.kill_at = kill_at

    def __call__(self, *_: Any) -> None:
        self.count += 1
        if self.count == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, engine: Engine, tool: MemoryTool) -> None:
        tool.before_call.append(self)
        event.listen(engine, "commit", self)
        event.listen(engine, "checkin", self)

    def leave(self, engine: Engine) -> None:
        event.remove(engine, "commit", self)
        event.remove(engine, "checkin", self)


def started(engine: Engine, before: MemoryTool | None) -> None:
    """Begin with an empty store, or with what an earlier state of the tool gave."""
    emptied(engine)
    if before is not None:
        sync_connector(engine, setup_for(deepcopy(before)), worker())


def steps_and_result(
    engine: Engine, make: MakeSetup, before: MemoryTool | None, tool: MemoryTool
) -> tuple[int, dict[str, Any]]:
    started(engine, before)
    steps, watched = Steps(), deepcopy(tool)
    steps.watch(engine, watched)
    assert sync_connector(engine, make(watched), worker()).state is RunState.DONE
    steps.leave(engine)
    return steps.count, store_of(engine)


def killed_and_run_again(
    engine: Engine, make: MakeSetup, before: MemoryTool | None, tool: MemoryTool, step: int
) -> dict[str, Any]:
    started(engine, before)

    def work() -> int:
        engine.dispose(close=False)
        Steps(step).watch(engine, tool)
        sync_connector(engine, make(tool), worker())
        return 0

    _, status = os.waitpid(forked(work), 0)
    assert os.WIFSIGNALED(status), f"step {step} was not reached"
    forget_leases(engine)
    assert sync_connector(engine, make(deepcopy(tool)), worker()).state is RunState.DONE
    return store_of(engine)


def edited() -> MemoryTool:
    tool = small_tool()
    tool.put(TASK, "ALPHA-1", title="Edited", status="Done")
    tool.put(TASK, "ALPHA-2", project="id:BETA", key="BETA-9")
    tool.put(TASK, "BETA-1", due="31 February")
    tool.remove(TASK, "ALPHA-3")
    tool.put(TASK, "BETA-4", project="id:BETA", parent="id:BETA-3", title="New")
    tool.put(EntityKind.PROJECT, "BETA", name="Renamed", status="completed")
    tool.put(EntityKind.PERSON, "u3", name="Mary Somerville")
    return tool


@pytest.mark.parametrize("before", [None, small_tool()], ids=["first sync", "later sync"])
def test_killed_at_any_step_and_run_again_the_store_is_that_of_an_uninterrupted_run(
    engine: Engine, before: MemoryTool | None
) -> None:
    count, wanted = steps_and_result(engine, setup_for, before, edited())
    assert count > 15
    for step in range(1, count + 1):
        assert killed_and_run_again(engine, setup_for, before, edited(), step) == wanted, f"step {step} of {count}"


class RunsAhead(MemoryReader):
    """Gives cursors that are safe only once the next batch is stored, too."""

    def pull(self, cursor: Cursor | None) -> Iterator[Batch]:
        batches = list(super().pull(cursor))
        for batch, following in zip(batches, [*batches[1:], batches[-1]], strict=True):
            yield replace(batch, cursor=following.cursor)


def test_a_cursor_stored_before_its_records_does_not_get_by(engine: Engine) -> None:
    def wrong(tool: MemoryTool) -> ConnectorSetup:
        right = setup_for(tool).open_reader()
        assert isinstance(right, MemoryReader)
        return replace(setup_for(tool), open_reader=lambda: RunsAhead(right.access, right.options, {}))

    count, wanted = steps_and_result(engine, wrong, None, edited())
    steps = range(count // 2, count)
    assert any(killed_and_run_again(engine, wrong, None, edited(), step) != wanted for step in steps)


def test_a_killed_run_is_called_lost_by_the_next(engine: Engine) -> None:
    killed_and_run_again(engine, setup_for, None, edited(), 12)
    assert {run.state for run in recent_runs(engine)} == {RunState.DONE, RunState.LOST}
