"""Limits as a person meets them: a dry run says what would wait, and what a stop leaves goes on after a word."""

from pathlib import Path

import pytest

from tests.crash.workplace import WHOLE, set_up

from .conftest import Run

CONFIG = WHOLE.replace("first_writes = 0", "first_writes = 2").replace("stop_after_disputes = 1000\n", "")


@pytest.fixture
def approved(tmp_path: Path, pmohub: Run) -> Run:
    set_up(tmp_path, CONFIG)
    pmohub("writeback", "plan")
    assert pmohub("writeback", "approve", "P1").code == 0
    return pmohub


def test_a_dry_run_says_what_would_wait_for_a_look(approved: Run) -> None:
    shown = approved("writeback", "apply", "--dry-run")
    assert "4 changes would be sent. Nothing has been sent." in shown.out
    assert shown.out.count("it waits until somebody has looked at the first 2 writes of what is new") == 4
    assert "4 of 4 changes applied." in approved("writeback", "apply").out


def test_after_two_disputes_a_person_lets_it_start_again(approved: Run, tmp_path: Path) -> None:
    path = tmp_path / "files/tasks.csv"
    path.write_text(path.read_text().replace(";P1;;", ";P1;ours;mine"))
    ended = approved("writeback", "apply")
    assert (ended.code, "Writing to tasks is stopped" in ended.err) == (3, True)
    assert "pmohub writeback resume tasks" in ended.err
    assert "Writing to tasks is stopped" in approved("writeback", "plan").err
    resumed = approved("writeback", "resume", "tasks")
    assert (resumed.code, "Everything may be written to tasks again." in resumed.out) == (0, True)
    assert "is stopped" not in approved("writeback", "plan").err
    assert approved("writeback", "resume", "tasks").code == 1


def test_the_doctor_says_what_is_stopped_and_how_it_goes_on(approved: Run, tmp_path: Path) -> None:
    path = tmp_path / "files/tasks.csv"
    path.write_text(path.read_text().replace(";P1;;", ";P1;ours;mine"))
    approved("writeback", "apply")
    shown = approved("doctor")
    assert "Writing to tasks is stopped" in shown.out + shown.err
    assert "pmohub writeback resume tasks" in shown.out + shown.err
