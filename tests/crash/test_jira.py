"""Killed at any step of a sync or a write-back with a Jira and run again: store and Jira as if nothing had happened.

Steps are either side of each commit of the store and of each HTTP request.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeAlias

import pytest

from canonical.intake import Batch, Cursor
from canonical.store.writebacks import State
from connectors.jira.reader import JiraReader
from pmohub.testing.jira import Flavour
from tests.crash.forked import apply_and_plan, approved, check_caught, pull, seeded
from tests.crash.harness import Harness
from tests.crash.jira import WRITTEN, forked_site, small_pages, story_to_write, teams_work, wishes
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
BOTH = pytest.mark.parametrize("flavour", list(Flavour))
CLOUD, DATA_CENTER = Flavour.CLOUD, Flavour.DATA_CENTER
FEW = 37
"""The stride of a sample that takes seconds; long tests try every step."""


@contextmanager
def writing_back(base: Path, flavour: Flavour) -> Iterator[Harness]:
    """Six changes approved: fields of a story, its labels, its status, its project's charter and property."""
    with forked_site(base, flavour, issues=14) as site:
        story = story_to_write(site)
        seed = seeded(base, site, read, approved("jira", wishes(story)), more=WRITTEN)
        with Harness(seed, apply_and_plan, FileStore(), site) as harness:
            yield harness


@contextmanager
def syncing(base: Path, flavour: Flavour, *, before: bool, days: int = 2) -> Iterator[Harness]:
    """A first sync, or one after teams have worked; a census belongs to it when a day has gone by."""
    with ExitStack() as stack:
        site = stack.enter_context(forked_site(base, flavour, issues=20))
        stack.enter_context(small_pages(8))
        seed = seeded(base, site, *([pull] if before else []))
        teams_work(site)
        harness = stack.enter_context(Harness(seed, lambda hub: pull(hub, days), FileStore(), site))
        harness.whole = True
        yield harness


@BOTH
def test_uninterrupted_all_is_written_once_and_told_as_the_hubs(tmp_path: Path, flavour: Flavour) -> None:
    with writing_back(tmp_path, flavour) as harness:
        _, left = harness.uninterrupted()
        assert [state for _, state, _, _ in left.changes] == [State.APPLIED] * 6
        writes = [line for line in left.exchanges if not line.startswith("{")]
        assert len(writes) == 6
        assert sum(told.count('"displayName":"PMO Hub"') for told in left.exchanges) == 5, "a property has no history"
        assert left.vetoes == set()


@pytest.mark.parametrize(("flavour", "first"), [(CLOUD, 5), (DATA_CENTER, 16)])
def test_killed_amid_a_write_back_and_applied_again_all_is_written_once(
    tmp_path: Path, flavour: Flavour, first: int, tell: Tell
) -> None:
    with writing_back(tmp_path, flavour) as harness:
        tell(harness.check_every_step(FEW, first))


@pytest.mark.parametrize(("flavour", "before"), [(CLOUD, True), (DATA_CENTER, False)])
def test_killed_amid_a_sync_and_run_again_the_store_is_that_of_an_uninterrupted_run(
    tmp_path: Path, flavour: Flavour, *, before: bool, tell: Tell
) -> None:
    with syncing(tmp_path, flavour, before=before) as harness:
        tell(harness.check_every_step(FEW, 17))


@pytest.mark.long
@BOTH
def test_killed_at_any_step_of_a_write_back_and_applied_again_all_is_written_once(
    tmp_path: Path, flavour: Flavour, tell: Tell
) -> None:
    with writing_back(tmp_path, flavour) as harness:
        tell(harness.check_every_step())


@pytest.mark.long
@BOTH
def test_killed_twice_amid_a_write_back_and_applied_again_all_is_written_once(
    tmp_path: Path, flavour: Flavour, tell: Tell
) -> None:
    with writing_back(tmp_path, flavour) as harness:
        tell(harness.check_pairs(70, EVERY))


@pytest.mark.long
@BOTH
@pytest.mark.parametrize("before", [False, True], ids=["first sync", "later sync"])
def test_killed_at_any_step_of_a_sync_and_run_again_the_store_is_that_of_an_uninterrupted_run(
    tmp_path: Path, flavour: Flavour, *, before: bool, tell: Tell
) -> None:
    with syncing(tmp_path, flavour, before=before) as harness:
        tell(harness.check_every_step(EVERY))


def store_the_cursor_first() -> None:
    """Mutant: a pull goes on behind what was never stored."""
    right = JiraReader.pull

    def ahead(reader: JiraReader, cursor: Cursor | None) -> Iterator[Batch]:
        yield from running_ahead(right(reader, cursor))

    JiraReader.pull = ahead  # type: ignore[method-assign]


LONG = pytest.mark.long


@pytest.mark.parametrize(
    "mutant",
    [
        resend_without_reading,
        pytest.param(journal_after_sending, marks=LONG),
        pytest.param(take_an_echo_for_an_edit, marks=LONG),
    ],
)
def test_a_fault_that_is_planted_into_a_write_back_does_not_get_by(tmp_path: Path, mutant: Callable[[], None]) -> None:
    with writing_back(tmp_path, CLOUD) as harness:
        # The last steps are of what is done when all is sent.
        check_caught(harness, mutant, skipped=25)


def test_a_cursor_that_is_stored_before_its_records_does_not_get_by(tmp_path: Path) -> None:
    # A census would find what was lost.
    with syncing(tmp_path, DATA_CENTER, before=True, days=0) as harness:
        check_caught(harness, store_the_cursor_first)
