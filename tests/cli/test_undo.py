"""Undo as a person types it: one change, one plan, or all since an instant, after a look at what it would do."""

from datetime import timedelta
from pathlib import Path

import pytest
from python_calamine import load_workbook

from canonical.database import reading
from canonical.store.writebacks import latest_plan_id
from pmohub.clock import now
from tests.crash.workplace import WHOLE, hub_of, read, save_register, set_up, write_back

from .conftest import Run

CONFIG = WHOLE.replace("standards = []", 'standards = []\ntimezone = "Asia/Tokyo"')


@pytest.fixture
def written(tmp_path: Path, pmohub: Run) -> Run:
    """Two files in which everything planned was written a moment ago."""
    set_up(tmp_path, CONFIG)
    with hub_of(tmp_path) as hub:
        assert not write_back(hub).problems
    return pmohub


def local(hours: float) -> str:
    """The hub's wall clock so many hours from now, as a person types it."""
    return f"{now() + timedelta(hours=9 + hours):%Y-%m-%dT%H:%M}"


def type_over(folder: Path) -> None:
    path = folder / "files/tasks.csv"
    path.write_text(path.read_text().replace("T-Task 2", "ours"))


def test_all_since_an_instant_of_the_hubs_zone_is_put_back(written: Run, tmp_path: Path) -> None:
    ended = written("writeback", "undo", "--since", local(-1))
    assert (ended.code, "8 of 8 changes put back." in ended.out) == (0, True)
    assert "planning" not in (tmp_path / "files/tasks.csv").read_text()


def test_what_was_written_before_the_instant_stays(written: Run, tmp_path: Path) -> None:
    ended = written("writeback", "undo", "--since", local(1))
    assert (ended.code, "Nothing to undo: since" in ended.err) == (2, True)
    assert "planning" in (tmp_path / "files/tasks.csv").read_text()


def test_a_dry_run_shows_what_would_be_put_back_and_what_a_team_changed_since(written: Run, tmp_path: Path) -> None:
    type_over(tmp_path)
    before = (tmp_path / "files/tasks.csv").read_bytes()
    shown = written("writeback", "undo", "--since", local(-1), "--dry-run")
    assert shown.code == 1
    assert "7 changes would be put back. Nothing has been sent." in shown.out
    assert "pmo_code: the team has written “ours” since; theirs stays" in shown.out
    assert (tmp_path / "files/tasks.csv").read_bytes() == before
    with hub_of(tmp_path) as hub, reading(hub.engine) as connection:
        assert latest_plan_id(connection) == "P1"


def test_what_the_team_changed_since_stays_theirs(written: Run, tmp_path: Path) -> None:
    type_over(tmp_path)
    assert "7 of 8 changes put back." in written("writeback", "undo", "--since", local(-1)).out
    assert ";ours\n" in (tmp_path / "files/tasks.csv").read_text()


def test_one_change_can_be_taken_back(written: Run) -> None:
    assert "1 of 1 change put back." in written("writeback", "undo", "--item", "P1-1").out


@pytest.mark.parametrize("words", [("--since", "yesterday"), ("P1", "--item", "P1-1")])
def test_what_cannot_be_meant_is_told(written: Run, words: tuple[str, ...]) -> None:
    ended = written("writeback", "undo", *words)
    assert (ended.code, "Nothing was sent." in ended.err) == (2, True)


@pytest.mark.parametrize("word", ["TBD", "n/a", "-"])
def test_a_word_that_counts_as_empty_is_brought_back(tmp_path: Path, pmohub: Run, word: str) -> None:
    register, tasks = tmp_path / "files/Register.xlsx", tmp_path / "files/tasks.csv"
    set_up(tmp_path, CONFIG)
    save_register(tmp_path, P1=word)
    tasks.write_text(tasks.read_text().replace("Task 1;P1;", f"Task 1;P1;{word}"))
    cells, text = load_workbook(register).get_sheet_by_index(0).to_python(), tasks.read_bytes()
    with hub_of(tmp_path) as hub:
        read(hub)
        assert not write_back(hub).problems
    assert load_workbook(register).get_sheet_by_index(0).to_python()[1][3] == "PMO-P1"
    ended = pmohub("writeback", "undo", "P1")
    assert "8 of 8 changes put back." in ended.out
    assert tasks.read_bytes() == text
    assert load_workbook(register).get_sheet_by_index(0).to_python() == cells
