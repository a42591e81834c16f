"""Limits as a person meets them: a dry run says what would wait, and what a stop leaves goes on after a word."""

from pathlib import Path

import pytest
import xlsxwriter

from tests.crash.workplace import PROJECTS, WHOLE, set_up

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
    assert shown.out.count("it waits until somebody has looked at the first 2 writes of what is new") == 2
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


def reported(folder: Path, status: str) -> None:
    """Let the PMO's register say of both projects how they stand."""
    book = xlsxwriter.Workbook(folder / "files/Register.xlsx")
    sheet = book.add_worksheet("Register")
    sheet.write_row("A1", ["No", "Project", "Status", "PMO ID"])
    for row, key in enumerate(PROJECTS, start=1):
        sheet.write_row(row, 0, [key, f"Project {key}", status])
    book.close()


@pytest.mark.parametrize("status", ["on hold", "completed", "cancelled"])
def test_to_a_project_that_closed_since_the_approval_nothing_is_written(
    approved: Run, tmp_path: Path, status: str
) -> None:
    before = (tmp_path / "files/tasks.csv").read_bytes()
    reported(tmp_path, status)
    approved("sync")
    dry = approved("writeback", "apply", "--dry-run").out
    assert dry.count("its project is closing, closed, on hold or gone now") == 3
    ended = approved("writeback", "apply")
    assert ended.code == 1
    assert "where nothing is written" in ended.out + ended.err
    assert (tmp_path / "files/tasks.csv").read_bytes() == before
    assert "Nothing is to be written" in approved("writeback", "plan").out


def test_what_was_written_before_a_project_closed_can_be_taken_back(approved: Run, tmp_path: Path) -> None:
    before = (tmp_path / "files/tasks.csv").read_bytes()
    approved("writeback", "apply")
    assert (tmp_path / "files/tasks.csv").read_bytes() != before
    reported(tmp_path, "completed")
    approved("sync")
    assert "2 of 4 changes put back." in approved("writeback", "undo").out
    assert (tmp_path / "files/tasks.csv").read_bytes() == before


def test_what_was_approved_for_one_department_is_not_written_for_another(approved: Run, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    moved = 'path = "files/Register.xlsx"\ndepartments_by = { key = { P1 = "lab", P2 = "lab" } }'
    text = config.read_text().replace('path = "files/Register.xlsx"', moved)
    config.write_text(text + '\n[departments.lab]\nname = "Lab"\nmode = "directive"\n')
    before = (tmp_path / "files/tasks.csv").read_bytes()
    approved("sync")
    ended = approved("writeback", "apply")
    assert "it belongs to lab now; plan anew" in ended.out + ended.err
    assert (tmp_path / "files/tasks.csv").read_bytes() == before
