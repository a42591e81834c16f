"""Somebody without a mapping gets one that works."""

import os
import tomllib
from datetime import date
from pathlib import Path

import openpyxl
from openpyxl.styles import Alignment

from canonical.vocabulary import EntityKind
from connectors.spreadsheet import KIND
from tests.spreadsheet.sheets import pull, reader, workbook

PLAN = [
    ["Website relaunch"],
    [],
    ["WBS", "Activity", "Who", "Finish", "State", "Effort"],
    ["1", "Design", "Jane Doe", date(2026, 3, 4), "Done", 8],
    ["2", "Build", "Jo Roe", date(2026, 3, 9), "Open", 16.5],
]
HOURS = [["Name", "KW 10 2026", "KW 11 2026", "KW 12 2026"], ["Jane Doe", 38.5, 40, 40]]
TEAM = [["Name", "E-Mail", "Wochenstunden"], ["Jane Doe", "jane@example.com", "40 h"]]


def test_the_suggested_mapping_loads_and_reads_every_row(tmp_path: Path) -> None:
    workbook(tmp_path / "plan.xlsx", {"Plan": PLAN, "Zeiten": HOURS, "Team": TEAM})
    found = reader(tmp_path, {"path": "plan.xlsx"}).discover()
    options = tomllib.loads(f'path = "plan.xlsx"\n{found.mapping}')
    KIND.options.model_validate(options)
    pulled = pull(tmp_path, options)
    kinds = (EntityKind.TASK, EntityKind.TIME_ENTRY, EntityKind.PERSON)
    assert [len(pulled.of(kind)) for kind in kinds] == [2, 3, 1]
    assert not pulled.quarantined
    assert not pulled.problems


def test_a_list_of_milestones_is_tasks_and_hours_under_mondays_are_weeks(tmp_path: Path) -> None:
    milestones = [["No.", "Project", "Kind", "Milestone", "Owner", "Due"], ["MS-1", "P-1", "Gate", "Go", "Jo", "x"]]
    mondays = [date(2026, 9, 7), date(2026, 9, 14), date(2026, 9, 21)]
    workbook(tmp_path / "book.xlsx", {"Milestones": milestones, "Weeks": [["Name", *mondays], ["Jo", 8, 8, 8]]})
    sheets = tomllib.loads(reader(tmp_path, {"path": "book.xlsx"}).discover().mapping)["sheets"]
    assert sheets["tasks"]["key"] == "No."
    assert sheets["tasks"]["columns"] == {
        "project": "Project", "kind": "Kind", "title": "Milestone", "assignee": "Owner", "due": "Due",
    }  # fmt: skip
    assert sheets["time_entries"]["wide"] == "week"


def test_columns_come_with_examples_statuses_and_people(tmp_path: Path) -> None:
    workbook(tmp_path / "plan.xlsx", {"Plan": PLAN})
    found = reader(tmp_path, {"path": "plan.xlsx"}).discover()
    assert found.statuses == {"Done": 1, "Open": 1}
    assert found.people == {"Jane Doe": 1, "Jo Roe": 1}
    assert found.projects == ["plan"]
    (due,) = [field for field in found.fields if field.name == "Finish"]
    assert (due.id, due.type, due.suggestion, due.examples[0]) == ("D3", "date", "due", "2026-03-04")


def test_headings_full_of_quotes_and_brackets_give_toml_that_loads(tmp_path: Path) -> None:
    rows = [["WBS", 'The "Activity" \\ {x} = [1]', "Task"], ["1", "a", "A"]]
    workbook(tmp_path / "plan.xlsx", {'Plan "A"': rows, "Odd\U0001f600": [["a", "b"], ["c", "d"]]})
    found = reader(tmp_path, {"path": "plan.xlsx"}).discover()
    assert tomllib.loads(found.mapping)["sheets"]["tasks"]["name"] == 'Plan "A"'


def test_a_sheet_that_nobody_understands_is_listed_with_its_headings(tmp_path: Path) -> None:
    workbook(tmp_path / "plan.xlsx", {"X": [["Foo", "Bar"], ["a", "b"]]})
    found = reader(tmp_path, {"path": "plan.xlsx"}).discover()
    assert "# No sheet was understood. Headings: Bar, Foo" in found.mapping
    assert [field.name for field in found.fields] == ["Foo", "Bar"]


def test_a_file_that_cannot_be_looked_at_is_said(tmp_path: Path) -> None:
    workbook(tmp_path / "plans/a.xlsx", {"Plan": PLAN})
    (tmp_path / "plans/b.xlsx").write_bytes(b"")
    found = reader(tmp_path, {"path": "plans"}).discover()
    assert [problem.what for problem in found.problems] == ["The file is empty."]
    assert "sheets.tasks" in found.mapping


def test_weeks_without_a_year_are_taken_to_be_of_the_year_in_which_the_file_was_saved(tmp_path: Path) -> None:
    hours = [["Name", "KW 10", "KW 11", "KW 12"], ["Jane Doe", 38.5, 40, 40]]
    path = workbook(tmp_path / "plan.xlsx", {"Hours": hours})
    os.utime(path, (1_710_000_000, 1_710_000_000))
    assert "year = 2024" in reader(tmp_path, {"path": "plan.xlsx"}).discover().mapping


