"""A plan as people keep it becomes tasks."""

from datetime import date
from pathlib import Path

from canonical.vocabulary import EntityKind, ProjectStatus, StatusCategory
from tests.spreadsheet.sheets import PLAN, pull, pull_tasks, workbook

HEAD = ["WBS", "Activity", "Who", "Finish"]


def test_each_row_is_a_task_of_the_workbook_that_is_a_project(tmp_path: Path) -> None:
    pulled = pull_tasks(tmp_path, [HEAD, [1, "Set up", "Jane Doe", date(2026, 3, 4)]])
    (task,) = pulled.of(EntityKind.TASK)
    assert (task.external_id, task.title, task.due) == ("plan.xlsx#Plan#1", "Set up", date(2026, 3, 4))
    assert task.project == "id:plan.xlsx"
    assert [project.name for project in pulled.of(EntityKind.PROJECT)] == ["plan"]


def test_headings_are_found_under_title_rows_and_away_from_the_edge(tmp_path: Path) -> None:
    rows = [["Website relaunch"], [], [None, *HEAD], [None, "1", "Set up", "Jane", date(2026, 3, 4)]]
    assert pull_tasks(tmp_path, rows).tasks["1"].due == date(2026, 3, 4)


def test_headings_forgive_case_blanks_accents_and_punctuation(tmp_path: Path) -> None:
    mapping = {"key": "Nr", "columns": {"title": "Tatigkeit", "due": "Fällig am", "status": "State"}}
    rows = [["NR.", "Tätigkeit:", " fallig\n AM ", "STATE"], ["1", "Planen", date(2026, 3, 4), "Done"]]
    task = pull_tasks(tmp_path, rows, mapping).tasks["1"]
    assert (task.title, task.due, task.status_category) == ("Planen", date(2026, 3, 4), StatusCategory.DONE)


def test_whole_numbers_as_keys_have_no_decimals(tmp_path: Path) -> None:
    assert list(pull_tasks(tmp_path, [HEAD, [1.0, "A"], [10, "B"]]).tasks) == ["1", "10"]


def test_parents_follow_from_wbs_numbers(tmp_path: Path) -> None:
    tasks = pull_tasks(tmp_path, [HEAD, ["1", "A"], ["1.1", "B"], ["1.1.1", "C"], ["2.4.1", "D"]]).tasks
    assert tasks["1.1.1"].parent == "id:plan.xlsx#Plan#1.1"
    assert tasks["1.1"].parent == "id:plan.xlsx#Plan#1"
    assert tasks["2.4.1"].parent is None


def test_a_key_that_stands_twice_is_quarantined_in_both_rows(tmp_path: Path) -> None:
    pulled = pull_tasks(tmp_path, [HEAD, ["1", "A"], [7.1, "B"], [7.1, "C"]])
    assert list(pulled.tasks) == ["1"]
    assert [each.external_id for each in pulled.quarantined] == ["plan.xlsx#Plan#7.1"] * 2
    assert "7.10 is 7.1" in pulled.quarantined[0].remedy


def test_a_bad_cell_quarantines_its_row_with_the_exact_place_and_the_whole_row(tmp_path: Path) -> None:
    pulled = pull_tasks(tmp_path, [HEAD, ["1", "A", None, "31.02.2026"], ["2", "B", None, "28.02.2026"]])
    (bad,) = pulled.quarantined
    assert bad.place == "plan.xlsx, sheet Plan, row 2, column Finish (D2)"
    assert bad.raw == {"WBS": "1", "Activity": "A", "Finish": "31.02.2026"}
    assert (bad.external_id, bad.scope) == ("plan.xlsx#Plan#1", "plan.xlsx#Plan")
    assert pulled.tasks["2"].due == date(2026, 2, 28)


def test_all_faults_of_a_row_are_told_at_once(tmp_path: Path) -> None:
    rows = [[*HEAD, "After"], ["1", "A"], ["1", "B", None, "soon", "3FS+1.5d"], ["2", "C", None, "soon"]]
    mapping = {"key": "WBS", "columns": {**PLAN["columns"], "predecessors": "After"}}
    _, several, one = pull_tasks(tmp_path, rows, mapping).quarantined
    assert several.place == "plan.xlsx, sheet Plan, row 3"
    assert several.reason == (
        "WBS (A3): The key 1 stands in 2 rows. Finish (D3): 'soon' is not a date. "
        "After (E3): The lag in '3FS+1.5d' is not a whole number of working days."
    )
    assert several.remedy.startswith("WBS (A3): Give each row a key of its own. Finish (D3): Type the date as")
    assert (one.place, one.reason) == ("plan.xlsx, sheet Plan, row 4, column Finish (D4)", "'soon' is not a date.")


def test_one_workbook_is_one_project_and_ids_tell_them_apart(tmp_path: Path) -> None:
    for name in ("North", "South"):
        workbook(tmp_path / "plans" / f"{name}.xlsx", {"Plan": [HEAD, ["1", "A"]]})
    pulled = pull(tmp_path, {"path": "plans/*.xlsx", "sheets": {"tasks": PLAN}})
    assert [p.external_id for p in pulled.of(EntityKind.PROJECT)] == ["plans/North.xlsx", "plans/South.xlsx"]
    assert [task.external_id for task in pulled.of(EntityKind.TASK)] == [
        "plans/North.xlsx#Plan#1",
        "plans/South.xlsx#Plan#1",
    ]


def test_unchanged_files_are_not_read_again(tmp_path: Path) -> None:
    first = pull_tasks(tmp_path, [HEAD, ["1", "A"]])
    again = pull(tmp_path, {"path": "plan.xlsx", "sheets": {"tasks": PLAN}}, first.cursor)
    assert not again.records
    assert again.cursor == first.cursor


def test_a_project_that_only_the_plan_knows_has_the_status_that_the_mapping_gives_it(tmp_path: Path) -> None:
    rows = [HEAD, ["1", "A"]]
    unsaid = pull_tasks(tmp_path, rows, PLAN | {"project": {"file": True}})
    said = pull_tasks(tmp_path, rows, PLAN | {"project": {"file": True, "status": "active"}})
    statuses = [[project.status for project in pulled.of(EntityKind.PROJECT)] for pulled in (unsaid, said)]
    assert statuses == [[None], [ProjectStatus.ACTIVE]]
