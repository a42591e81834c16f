"""Killed at any step and applied again, a write-back ends as an uninterrupted one: nothing sent twice, nothing lost."""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from canonical.store.writebacks import State, last_ours
from connectors.base import FieldChange, WriteResult
from connectors.spreadsheet.reading.locating import Located
from connectors.spreadsheet.writing.file_writer import FileWriter
from pmohub.composition import Hub
from pmohub.writing import plan, send
from sync import apply, outcomes, settling
from sync import plan as planning
from sync.sending import Sending
from tests.crash.harness import Harness, Left, Work
from tests.crash.workplace import SMALL, decide, hub_of, read, set_up, take_back, write_back


def apply_and_plan(hub: Hub) -> None:
    """Apply; then plan once more, before anybody has read the files again."""
    send(hub, "P1")
    plan(hub)


def approved(hub: Hub) -> None:
    decide(hub, plan(hub).plan.id)


def seeded(base: Path, *steps: Work, config: str | None = None) -> Path:
    """Lay out the files, sync, go so far, and keep that as the state to begin with."""
    set_up(base / "work", config)
    with hub_of(base / "work") as hub:
        for step in steps:
            step(hub)
    shutil.copytree(base / "work", base / "seed")
    return base / "seed"


@pytest.fixture(scope="module")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harness]:
    with Harness(seeded(tmp_path_factory.mktemp("writing")), write_back) as harness:
        yield harness


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harness]:
    """One file, and its changes approved already."""
    base = tmp_path_factory.mktemp("small")
    with Harness(seeded(base, approved, config=SMALL), apply_and_plan) as harness:
        yield harness


def check_every_step(harness: Harness) -> None:
    count, wanted = harness.uninterrupted()
    for step in range(1, count + 1):
        assert harness.killed_at(step) == wanted, f"killed at step {step} of {count}"
    sys.stdout.write(f"{count} steps, killed at each of them\n")


def test_killed_at_any_step_and_applied_again_all_is_written_once(harness: Harness) -> None:
    check_every_step(harness)


def test_uninterrupted_every_change_is_applied_and_nothing_is_left_beside(harness: Harness) -> None:
    _, left = harness.uninterrupted()
    assert {state for _, state, _, _ in left.changes} == {State.APPLIED}
    assert (left.exchanges, set(left.files)) == (
        ["Register.xlsx", "tasks.csv"],
        {"files/Register.xlsx", "files/tasks.csv"},
    )
    assert left.vetoes == set()


def test_killed_at_any_step_an_undo_ends_like_an_uninterrupted_one(tmp_path: Path) -> None:
    with Harness(seeded(tmp_path, write_back, config=SMALL), take_back) as harness:
        check_every_step(harness)


@pytest.mark.long
def test_killed_at_any_step_an_undo_of_two_files_ends_like_an_uninterrupted_one(tmp_path: Path) -> None:
    with Harness(seeded(tmp_path, write_back), take_back) as harness:
        check_every_step(harness)


@pytest.mark.long
def test_killed_twice_an_apply_ends_like_an_uninterrupted_one(small: Harness) -> None:
    """Each step comes first and each comes second; of their pairs every fifth is tried, in turn."""
    count, wanted = small.uninterrupted()
    killed = 0
    for first in range(1, count + 1):
        second = 1 + first % 5
        while (left := small.killed_at(first, second)) is not None:
            assert left == wanted, f"killed at step {first}, then at step {second}"
            second += 5
            killed += 1
    sys.stdout.write(f"{count} steps; killed at each of them, and {killed} times once more\n")


def journal_after_sending() -> None:
    """Mutant: what is sent is noted when it is done."""
    move, waiting = apply.move, []

    def late(connection: Any, items: Any, to: State, **facts: Any) -> Any:
        if to is State.JOURNALED:
            waiting.extend(items)
            return items
        for item in items:
            known = [one for one in waiting if one.id == item.id]
            move(connection, known, State.JOURNALED, at=facts["at"], actor=facts["actor"])
        return move(connection, items, to, **facts)

    apply.move = outcomes.move = late  # type: ignore[assignment]


def resend_without_reading() -> None:
    """Mutant: what a killed apply began is sent again, whatever the cell holds."""

    def settle(sending: Sending) -> None:
        with apply.reading(sending.engine) as connection:
            begun = apply.find(connection, apply.writeback.c.state == State.JOURNALED)
        for item in begun:
            settling.take_back(sending, item)

    def compared(writer: FileWriter, change: FieldChange, found: Located) -> WriteResult | None:
        return None

    apply.settle = settle
    FileWriter._compared = compared  # type: ignore[method-assign]


def take_an_echo_for_an_edit() -> None:
    """Mutant: what the store held before the write is taken for what the team made of it."""
    planning.last_ours = lambda connection: {  # type: ignore[assignment]
        at: replace(ours, is_read=True) for at, ours in last_ours(connection).items()
    }


@pytest.mark.parametrize("mutant", [journal_after_sending, resend_without_reading, take_an_echo_for_an_edit])
def test_a_planted_fault_does_not_get_by(small: Harness, mutant: Callable[[], None]) -> None:
    count, wanted = small.uninterrupted()
    small.mutate = mutant
    try:
        # The last steps are of what is done when all is sent.
        assert any(differs(small.killed_at(step), wanted) for step in range(count * 3 // 4, 0, -1))
    finally:
        small.mutate = lambda: None


def differs(left: Left | None, wanted: Left) -> bool:
    return left is not None and left != wanted


def test_after_apply_and_sync_nothing_is_left_to_plan(tmp_path: Path) -> None:
    seeded(tmp_path, write_back, read)
    with hub_of(tmp_path / "work") as hub:
        assert plan(hub).plan.items == ()
