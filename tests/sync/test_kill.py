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
from sqlalchemy import Engine

from canonical.intake import Batch, Cursor
from canonical.store import RunState, batches, recent_runs
from canonical.vocabulary import EntityKind
from pmohub.testing.memory import MemoryReader, MemoryTool, small_tool
from sync.runs import ConnectorSetup, sync_connector
from tests.crash.mutants import running_ahead
from tests.crash.steps import Steps
from tests.enumeration import THIRDS
from tests.sync.conftest import emptied, forget_leases, forked, setup_of, store_of, worker

TASK = EntityKind.TASK
MakeSetup = Callable[[MemoryTool], ConnectorSetup]


def setup_for(tool: MemoryTool) -> ConnectorSetup:
    """Three pages are enough: a first, a middle and a last one."""
    return setup_of(tool, page_size=6)


def number_calls(steps: Steps, engine: Engine, tool: MemoryTool) -> None:
    tool.before_call.append(steps.step)
    steps.watch(engine)


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
    number_calls(steps, engine, watched)
    assert sync_connector(engine, make(watched), worker()).state is RunState.DONE
    steps.leave(engine)
    return steps.count, store_of(engine)


def killed_and_run_again(
    engine: Engine, make: MakeSetup, before: MemoryTool | None, tool: MemoryTool, *steps: int
) -> dict[str, Any] | None:
    """Give what is stored in the end; None when a step was not reached."""
    started(engine, before)
    for step in steps:
        _, status = os.waitpid(forked(working(engine, make, tool, Steps(step))), 0)
        if not os.WIFSIGNALED(status):
            return None
        forget_leases(engine)
    assert sync_connector(engine, make(deepcopy(tool)), worker()).state is RunState.DONE
    return store_of(engine)


def working(
    engine: Engine, make: MakeSetup, tool: MemoryTool, steps: Steps, mutate: Callable[[], None] = lambda: None
) -> Callable[[], int]:
    def work() -> int:
        mutate()
        engine.dispose(close=False)
        number_calls(steps, engine, tool)
        sync_connector(engine, make(tool), worker())
        return 0

    return work


def overtaken_at(engine: Engine, step: int, mutate: Callable[[], None] = lambda: None) -> bool | None:
    """Let a sync stand still at a step until another has read what the team did since, and then go on.

    Say whether the store is as the other left it; None when it did not stand still there.
    """
    started(engine, None)
    work = working(engine, setup_for, small_tool(), Steps(step, signal.SIGSTOP), mutate)
    child = forked(work)
    _, status = os.waitpid(child, os.WUNTRACED)
    if not os.WIFSTOPPED(status):
        return None
    try:
        forget_leases(engine)
        assert sync_connector(engine, setup_for(edited()), worker()).state is RunState.DONE
        wanted = store_of(engine)
    finally:
        os.kill(child, signal.SIGCONT)
    os.waitpid(child, 0)
    return store_of(engine) == wanted


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


@THIRDS
@pytest.mark.parametrize("before", [None, small_tool()], ids=["first sync", "later sync"])
def test_killed_at_any_step_and_run_again_the_store_is_that_of_an_uninterrupted_run(
    engine: Engine, before: MemoryTool | None, tell: Callable[[str], None], first: int
) -> None:
    count, wanted = steps_and_result(engine, setup_for, before, edited())
    assert count > 15
    killed = 0
    for step in range(first, count + 1, 3):
        assert killed_and_run_again(engine, setup_for, before, edited(), step) == wanted, f"step {step} of {count}"
        killed += 1
    tell(f"{count} steps, killed at {killed} of them")


@pytest.mark.long
def test_killed_twice_and_run_again_the_store_is_that_of_an_uninterrupted_run(
    engine: Engine, tell: Callable[[str], None]
) -> None:
    """Each step comes first and each comes second; of their pairs every fifth is tried, in turn."""
    count, wanted = steps_and_result(engine, setup_for, small_tool(), edited())
    killed = 0
    for first in range(1, count + 1):
        for second in range(1 + first % 5, count + 1, 5):
            left = killed_and_run_again(engine, setup_for, small_tool(), edited(), first, second)
            assert left in (wanted, None), f"steps {first} and {second} of {count}"
            killed += left is not None
    tell(f"{count} steps; killed at each of them, and {killed} times once more")


@THIRDS
def test_overtaken_at_any_step_a_sync_that_goes_on_stores_nothing(
    engine: Engine, tell: Callable[[str], None], first: int
) -> None:
    """It stood still for longer than its lease, and what it holds of the tool is old."""
    count, _ = steps_and_result(engine, setup_for, None, small_tool())
    found = [overtaken_at(engine, step) for step in range(first, count + 1, 3)]
    assert found.count(True) > len(found) // 3
    assert False not in found
    tell(f"{count} steps, overtaken at {found.count(True)} of them")


def test_a_lease_that_is_not_checked_does_not_get_by(engine: Engine) -> None:
    def unchecked() -> None:
        batches.require = lambda connection, lease: None  # type: ignore[attr-defined]

    count, _ = steps_and_result(engine, setup_for, None, small_tool())
    assert any(overtaken_at(engine, step, unchecked) is False for step in range(count // 3, count + 1))


class RunsAhead(MemoryReader):
    def pull(self, cursor: Cursor | None) -> Iterator[Batch]:
        yield from running_ahead(super().pull(cursor))


def test_a_cursor_stored_before_its_records_does_not_get_by(engine: Engine) -> None:
    def wrong(tool: MemoryTool) -> ConnectorSetup:
        right = setup_for(tool).open_reader()
        assert isinstance(right, MemoryReader)
        return replace(setup_for(tool), open_reader=lambda: RunsAhead(right.access, right.options, {}))

    # Of what is known already: a census finds what is missing, not what is old.
    count, wanted = steps_and_result(engine, wrong, small_tool(), edited())
    steps = range(1, count + 1)
    assert any(killed_and_run_again(engine, wrong, small_tool(), edited(), step) != wanted for step in steps)


def test_a_killed_run_is_called_lost_by_the_next(engine: Engine) -> None:
    killed_and_run_again(engine, setup_for, None, edited(), 12)
    assert {run.state for run in recent_runs(engine)} == {RunState.DONE, RunState.LOST}
