"""CSV and TSV files as people and programs export them."""

from datetime import date
from pathlib import Path

import pytest

from canonical.vocabulary import EntityKind
from tests.spreadsheet.sheets import Pulled, pull

MAPPING = {"key": "Nr", "columns": {"title": "Tätigkeit", "due": "Fällig", "original_estimate": "Aufwand (h)"}}
ROWS = 'Nr;Tätigkeit;Fällig;Aufwand (h)\r\n1;Prüfung;04.03.2026;1,5\r\n2;"Übergabe; mit\nZeilen";05.03.2026;12\r\n'


def pull_text(folder: Path, contents: bytes, name: str = "plan.csv", **options: object) -> Pulled:
    (folder / name).write_bytes(contents)
    return pull(folder, {"path": name, "sheets": {"tasks": MAPPING}, **options})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_are_told_apart_by_mark_and_by_strict_utf_8(tmp_path: Path, encoding: str) -> None:
    tasks = pull_text(tmp_path, ROWS.encode(encoding)).tasks
    assert tasks["1"].title == "Prüfung"
    assert (tasks["1"].due, tasks["1"].original_estimate) == (date(2026, 3, 4), 5400)
    assert tasks["2"].title == "Übergabe; mit\nZeilen"


def test_a_code_page_that_was_assumed_is_said(tmp_path: Path) -> None:
    assert "was read as cp1252" in pull_text(tmp_path, ROWS.encode("cp1252")).words
    assert not pull_text(tmp_path, ROWS.encode()).problems


@pytest.mark.parametrize("mark", [",", "\t", "|"])
def test_delimiters_are_found_and_a_sep_line_is_honoured(tmp_path: Path, mark: str) -> None:
    text = f"Nr{mark}Tätigkeit{mark}Fällig\n1{mark}Prüfung{mark}2026-03-04\n2{mark}B{mark}2026-03-05\n"
    assert list(pull_text(tmp_path, text.encode()).tasks) == ["1", "2"]
    assert list(pull_text(tmp_path, f"sep={mark}\n{text}".encode()).tasks) == ["1", "2"]


def test_preamble_and_totals_are_passed_over(tmp_path: Path) -> None:
    text = f"Projektplan;;;\nStand;01.03.2026;;\n\n{ROWS}Summe;;;13,5\n"
    pulled = pull_text(tmp_path, text.encode())
    assert list(pulled.tasks) == ["1", "2"]
    assert not pulled.quarantined


def test_a_text_table_has_its_path_as_scope_and_rows_by_number(tmp_path: Path) -> None:
    pulled = pull_text(tmp_path, ROWS.replace("04.03.2026", "31.02.2026").encode())
    assert pulled.tasks["2"].external_id == "plan.csv#2"
    assert pulled.quarantined[0].place == "plan.csv, row 2, column Fällig (C2)"


def test_several_text_tables_of_one_connector_are_told_apart_by_file(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text("Nr,Title\n1,A\n")
    (tmp_path / "hours.csv").write_text("Who,Date,Hours\nJane,2026-03-02,2.5\n")
    sheets = {
        "tasks": {"file": "plan*", "key": "Nr", "columns": {"title": "Title"}},
        "time_entries": {"file": "hours*", "columns": {"person": "Who", "work_date": "Date", "duration": "Hours"}},
    }
    pulled = pull(tmp_path, {"path": ".", "sheets": sheets})
    assert (len(pulled.of(EntityKind.TASK)), len(pulled.of(EntityKind.TIME_ENTRY))) == (1, 1)
    assert not pulled.problems
