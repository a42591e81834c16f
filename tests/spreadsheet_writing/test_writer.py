"""Approved values in the team's own files: found by key and heading, compared, tried, exchanged, read back."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter

from canonical.values import FieldValue, alike
from canonical.vocabulary import EntityKind
from connectors.base import ConnectorContext, FieldChange, Outcome, Precondition, Target, WriteResult
from connectors.spreadsheet import KIND
from connectors.spreadsheet.config import SpreadsheetOptions
from connectors.spreadsheet.patch import exchange
from connectors.spreadsheet.patch.results import Edit, PatchResult
from connectors.spreadsheet.patch.xlsx import patch_workbook_bytes
from tests.spreadsheet_writing import reading
from tests.spreadsheet_writing.packages import changed_records, records

HEADINGS = ["WBS", "Activity", "Who", "Finish", "Done", "Effort (d)", "Spent", "Phase", "Twice"]
SHEETS: dict[str, Any] = {
    "tasks": {
        "name": "Plan",
        "key": "WBS",
        "columns": {
            "title": "Activity",
            "assignee": "Who",
            "due": "Finish",
            "percent_complete": "Done",
            "original_estimate": "Effort (d)",
            "time_spent": "Spent",
        },
        "fields": {"phase": "Phase"},
    }
}


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "files" / "plan.xlsx"
    path.parent.mkdir()
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Plan")
    day, percent = book.add_format({"num_format": "dd.mm.yyyy"}), book.add_format({"num_format": "0%"})
    elapsed = book.add_format({"num_format": "[h]:mm"})
    sheet.write("A1", "The plan")
    sheet.write_row("A3", HEADINGS)
    for row in range(3, 9):
        sheet.write_row(row, 0, [f"1.{row - 2}", f"Task {row}", "Ada"])
        sheet.write_datetime(row, 3, date(2026, 3, row), day)
        sheet.write_number(row, 4, 0.5, percent)
        sheet.write_number(row, 5, 3)
        sheet.write_datetime(row, 6, timedelta(hours=30), elapsed)
        sheet.write_formula(row, 8, f"=F{row + 1}*2", None, 6)
    sheet.write_formula("K1", "=SUM(F4:F9)", None, 18)
    book.close()
    return path


def change(key: str, field: str, carrier: str, before: FieldValue, after: FieldValue, file: str = "") -> FieldChange:
    place = file or "plan.xlsx#Plan"
    return FieldChange(Target(EntityKind.TASK, f"{place}#{key}", field, carrier), before, after)


def write(path: Path, changes: Sequence[FieldChange], **options: Any) -> list[WriteResult]:
    scratch = path.parent.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    carriers = {EntityKind.TASK: {"pmo_phase": "Phase"}}
    context = ConnectorContext("plans", path.parent, ZoneInfo("Europe/Berlin"), scratch, carriers)
    settings = SpreadsheetOptions.model_validate({"path": path.name, "sheets": SHEETS} | options)
    results = list(KIND.writer(settings, context).write(changes))
    assert list(scratch.iterdir()) == []
    return results


def outcomes(results: Sequence[WriteResult]) -> list[Outcome]:
    return [result.outcome for result in results]


def test_values_of_every_kind_are_written_the_way_their_column_is_read(plan: Path) -> None:
    before = records(plan)
    hours = 3600
    results = write(
        plan,
        [
            change("1.1", "assignee", "Who", "name:Ada", "email:grace@example.org"),
            change("1.1", "due", "Finish", date(2026, 3, 3), date(2026, 12, 24)),
            change("1.2", "percent_complete", "Done", Decimal(50), Decimal(75)),
            change("1.2", "original_estimate", "Effort (d)", 24 * hours, 12 * hours),
            change("1.3", "time_spent", "Spent", 30 * hours, 31 * hours + 1800),
            change("1.3", "phase", "Phase", None, "execution"),
            change("1.4", "phase", "Phase", None, 7),
        ],
    )
    assert outcomes(results) == [Outcome.APPLIED] * 7, [result.reason for result in results]
    assert all(alike(result.read_back, result.change.after) for result in results)
    values = reading.by_calamine(plan)
    assert values["Plan", 4, 3] == "grace@example.org"
    assert values["Plan", 4, 4] == date(2026, 12, 24)
    assert values["Plan", 5, 5] == 0.75
    assert values["Plan", 5, 6] == 1.5
    assert values["Plan", 6, 7] == timedelta(hours=31, minutes=30)
    assert changed_records(before, plan) == ["xl/worksheets/sheet1.xml"]
    assert "2 formulas use the cell" in results[3].reason


def test_each_change_ends_for_itself(plan: Path) -> None:
    results = write(
        plan,
        [
            change("1.1", "title", "Activity", "Task 3", "Task three"),
            change("1.2", "title", "Activity", "Something else", "Task four"),
            change("1.3", "title", "Activity", "Anything", "Task 5"),
            change("9.9", "title", "Activity", "Task 9", "Task nine"),
            change("1.4", "own", "No such column", None, "x"),
            change("1.4", "own", "Twice", 6, 7),
            change("1.1", "title", "Activity", "x", "y", file="other.xlsx#Plan"),
        ],
    )
    expected = [Outcome.APPLIED, Outcome.STALE, Outcome.ALREADY_TRUE, *[Outcome.REFUSED] * 4]
    assert outcomes(results) == expected, [result.reason for result in results]
    assert "holds “Task 4”, not “Something else”" in results[1].reason
    assert "No row has the key 9.9" in results[3].reason
    assert "There is no column No such column" in results[4].reason
    assert "(I7): it holds a formula" in results[5].reason
    assert "other.xlsx#Plan#1.1" in results[6].reason


def test_what_a_written_cell_held_in_place_of_a_value_is_told(tmp_path: Path) -> None:
    path = tmp_path / "files" / "plan.csv"
    path.parent.mkdir()
    path.write_text("WBS;Activity;Who;Finish;Phase\n1.1;Draw;Ada;2026-03-03;TBD\n", encoding="utf-8")
    (result,) = write(path, [change("1.1", "phase", "Phase", None, "execution", file="plan.csv")])
    assert (result.outcome, result.reason) == (Outcome.APPLIED, "it held “TBD”, which counts as empty")
    assert ";execution\n" in path.read_text(encoding="utf-8")


def test_a_value_that_would_be_read_as_another_is_refused(plan: Path) -> None:
    before = plan.read_bytes()
    (result,) = write(plan, [change("1.1", "phase", "Phase", None, "n/a")])
    assert result.outcome is Outcome.REFUSED
    assert "“n/a” written there would be read as “nothing”" in result.reason
    assert plan.read_bytes() == before


def test_an_open_file_is_left_for_later(plan: Path) -> None:
    plan.with_name("~$plan.xlsx").write_bytes(b"\x03Ada")
    (result,) = write(plan, [change("1.1", "phase", "Phase", None, "planning")])
    assert (result.outcome, result.reason) == (Outcome.REFUSED, "plan.xlsx: it is open in Excel by Ada")
    assert result.later


def save(path: Path, edit: Edit) -> None:
    """Save as programs do: a new file, renamed over the old one."""
    new = path.with_name("saving")
    data = patch_workbook_bytes(path.read_bytes(), [edit], PatchResult())
    assert data is not None
    new.write_bytes(data)
    new.replace(path)


@pytest.mark.parametrize(
    ("cell", "outcome"), [("H4", Outcome.OVERTOOK), ("B9", Outcome.APPLIED)], ids=["same cell", "another cell"]
)
def test_a_save_in_the_moment_of_writing_survives(plan: Path, monkeypatch, cell: str, outcome: Outcome) -> None:
    swap, saved = exchange._exchange, []

    def save_then_swap(one: Path, other: Path) -> bool:
        if other == plan and not saved:
            saved.append(cell)
            save(plan, Edit("Plan", cell, "by the team"))
        return swap(one, other)

    monkeypatch.setattr(exchange, "_exchange", save_then_swap)
    (result,) = write(plan, [change("1.1", "phase", "Phase", None, "planning")])
    assert result.outcome is outcome
    values = reading.by_calamine(plan)
    assert "by the team" in values.values()
    assert values["Plan", 4, 8] == ("planning" if outcome is Outcome.APPLIED else "by the team")


def test_where_nothing_can_be_noticed_the_writer_says_so(plan: Path, monkeypatch) -> None:
    monkeypatch.setattr(exchange, "_exchange", lambda *_: False)
    context = ConnectorContext("plans", plan.parent, ZoneInfo("UTC"), plan.parent.parent)
    writer = KIND.writer(SpreadsheetOptions.model_validate({"path": "plan.xlsx", "sheets": SHEETS}), context)
    planned = change("1.1", "phase", "Phase", None, "planning")
    assert writer.precondition is Precondition.NONE
    assert outcomes(list(writer.write([planned]))) == [Outcome.APPLIED]
    assert writer.overtaken([planned])[0].problem is not None


def test_a_text_table_is_written_in_its_own_form(tmp_path: Path) -> None:
    path = tmp_path / "files" / "plan.csv"
    path.parent.mkdir()
    lines = [
        ";".join(HEADINGS[:7]),
        '"1.1";"Prüfen";"Ada";24.12.2026;50 %;1,5;2:30',
        '"1.2";"Bauen";"Bo";31.01.2027;;;',
    ]
    path.write_bytes("\r\n".join(lines).encode("cp1252"))
    changes = [
        change("1.1", "due", "Finish", date(2026, 12, 24), date(2026, 11, 5), "plan.csv"),
        change("1.1", "original_estimate", "Effort (d)", 43200, 72000, "plan.csv"),
        change("1.2", "percent_complete", "Done", None, Decimal(25), "plan.csv"),
        change("1.2", "assignee", "Who", "name:Bo", "name:Zoë", "plan.csv"),
        change("1.1", "assignee", "Who", "name:Ada", "name:Łukasz", "plan.csv"),
    ]
    results = write(path, changes, sheets={"tasks": {**SHEETS["tasks"], "name": None, "fields": {}}})
    assert outcomes(results) == [*[Outcome.APPLIED] * 4, Outcome.REFUSED], [result.reason for result in results]
    assert "has no 'Ł'" in results[4].reason
    lines[1:] = ['"1.1";"Prüfen";"Ada";05.11.2026;50 %;2,5;2:30', '"1.2";"Bauen";"Zoë";31.01.2027;25 %;;']
    assert path.read_bytes().decode("cp1252").split("\r\n") == lines