def test_a_baseline_in_brackets_is_not_taken_for_the_plan(tmp_path: Path) -> None:
    rows = [["Nr.", "Projekt", "Ende (Baseline)", "Ende (Plan)", "Fortschritt %"], ["1", "A", "1.2.26", "2.2.26", 10]]
    workbook(tmp_path / "p.xlsx", {"Projekte": rows})
    found = {field.name: field.suggestion for field in reader(tmp_path, {"path": "p.xlsx"}).discover().fields}
    assert found["Ende (Baseline)"] == "baseline_finish"
    assert found["Ende (Plan)"] == "planned_finish"
    assert found["Fortschritt %"] == "percent_complete"


def test_a_key_column_with_a_double_stays_the_key(tmp_path: Path) -> None:
    rows = [["WBS", "Activity", "Predecessors"], [1, "a", None], [2.1, "b", 1], [2.2, "c", 2.1], [2.1, "d", 1]]
    workbook(tmp_path / "p.xlsx", {"Plan": rows})
    mapping = tomllib.loads(reader(tmp_path, {"path": "p.xlsx"}).discover().mapping)
    assert mapping["sheets"]["tasks"]["key"] == "WBS"


def test_numbers_that_begin_anew_for_each_project_are_no_key(tmp_path: Path) -> None:
    rows = [["No.", "Task", "Owner"], *([n, f"{p}{n}", "Jo"] for p in "abcd" for n in range(5))]
    workbook(tmp_path / "p.xlsx", {"Plan": rows})
    mapping = tomllib.loads(reader(tmp_path, {"path": "p.xlsx"}).discover().mapping)
    assert mapping["sheets"]["tasks"]["key"] == "Task"


GANTT = ["ID", "Task name", "Resource", "Start", "End", *(f"KW {week} 2026" for week in range(41, 49))]


def test_weeks_beside_tasks_with_dates_are_a_gantt_chart_and_no_time_sheet(tmp_path: Path) -> None:
    days = (date(2026, 10, 5), date(2026, 10, 16))
    rows = [["ERP rollout"], GANTT, [1, "Kick-off", "Jo", *days, 1, 1], [2, "Analysis", "Jo", *days, "x", "x"]]
    workbook(tmp_path / "p.xlsx", {"Gantt": rows})
    found = reader(tmp_path, {"path": "p.xlsx"}).discover()
    mapping = tomllib.loads(found.mapping)["sheets"]
    assert list(mapping) == ["tasks"]
    assert mapping["tasks"]["columns"]["due"] == "End"
    assert [field.name for field in found.fields] == GANTT[:5]


def test_weeks_below_which_nothing_begins_as_hours_do_are_no_time_sheet(tmp_path: Path) -> None:
    rows = [["Task", "Owner", *GANTT[5:]], ["Kick-off", "Jo", "x"], ["Analysis", "Jo", None, "x"]]
    workbook(tmp_path / "p.xlsx", {"Gantt": rows})
    assert list(tomllib.loads(reader(tmp_path, {"path": "p.xlsx"}).discover().mapping)["sheets"]) == ["tasks"]


def test_sheets_laid_out_like_the_mapped_one_are_told_and_not_guessed_to_be_projects(tmp_path: Path) -> None:
    rows = [["No", "Task", "Owner"], ["1", "Draw", "Jo"]]
    other = [["Open", "Closed"], ["a", "b"]]
    workbook(tmp_path / "p.xlsx", {"Alpha": rows, "Beta": rows, "Lists": other})
    found = reader(tmp_path, {"path": "p.xlsx"}).discover()
    assert [problem.what for problem in found.problems] == ["Laid out like sheet Alpha, and not in the mapping: Beta."]
    assert tomllib.loads(found.mapping)["sheets"]["tasks"]["name"] == "Alpha"


def test_a_duration_is_no_effort(tmp_path: Path) -> None:
    rows = [["Nr.", "Ma\u00dfnahme", "Dauer", "Arbeit"], [1, "a", "5 days?", "8 h"]]
    workbook(tmp_path / "p.xlsx", {"Plan": rows})
    found = {field.name: field.suggestion for field in reader(tmp_path, {"path": "p.xlsx"}).discover().fields}
    assert found == {"Nr.": "key", "Ma\u00dfnahme": "title", "Dauer": None, "Arbeit": "original_estimate"}


def test_indented_titles_make_parents_unless_something_else_does(tmp_path: Path) -> None:
    rows = [["ID", "Task", "Owner"], [1, "Build", "Jo"], [2, "   Paint", "Jo"]]
    workbook(tmp_path / "p.xlsx", {"Plan": rows})
    options = tomllib.loads(f'path = "p.xlsx"\n{reader(tmp_path, {"path": "p.xlsx"}).discover().mapping}')
    assert options["sheets"]["tasks"]["parents"] == "indentation"
    assert pull(tmp_path, options).tasks["2"].parent == "id:p.xlsx#Plan#1"
    workbook(tmp_path / "p.xlsx", {"Plan": [rows[0], ["1", *rows[1][1:]], ["1.1", *rows[2][1:]]]})
    assert "indentation" not in reader(tmp_path, {"path": "p.xlsx"}).discover().mapping


def test_the_indentation_of_cells_is_found_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Plan"
    for row in (["ID", "Task", "Owner"], [1, "Build", "Jo"], [2, "Paint", "Jo"]):
        book.active.append(row)
    book.active["B3"].alignment = Alignment(indent=1)
    book.save(tmp_path / "p.xlsx")
    assert 'parents = "indentation"' in reader(tmp_path, {"path": "p.xlsx"}).discover().mapping
