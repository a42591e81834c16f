"""Killed at any step and applied again, a write-back ends as an uninterrupted one: nothing sent twice, nothing lost."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest

from canonical.store.writebacks import State
from connectors.base import FieldChange, WriteResult
from connectors.spreadsheet.reading.locating import Located
from connectors.spreadsheet.writing.file_writer import FileWriter
from pmohub.composition import Hub
from pmohub.writing import plan, send
from sync import apply, gate, outcomes, settling
from sync import plan as planning
from tests.crash.harness import Harness, Left, Work
from tests.crash.mutants import journal_after_sending, settle_nothing, take_an_echo_for_an_edit
from tests.crash.stores import FileStore, ServerStore, store_of
from tests.crash.workplace import SMALL, decide, hub_of, read, save_register, set_up, take_back, write_back
from tests.enumeration import EVERY, THIRDS

Tell: TypeAlias = Callable[[str], None]


def apply_and_plan(hub: Hub) -> None:
    """Apply; then plan once more, before anybody has read the files again."""
    send(hub, "P1")
    plan(hub)


def approved(hub: Hub) -> None:
    decide(hub, plan(hub).plan.id)


def seeded(base: Path, store: FileStore | ServerStore, *steps: Work, config: str | None = None) -> Path:
    """Lay out the files, sync, go so far, and keep that as the state to begin with."""
    set_up(base / "work", config, store.config)
    with hub_of(base / "work") as hub:
        for step in steps:
            step(hub)
    shutil.copytree(base / "work", base / "seed")
    store.keep()
    return base / "seed"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def store(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> FileStore | ServerStore:
    return store_of(request.param, empty_database, lambda: request.getfixturevalue("postgres_admin"))


@pytest.fixture
def harness(tmp_path: Path, store: FileStore | ServerStore) -> Iterator[Harness]:
    with Harness(seeded(tmp_path, store), write_back, store) as harness:
        yield harness


@pytest.fixture
def small(tmp_path: Path, store: FileStore | ServerStore) -> Iterator[Harness]:
    """One file, and its changes approved already."""
    with Harness(seeded(tmp_path, store, approved, config=SMALL), apply_and_plan, store) as harness:
        yield harness


@THIRDS
def test_killed_at_any_step_and_applied_again_all_is_written_once(harness: Harness, tell: Tell, first: int) -> None:
    tell(harness.check_every_step(3, first))


def test_uninterrupted_every_change_is_applied_and_nothing_is_left_beside(harness: Harness) -> None:
    _, left = harness.uninterrupted()
    assert {state for _, state, _, _ in left.changes} == {State.APPLIED}
    assert (left.exchanges, set(left.files)) == (
        ["Register.xlsx", "tasks.csv"],
        {"files/Register.xlsx", "files/tasks.csv"},
    )
    assert left.vetoes == set()


@THIRDS
def test_killed_at_any_step_an_undo_ends_like_an_uninterrupted_one(
    tmp_path: Path, store: FileStore | ServerStore, tell: Tell, first: int
) -> None:
    with Harness(seeded(tmp_path, store, write_back, config=SMALL), take_back, store) as harness:
        tell(harness.check_every_step(3, first))


@pytest.mark.long
def test_killed_at_any_step_an_undo_of_two_files_ends_like_an_uninterrupted_one(tmp_path: Path, tell: Tell) -> None:
    with Harness(seeded(tmp_path, FileStore(), write_back), take_back, FileStore()) as harness:
        tell(harness.check_every_step())


@pytest.mark.long
def test_killed_twice_an_apply_ends_like_an_uninterrupted_one(small: Harness, tell: Tell) -> None:
    """Steps that come first with steps that come second; of their pairs every fifth, in turn, or every thirtieth."""
    tell(small.check_pairs(5 if small.store.config == "" else 30, EVERY))


def taken_back(harness: Harness) -> dict[str, bytes]:
    """Undo what the work has done; give the files."""
    take_back(harness.hub)
    return harness.left().files


def test_killed_at_any_step_a_word_that_counts_as_empty_is_there_again_after_an_undo(
    tmp_path: Path, store: FileStore | ServerStore
) -> None:
    def tbd(hub: Hub) -> None:
        tasks = tmp_path / "work/files/tasks.csv"
        tasks.write_text(tasks.read_text().replace("Task 1;P1;", "Task 1;P1;TBD"))
        read(hub)

    with Harness(seeded(tmp_path, store, tbd, approved), lambda hub: send(hub, "P1"), store) as harness:
        count, _ = harness.uninterrupted()
        wanted = taken_back(harness)
        assert b"Task 1;P1;TBD;" in wanted["files/tasks.csv"]
        for step in range(count // 2, count + 1, EVERY):
            if harness.killed_at(step) is not None:
                assert taken_back(harness) == wanted, f"killed at step {step} of {count}"


def team_edits(harness: Harness) -> None:
    """Type over what the hub wrote, as soon as it is there."""
    save_register(harness.folder, P1="ours", P2="PMO-P2")


def same_but_for_exchanges(left: Left | None, wanted: Left) -> bool:
    """An exchange that was undone at once counts as one, too."""
    return left is not None and replace(left, exchanges=[]) == replace(wanted, exchanges=[])


def edited_after(harness: Harness) -> Left:
    harness.begin()
    assert not harness.run()[0]
    team_edits(harness)
    return harness.left()


@pytest.mark.long
def test_overtaken_at_any_step_a_process_that_goes_on_stores_and_writes_nothing(small: Harness, tell: Tell) -> None:
    """It stood still for longer than its lease; another did the work, and a team has typed since."""
    count, _ = small.uninterrupted()
    wanted = edited_after(small)
    overtaken = 0
    for step in range(1, count + 1):
        left = small.overtaken_at(step, lambda: team_edits(small))
        assert left is None or same_but_for_exchanges(left, wanted), f"overtaken at step {step} of {count}"
        overtaken += left is not None
    assert overtaken > count // 2
    tell(f"{count} steps, overtaken at {overtaken} of them")


def leave_the_lease_unchecked() -> None:
    """Mutant: whoever once had the lease may store."""
    for module in (apply, gate, outcomes, settling, planning):
        module.require = lambda connection, lease: None  # type: ignore[attr-defined]


def test_a_lease_that_is_not_checked_does_not_get_by(small: Harness) -> None:
    count, _ = small.uninterrupted()
    wanted = edited_after(small)
    small.mutate = leave_the_lease_unchecked
    tried = (small.overtaken_at(step, lambda: team_edits(small)) for step in range(1, count + 1))
    assert any(left is not None and not same_but_for_exchanges(left, wanted) for left in tried)


def resend_without_reading() -> None:
    """Mutant: what a killed apply began is sent again, whatever the cell holds."""

    def compared(writer: FileWriter, change: FieldChange, found: Located) -> WriteResult | None:
        return None

    settle_nothing()
    FileWriter._compared = compared  # type: ignore[method-assign]


@pytest.mark.parametrize("mutant", [journal_after_sending, resend_without_reading, take_an_echo_for_an_edit])
def test_a_planted_fault_does_not_get_by(small: Harness, mutant: Callable[[], None]) -> None:
    count, wanted = small.uninterrupted()
    small.mutate = mutant
    try:
        # The last steps are of what is done when all is sent.
        assert any(small.differs_at(step, wanted) for step in range(count * 3 // 4, 0, -1))
    finally:
        small.mutate = lambda: None


def test_after_apply_and_sync_nothing_is_left_to_plan(tmp_path: Path) -> None:
    seeded(tmp_path, FileStore(), write_back, read)
    with hub_of(tmp_path / "work") as hub:
        assert plan(hub).plan.items == ()
