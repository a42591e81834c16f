"""Killed at any step of a sync or a write-back with an Asana and run again: all is as if nothing had happened.

Steps are either side of each commit of the store and of each HTTP request.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeAlias

import pytest

from canonical.intake import Batch, Cursor
from canonical.store.writebacks import State
from connectors.asana.reader import AsanaReader
from tests.crash.asana import TWO, WRITTEN, forked_site, task_to_write, teams_work, wishes
from tests.crash.forked import apply_and_plan, approved, check_caught, pull, seeded
from tests.crash.harness import Harness
from tests.crash.mutants import (
    journal_after_sending,
    resend_without_reading,
    running_ahead,
    take_an_echo_for_an_edit,
)
from tests.crash.stores import FileStore
from tests.crash.workplace import read
from tests.enumeration import EVERY

Tell: TypeAlias = Callable[[str], None]
LONG = pytest.mark.long
FEW = 37
"""The stride of a sample that takes seconds; long tests try every step."""


@contextmanager
def writing_back(base: Path) -> Iterator[Harness]:
    """Seven changes approved: fields of a task, its due date, its section, its project's field and status update."""
    with forked_site(base, tasks=40) as site:
        task = task_to_write(site)
        seed = seeded(base, site, read, approved("asana", wishes(site, task)), more=WRITTEN)
        with Harness(seed, apply_and_plan, FileStore(), site) as harness:
            yield harness


@contextmanager
def syncing(base: Path, *, before: bool, days: int = 2) -> Iterator[Harness]:
    """A first sync, or one after teams have worked; a census belongs to it when a day has gone by."""
    with ExitStack() as stack:
        site = stack.enter_context(forked_site(base, tasks=60))
        seed = seeded(base, site, *([pull] if before else []), more=TWO)
        teams_work(site)
        harness = stack.enter_context(Harness(seed, lambda hub: pull(hub, days), FileStore(), site))
        harness.whole = True
        yield harness


def test_all_is_written_once_and_told_as_the_hubs_also_when_killed_and_applied_again(
    tmp_path: Path, tell: Tell
) -> None:
    with writing_back(tmp_path) as harness:
        _, left = harness.uninterrupted()
        assert [state for _, state, _, _ in left.changes] == [State.APPLIED] * 7
        assert len([line for line in left.exchanges if not line.startswith(("{", "["))]) == 7
        assert sum(told.count('"name":"PMO Hub"') for told in left.exchanges) == 6, "a project has no history"
        assert left.vetoes == set()
        tell(harness.check_every_step(FEW, 5))


def test_killed_amid_a_sync_and_run_again_the_store_is_that_of_an_uninterrupted_run(tmp_path: Path, tell: Tell) -> None:
    with syncing(tmp_path, before=True) as harness:
        tell(harness.check_every_step(FEW, 17))


@LONG
def test_killed_at_any_step_of_a_write_back_and_applied_again_all_is_written_once(tmp_path: Path, tell: Tell) -> None:
    with writing_back(tmp_path) as harness:
        tell(harness.check_every_step())


@LONG
def test_killed_twice_amid_a_write_back_and_applied_again_all_is_written_once(tmp_path: Path, tell: Tell) -> None:
    with writing_back(tmp_path) as harness:
        tell(harness.check_pairs(70, EVERY))


@LONG
@pytest.mark.parametrize("before", [False, True], ids=["first sync", "later sync"])
def test_killed_at_any_step_of_a_sync_and_run_again_the_store_is_that_of_an_uninterrupted_run(
    tmp_path: Path, *, before: bool, tell: Tell
) -> None:
    with syncing(tmp_path, before=before) as harness:
        tell(harness.check_every_step(EVERY))


def store_the_cursor_first() -> None:
    """Mutant: a pull goes on behind what was never stored."""
    right = AsanaReader.pull

    def ahead(reader: AsanaReader, cursor: Cursor | None) -> Iterator[Batch]:
        yield from running_ahead(right(reader, cursor))

    AsanaReader.pull = ahead  # type: ignore[method-assign]


@LONG
@pytest.mark.parametrize("mutant", [resend_without_reading, journal_after_sending, take_an_echo_for_an_edit])
def test_a_fault_that_is_planted_into_a_write_back_does_not_get_by(tmp_path: Path, mutant: Callable[[], None]) -> None:
    with writing_back(tmp_path) as harness:
        # The last steps are of what is done when all is sent.
        check_caught(harness, mutant, skipped=25)


@LONG
def test_a_cursor_that_is_stored_before_its_records_does_not_get_by(tmp_path: Path) -> None:
    # A census would find what was lost.
    with syncing(tmp_path, before=True, days=0) as harness:
        check_caught(harness, store_the_cursor_first)
