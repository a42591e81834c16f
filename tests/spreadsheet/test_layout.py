"""Rows and columns as people lay them out."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import Font

from canonical.problems import Weight
from canonical.vocabulary import EntityKind
from tests.spreadsheet.sheets import PLAN, pull, pull_tasks, workbook

HEAD = ["WBS", "Activity", "Who", "Finish"]


def test_merged_headings_of_two_levels_name_their_columns(tmp_path: Path) -> None:
    rows = [["WBS", "Activity"], ["WBS", "Activity", "Start", "Finish", "Start", "Finish"], ["1", "A"]]
    rows[2] += [date(2026, 3, day) for day in (1, 2, 3, 4)]
    workbook(tmp_path / "plan.xlsx", {"Plan": rows}, merged=[("C1:D1", "Plan"), ("E1:F1", "Actual")])
    columns = {"title": "Activity", "due": "Plan Finish", "actual_start": "Actual / Start"}
    pulled = pull(tmp_path, {"path": "plan.xlsx", "sheets": {"tasks": {"key": "WBS", "columns": columns}}})
    assert pulled.tasks["1"].due == date(2026, 3, 2)
    assert pulled.tasks["1"].actual_start == date(2026, 3, 3)


def test_a_heading_that_stands_twice_is_refused_with_both_addresses(tmp_path: Path) -> None:
    pulled = pull_tasks(tmp_path, [[*HEAD, "Finish"], ["1", "A", "Jane", date(2026, 3, 4), date(2026, 3, 5)]])
    assert "stands twice, in D1 and E1" in pulled.words
    assert "due" not in pulled.tasks["1"].model_fields_set


def test_a_merged_label_counts_for_each_of_its_rows_and_a_merged_number_once(tmp_path: Path) -> None:
    rows = [HEAD, ["1", "A"], ["2", "B"]]
    workbook(tmp_path / "plan.xlsx", {"Plan": rows}, merged=[("C2:C3", "Jane Doe")])
    pulled = pull(tmp_path, {"path": "plan.xlsx", "sheets": {"tasks": PLAN}})
    assert [task.assignee for task in pulled.tasks.values()] == ["name:Jane Doe"] * 2


def test_blank_rows_totals_repeated_headings_and_notes_are_no_tasks(tmp_path: Path) -> None:
    rows = [HEAD, ["1", "A"], [], HEAD, ["2", "B"], ["Total", None, None, None], ["As of today, J. Doe"]]
    pulled = pull_tasks(tmp_path, rows)
    assert list(pulled.tasks) == ["1", "2"]
    assert not pulled.quarantined
    assert "The single text in row 7, below a total, was taken for a note." in pulled.words


def test_a_text_alone_among_numbered_keys_is_the_title_of_a_section_and_told(tmp_path: Path) -> None:
    rows = [HEAD, ["Marketing"], ["M-1", "A"], ["M-2", "B"], ["Sales"], ["S-1", "C"], ["M-3"]]
    pulled = pull_tasks(tmp_path, rows)
    assert list(pulled.tasks) == ["M-1", "M-2", "S-1", "M-3"]
    assert not pulled.quarantined
    assert (
        "2 rows with a single text in place of a numbered key were taken for titles, the first in row 2."
        in pulled.words
    )


def test_a_text_alone_stays_a_row_where_keys_have_no_numbers(tmp_path: Path) -> None:
    pulled = pull_tasks(tmp_path, [HEAD, ["draw", "A"], ["build"], ["test", "C"]])
    assert list(pulled.tasks) == ["draw", "build", "test"]


def test_another_table_below_is_not_read_in_the_columns_above(tmp_path: Path) -> None:
    other = [HEAD[0], HEAD[1], HEAD[2], "Closed on", *HEAD[4:]]
    below = [["3", "C", "Jo", date(2026, 3, 4)], ["4", "D", "Jo", date(2026, 3, 5)]]
    pulled = pull_tasks(tmp_path, [HEAD, ["1", "A"], [], other, *below, [], HEAD, ["5", "E"]])
    assert list(pulled.tasks) == ["1", "5"]
    assert not pulled.quarantined
    assert "Another table begins in row 4: not all of its headings are those above." in pulled.words
    complete = [listing.entity for batch in pulled.batches for listing in batch.complete]
    assert EntityKind.TASK not in complete, "rows of it that were read before do not count as gone"


def test_another_table_may_be_narrower_than_the_one_above(tmp_path: Path) -> None:
    mapping = {**PLAN, "columns": {**PLAN["columns"], "status": "State", "priority": "Prio", "labels": "Tags"}}
    head = [*HEAD, "State", "Prio", "Tags"]
    pulled = pull_tasks(tmp_path, [head, ["1", "A"], [], [*HEAD[:2], "Reason"], ["X-1", "C", "Ben Hall"]], mapping)
    assert list(pulled.tasks) == ["1"]
    assert "Another table begins in row 4" in pulled.words


def test_headings_repeated_in_part_are_headings(tmp_path: Path) -> None:
    pulled = pull_tasks(tmp_path, [HEAD, ["1", "A"], HEAD[:2], ["2", "B"]])
    assert list(pulled.tasks) == ["1", "2"]


def test_a_row_with_values_and_no_key_is_quarantined(tmp_path: Path) -> None:
    pulled = pull_tasks(tmp_path, [HEAD, ["1", "A"], [None, "B", "Jane"]])
    assert [each.reason for each in pulled.quarantined] == ["The row has no key (WBS)."]


def test_a_missing_key_column_stops_the_sheet_and_proposes_the_renamed_one(tmp_path: Path) -> None:
    first = pull_tasks(tmp_path, [HEAD, ["1", "A"]])
    workbook(tmp_path / "plan.xlsx", {"Plan": [["WBS no.", *HEAD[1:]], ["1", "A"]]})
    pulled = pull(tmp_path, {"path": "plan.xlsx", "sheets": {"tasks": PLAN}}, first.cursor)
    assert not pulled.tasks
    assert not [listing for batch in pulled.batches for listing in batch.complete if listing.scope.endswith("#Plan")]
    assert "If 'WBS no.' is what it is called now" in pulled.words


def test_a_missing_mapped_column_leaves_its_field_unknown_and_is_said_at_every_sync(tmp_path: Path) -> None:
    pulled = pull_tasks(tmp_path, [["WBS", "Activity", "Who", "Finish date"], ["1", "A", "Jane", date(2026, 3, 4)]])
    assert "due" not in pulled.tasks["1"].model_fields_set
    again = pull(tmp_path, {"path": "plan.xlsx", "sheets": {"tasks": PLAN}}, pulled.cursor)
    assert "Finish date" in pulled.words
    assert again.words == pulled.words


def test_columns_are_found_by_heading_wherever_they_move(tmp_path: Path) -> None:
    moved = [["Who", "New", "Finish", "WBS", "Activity"], ["Jane", "x", date(2026, 3, 4), "1", "A"]]
    assert pull_tasks(tmp_path, moved).tasks["1"].title == "A"


def test_an_empty_cell_and_a_placeholder_are_known_to_be_empty(tmp_path: Path) -> None:
    tasks = pull_tasks(tmp_path, [HEAD, ["1", "A", "tbd", None]]).tasks
    assert {"assignee", "due"} <= tasks["1"].model_fields_set
    assert (tasks["1"].assignee, tasks["1"].due) == (None, None)


def test_indentation_and_levels_make_parents(tmp_path: Path) -> None:
    rows = [["No", "Task", "Outline"], [1, "A", 1], [2, "  B", 2], [3, "    C", 3], [4, "  D", 2]]
    for way, columns in (("indentation", {}), ("level", {"level": "Outline"})):
        mapping = {"key": "No", "parents": way, "columns": {"title": "Task", **columns}}
        tasks = pull_tasks(tmp_path, rows, mapping).tasks
        assert [task.parent and task.parent[-1] for task in tasks.values()] == [None, "1", "2", "1"]


@pytest.mark.parametrize("wrap", [False, True], ids=["plain sheet", "merged sheet"])
def test_the_indentation_of_cells_makes_parents(tmp_path: Path, wrap: bool) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "plan.xlsx")) as book:
        sheet = book.add_worksheet("Plan")
        sheet.write_row(0, 0, ["No", "Task", "Done"])
        for row, (indent, share) in enumerate([(0, "0%"), (1, "0.0%"), (2, "0%"), (1, "0.0%"), (0, "0%")], start=1):
            sheet.write(row, 0, row)
            sheet.write(row, 1, "Step", book.add_format({"indent": indent}))
            sheet.write(row, 2, 0.5, book.add_format({"num_format": share, "indent": 1}))
        if wrap:
            sheet.merge_range("A9:B9", "Note")
    columns = {"title": "Task", "percent_complete": "Done"}
    mapping = {"key": "No", "parents": "indentation", "columns": columns}
    tasks = pull(tmp_path, {"path": "plan.xlsx", "sheets": {"tasks": mapping}}).tasks
    assert [tasks[str(n)].parent and tasks[str(n)].parent[-1] for n in range(1, 6)] == [None, "1", "2", "1", None]
    assert {tasks[str(n)].percent_complete for n in range(1, 6)} == {50}


def test_predecessors_are_dependencies(tmp_path: Path) -> None:
    mapping = {"key": "No", "columns": {"title": "Task", "predecessors": "After"}}
    pulled = pull_tasks(tmp_path, [["No", "Task", "After"], [1, "A"], [2, "B", "1FS+2d; 9"]], mapping)
    links = pulled.of(EntityKind.DEPENDENCY)
    assert [(link.predecessor, link.successor, link.lag) for link in links] == [
        ("id:plan.xlsx#Plan#1", "id:plan.xlsx#Plan#2", 2),
        ("key:9", "id:plan.xlsx#Plan#2", 0),
    ]


def test_several_projects_in_a_sheet_are_told_by_a_column(tmp_path: Path) -> None:
    mapping = {"key": "No", "project": {"column": "Project"}, "columns": {"title": "Task"}}
    pulled = pull_tasks(tmp_path, [["No", "Task", "Project"], [1, "A", "North"], [2, "B", "South"]], mapping)
    assert [project.name for project in pulled.of(EntityKind.PROJECT)] == ["North", "South"]
    assert [task.project for task in pulled.tasks.values()] == ["id:project:north", "id:project:south"]


def test_projects_kept_elsewhere_are_only_named(tmp_path: Path) -> None:
    mapping = {"key": "No", "project": {"column": "Project", "elsewhere": True}, "columns": {"title": "Task"}}
    pulled = pull_tasks(tmp_path, [["No", "Task", "Project"], [1, "A", "ENG"]], mapping)
    assert pulled.tasks["1"].project == "key:ENG"
    assert not pulled.of(EntityKind.PROJECT)


def test_errors_and_formulas_never_calculated_are_quarantined_not_empty(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Plan"
    for row in [HEAD, ["1", "A", "Jane", "#REF!"], ["2", "B", "Jane", "=TODAY()"], ["3", "C", "Jane", None]]:
        book.active.append(row)
    book.active["D2"].data_type = "e"
    book.save(tmp_path / "plan.xlsx")
    pulled = pull(tmp_path, {"path": "plan.xlsx", "sheets": {"tasks": PLAN}})
    assert list(pulled.tasks) == ["3"]
    assert [each.reason for each in pulled.quarantined] == [
        "The formula gives the error #REF!.",
        "The formula was never calculated.",
    ]


def test_a_percentage_is_read_by_its_number_format(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Plan"
    for row in [["WBS", "Activity", "Done"], ["1", "A", 0.5], ["2", "B", 50]]:
        book.active.append(row)
    book.active["C2"].number_format = "0%"
    book.active["A1"].font = Font(bold=True)
    book.save(tmp_path / "plan.xlsx")
    mapping = {"key": "WBS", "columns": {"title": "Activity", "percent_complete": "Done"}}
    pulled = pull(tmp_path, {"path": "plan.xlsx", "sheets": {"tasks": mapping}})
    assert [task.percent_complete for task in pulled.tasks.values()] == [Decimal(50), Decimal(50)]


def test_an_ambiguous_column_of_dates_is_quarantined_and_one_row_settles_it(tmp_path: Path) -> None:
    rows = [HEAD, ["1", "A", None, "03/04/2026"], ["2", "B", None, "05/04/2026"]]
    assert len(pull_tasks(tmp_path, rows).quarantined) == 2
    settled = pull_tasks(tmp_path, [*rows, ["3", "C", None, "25/04/2026"]])
    assert [task.due for task in settled.tasks.values()] == [date(2026, 4, day) for day in (3, 5, 25)]


def test_statuses_that_are_not_known_keep_their_word_and_are_said_once(tmp_path: Path) -> None:
    mapping = {"key": "WBS", "columns": {"title": "Activity", "status": "State"}}
    rows = [["WBS", "Activity", "State"], ["1", "A", "In Arbeit"], ["2", "B", "Parked"], ["3", "C", "Wartet"]]
    pulled = pull_tasks(tmp_path, rows, mapping, statuses={"wartet": "todo"})
    assert [task.status_category for task in pulled.tasks.values()] == ["in_progress", None, "todo"]
    assert pulled.tasks["2"].status == "Parked"
    assert [p.what for p in pulled.problems] == ["Statuses that are not mapped: 'Parked' (1)."]


@pytest.mark.parametrize(("name", "expected"), [("plan*", {"A", "B"}), (2, {"B"}), ("PLAN A", {"A"})])
def test_sheets_are_named_by_pattern_number_or_name(tmp_path: Path, name: str | int, expected: set[str]) -> None:
    workbook(tmp_path / "p.xlsx", {"Plan A": [HEAD, ["1", "A"]], "Plan B": [HEAD, ["1", "B"]], "Other": [["x"]]})
    pulled = pull(tmp_path, {"path": "p.xlsx", "sheets": {"tasks": {**PLAN, "name": name}}})
    assert {task.title for task in pulled.of(EntityKind.TASK)} == expected


def test_a_sheet_that_is_not_there_is_named_with_the_nearest(tmp_path: Path) -> None:
    workbook(tmp_path / "p.xlsx", {"Planning": [HEAD, ["1", "A"]]})
    pulled = pull(tmp_path, {"path": "p.xlsx", "sheets": {"tasks": PLAN}})
    assert [(p.what, p.weight) for p in pulled.problems] == [("There is no sheet Plan.", Weight.ERROR)]
    assert "'Planning'" in pulled.words


def test_links_of_a_quarantined_task_stay_and_unreadable_ones_delete_nothing(tmp_path: Path) -> None:
    mapping = {"key": "No", "columns": {"title": "Task", "due": "Finish", "predecessors": "After"}}
    rows = [["No", "Task", "Finish", "After"], [1, "A"], [2, "B", "soon", "1"], [3, "C", None, "1FS+4h"]]
    pulled = pull_tasks(tmp_path, rows, mapping)
    assert [link.external_id for link in pulled.of(EntityKind.DEPENDENCY)] == ["plan.xlsx#Plan#2<1"]
    complete = {listing.entity for batch in pulled.batches for listing in batch.complete}
    assert complete == {EntityKind.TASK, EntityKind.PROJECT}
