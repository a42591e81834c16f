"""`pmohub report` writes one file, and says where it is or why there is none."""

from pathlib import Path

import pytest

from .conftest import Run


@pytest.fixture
def ready(pmohub: Run) -> Run:
    pmohub("init")
    return pmohub


def test_the_report_is_written_where_it_was_asked_for(ready: Run, tmp_path: Path) -> None:
    ended = ready("report", "--output", "out.html")
    assert (ended.code, "out.html" in ended.out) == (0, True)
    assert (tmp_path / "out.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_department_that_is_not_there_is_named_with_those_that_are(ready: Run, tmp_path: Path) -> None:
    ended = ready("report", "--people", "nowhere")
    assert (ended.code, "Departments:" in ended.err) == (2, True)
    assert not (tmp_path / "portfolio-report.html").exists()


def test_a_folder_that_is_not_there_is_told_in_words(ready: Run) -> None:
    ended = ready("report", "--output", "nowhere/out.html")
    assert (ended.code, "nowhere/out.html" in ended.err) == (2, True)
