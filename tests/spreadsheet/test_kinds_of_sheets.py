"""Registers, time sheets, people, status reports and dependencies."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from canonical.vocabulary import Activity, EntityKind, Health, ProjectStatus
from tests.spreadsheet.sheets import Pulled, Rows, pull, workbook

MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)


def pull_sheet(
    folder: Path, kind: str, mapping: dict[str, Any], rows: Rows, sheet: str = "S", **options: Any
) -> Pulled:
    workbook(folder / "book.xlsx", {sheet: rows})
    return pull(folder, {"path": "book.xlsx", "sheets": {kind: mapping}, **options})


def test_a_register_is_projects_with_the_currency_of_its_heading(tmp_path: Path) -> None:
    columns = {"name": "Project", "sponsor": "Sponsor", "budget": "Budget (EUR)", "same_as": "Jira key", "status": "S"}
    rows = [
        ["No.", "Project", "Sponsor", "Budget (EUR)", "Jira key", "S"],
        [7, "Relaunch", "Jo Roe", 1200.5, "WEB", "aktiv"],
    ]
    pulled = pull_sheet(tmp_path, "projects", {"key": "No.", "columns": columns}, rows)
    (project,) = pulled.of(EntityKind.PROJECT)
    assert (project.external_id, project.key, project.name) == ("book.xlsx#S#7", "7", "Relaunch")
    assert (project.budget, project.currency, project.same_as) == (Decimal("1200.5"), "EUR", "key:WEB")
    assert (project.status, project.sponsor) == (ProjectStatus.ACTIVE, "name:Jo Roe")


def test_a_project_status_that_is_not_known_is_unknown_not_empty(tmp_path: Path) -> None:
    mapping = {"key": "No", "columns": {"name": "Project", "status": "State"}}
    pulled = pull_sheet(tmp_path, "projects", mapping, [["No", "Project", "State"], [1, "A", "Sleeping"]])
    assert "status" not in pulled.of(EntityKind.PROJECT)[0].model_fields_set
    assert "'Sleeping' (1)" in pulled.words
    assert '"Sleeping" = "active"' in pulled.words


def test_the_status_of_a_quarantined_project_is_not_held_against_the_row_above(tmp_path: Path) -> None:
    mapping = {"key": "No", "columns": {"name": "Project", "status": "State", "planned_start": "Start"}}
    rows = [["No", "Project", "State", "Start"], [1, "A", None, None], [2, "B", "On hold", "soon"]]
    pulled = pull_sheet(tmp_path, "projects", mapping, rows)
    (first,) = pulled.of(EntityKind.PROJECT)
    assert first.status is None
    assert "status" in first.model_fields_set, "it is known to be empty"
    assert not pulled.problems


def test_carriers_and_custom_fields_come_along_by_name(tmp_path: Path) -> None:
    workbook(tmp_path / "book.xlsx", {"S": [["No", "Project", "PMO id", "Size"], [1, "A", "PMO-1", 2.5]]})
    mapping = {"key": "No", "columns": {"name": "Project"}, "fields": {"size": {"name": "Size", "type": "number"}}}
    carriers = {EntityKind.PROJECT: {"pmo_id": "PMO id"}}
    pulled = pull(tmp_path, {"path": "book.xlsx", "sheets": {"projects": mapping}}, carriers=carriers)
    assert pulled.of(EntityKind.PROJECT)[0].fields == {"size": Decimal("2.5"), "pmo_id": "PMO-1"}


def test_custom_fields_are_read_as_their_declared_type_and_what_does_not_fit_is_quarantined(tmp_path: Path) -> None:
    fields = {
        "order": "Order",
        "risk": {"name": "Risk", "type": "number"},
        "gate": {"name": "Gate", "type": "date", "format": "dd.mm.yyyy"},
        "safe": {"name": "Safe", "type": "yes_no"},
    }
    rows = [["No", "Project", "Order", "Risk", "Gate", "Safe"]]
    rows += [[1, "A", 4711.0, "25 %", "3.4.2026", "nein"], [2, "B", MONDAY, 1.5, MONDAY, True], [3, "C"]]
    rows += [[4, "D", "x", "high"], [5, "E", "x", 1, 46000], [6, "F", "x", 1, None, "perhaps"], [7, "G", "x", MONDAY]]
    pulled = pull_sheet(tmp_path, "projects", {"key": "No", "columns": {"name": "Project"}, "fields": fields}, rows)
    assert [project.fields for project in pulled.of(EntityKind.PROJECT)] == [
        {"order": "4711", "risk": 25, "gate": date(2026, 4, 3), "safe": False},
        {"order": "2026-03-02", "risk": Decimal("1.5"), "gate": MONDAY, "safe": True},
        {"order": None, "risk": None, "gate": None, "safe": None},
    ]
    assert [found.place.split("(")[-1] for found in pulled.quarantined] == ["D5)", "E6)", "F7)", "D8)"]
    assert all(found.reason and found.remedy for found in pulled.quarantined)


def test_a_time_entry_without_an_id_is_person_task_day_and_number_among_equals(tmp_path: Path) -> None:
    columns = {"person": "Who", "work_date": "Date", "duration": "Hours", "task": "Task"}
    row = ["Jane", MONDAY, 2.5, "ENG-1"]
    pulled = pull_sheet(tmp_path, "time_entries", {"columns": columns}, [["Who", "Date", "Hours", "Task"], row, row])
    entries = pulled.of(EntityKind.TIME_ENTRY)
    assert [(e.duration, e.work_date, e.task, e.person) for e in entries] == [
        (9000, MONDAY, "key:ENG-1", "name:Jane")
    ] * 2
    assert [e.external_id for e in entries] == [
        f"book.xlsx#S#name:Jane|key:ENG-1|2026-03-02|{number}" for number in (1, 2)
    ]


def test_an_unreadable_entry_without_an_id_leaves_absences_unverified(tmp_path: Path) -> None:
    columns = {"person": "Who", "work_date": "Date", "duration": "Hours"}
    rows = [["Who", "Date", "Hours"], ["Jane", MONDAY, 2], ["Jane", "soon", 2]]
    pulled = pull_sheet(tmp_path, "time_entries", {"columns": columns}, rows)
    assert (len(pulled.of(EntityKind.TIME_ENTRY)), len(pulled.quarantined)) == (1, 1)
    assert not [listing for batch in pulled.batches for listing in batch.complete]


def test_a_column_a_day_becomes_entries_and_blank_or_zero_hours_none(tmp_path: Path) -> None:
    days = [MONDAY + timedelta(days=n) for n in range(5)]
    rows = [["Name", "Project", *days, "Total"], ["Jane", "WEB", 8, None, 0, "7:30", "4 h", 19.5], ["Total", None, 8]]
    mapping = {"wide": "day", "person": "Name", "project": {"column": "Project"}}
    entries = pull_sheet(tmp_path, "time_entries", mapping, rows).of(EntityKind.TIME_ENTRY)
    assert [(e.work_date.day, e.duration / 3600) for e in entries] == [(2, 8), (5, 7.5), (6, 4)]
    assert {e.project for e in entries} == {"key:WEB"}


def test_a_column_a_week_counts_on_its_monday(tmp_path: Path) -> None:
    rows = [["Name", "KW 10", "KW 11"], ["Jane", 38.5, 40]]
    mapping = {"wide": "week", "person": "Name", "year": 2026}
    entries = pull_sheet(tmp_path, "time_entries", mapping, rows).of(EntityKind.TIME_ENTRY)
    assert [(e.work_date, e.duration) for e in entries] == [(MONDAY, 138_600), (MONDAY + timedelta(days=7), 144_000)]


def test_weeks_without_a_year_are_not_guessed_and_a_year_in_the_sheets_name_counts(tmp_path: Path) -> None:
    rows, mapping = [["Name", "KW 10", "KW 11"], ["Jane", 38.5, 40]], {"wide": "week", "person": "Name"}
    assert (
        "No heading of the sheet is a week of a known year" in pull_sheet(tmp_path, "time_entries", mapping, rows).words
    )
    named = pull_sheet(tmp_path, "time_entries", mapping, rows, sheet="Hours 2026")
    assert len(named.of(EntityKind.TIME_ENTRY)) == 2


def test_hours_in_one_cell_that_cannot_be_read_do_not_hold_up_the_others(tmp_path: Path) -> None:
    rows = [["Name", MONDAY, MONDAY + timedelta(days=1)], ["Jane", "ill", 8]]
    pulled = pull_sheet(tmp_path, "time_entries", {"wide": "day", "person": "Name"}, rows)
    assert len(pulled.of(EntityKind.TIME_ENTRY)) == 1
    assert pulled.quarantined[0].place == "book.xlsx, sheet S, row 2, column 2026-03-02 (B2)"


def test_all_faults_of_a_row_of_hours_are_told_at_once(tmp_path: Path) -> None:
    rows = [["Name", MONDAY, MONDAY + timedelta(days=1)], ["Jane & Joe", "ill", 8], ["Jane", 8, 8]]
    pulled = pull_sheet(tmp_path, "time_entries", {"wide": "day", "person": "Name"}, rows)
    (row,) = pulled.quarantined
    assert row.place == "book.xlsx, sheet S, row 2"
    assert "(A2): 'Jane & Joe' is more than one person. 2026-03-02 (B2): 'ill' is not" in row.reason
    rows = [["Day", "Hours"], [None, None], ["soon", None], [MONDAY, 8]]
    mapping = {"columns": {"work_date": "Day", "duration": "Hours"}}
    (row,) = pull_sheet(tmp_path, "time_entries", mapping, rows).quarantined
    assert row.reason == "Day (A3): 'soon' is not a date. Hours (B3): The entry has no hours."


def test_a_sheet_may_be_one_persons(tmp_path: Path) -> None:
    mapping = {"person_is": "sheet", "columns": {"work_date": "Date", "duration": "Hours"}}
    pulled = pull_sheet(tmp_path, "time_entries", mapping, [["Date", "Hours"], [MONDAY, 8]], sheet="Jane Doe")
    assert pulled.of(EntityKind.TIME_ENTRY)[0].person == "name:Jane Doe"


def test_time_names_the_tasks_of_its_own_workbook_by_key_or_title(tmp_path: Path) -> None:
    plan = [["WBS", "Activity"], ["1", "Design"], ["2", "Build"]]
    hours = [
        ["Who", "Date", "Hours", "Task"],
        ["Jane", MONDAY, 2, "1"],
        ["Jane", MONDAY, 3, "build"],
        ["Jo", MONDAY, 1, "X-1"],
    ]
    workbook(tmp_path / "book.xlsx", {"Plan": plan, "Hours": hours})
    columns = {"person": "Who", "work_date": "Date", "duration": "Hours", "task": "Task"}
    sheets = {
        "tasks": {"name": "Plan", "key": "WBS", "columns": {"title": "Activity"}},
        "time_entries": {"name": "Hours", "columns": columns},
    }
    entries = pull(tmp_path, {"path": "book.xlsx", "sheets": sheets}).of(EntityKind.TIME_ENTRY)
    assert [entry.task for entry in entries] == ["id:book.xlsx#Plan#1", "id:book.xlsx#Plan#2", "key:X-1"]


def test_only_a_list_gives_people_and_others_are_named_as_typed(tmp_path: Path) -> None:
    people = [
        ["Name", "E-mail", "Active", "Hours a week", "Rate"],
        ["Jane Doe", "jane@example.com", "yes", "38,5 h", "€ 80"],
    ]
    plan = [["WBS", "Activity", "Who"], ["1", "A", "JANE DOE"], ["2", "B", "Jo Roe"], ["3", "C", "Jo <Jo@x.org>"]]
    workbook(tmp_path / "book.xlsx", {"Plan": plan, "Team": people})
    team = {
        "name": "Name",
        "email": "E-mail",
        "active": "Active",
        "weekly_capacity": "Hours a week",
        "cost_rate": "Rate",
    }
    sheets = {
        "tasks": {"name": "Plan", "key": "WBS", "columns": {"title": "Activity", "assignee": "Who"}},
        "people": {"name": "Team", "key": "E-mail", "columns": team},
    }
    pulled = pull(tmp_path, {"path": "book.xlsx", "sheets": sheets})
    made = pulled.of(EntityKind.PERSON)
    assert [person.external_id for person in made] == ["book.xlsx#Team#jane@example.com"]
    assert [task.assignee for task in pulled.of(EntityKind.TASK)] == [
        "name:JANE DOE",
        "name:Jo Roe",
        "email:Jo <jo@x.org>",
    ]
    assert (made[0].active, made[0].weekly_capacity, made[0].cost_rate) == (Activity.YES, 138_600, 80)
    assert made[0].cost_rate_currency == "EUR"


def test_status_reports_have_health_and_a_moment_in_the_hubs_zone(tmp_path: Path) -> None:
    columns = {"project": "Project", "at": "Date", "health": "RAG", "text": "Comment", "author": "By"}
    rows = [["Project", "Date", "RAG", "Comment", "By"], ["WEB", MONDAY, "Gelb", "Late.", "Jane"]]
    (report,) = pull_sheet(tmp_path, "status_reports", {"columns": columns}, rows).of(EntityKind.STATUS_UPDATE)
    assert (report.project, report.health, report.author) == ("key:WEB", Health.AMBER, "name:Jane")
    assert report.at.isoformat() == "2026-03-02T00:00:00+01:00"


def test_a_sheet_of_dependencies_links_tasks_by_key(tmp_path: Path) -> None:
    columns = {"predecessor": "From", "successor": "To", "type": "Type", "lag": "Lag"}
    rows = [["From", "To", "Type", "Lag"], [1, 2, "SS", -1], [2, 3, None, None]]
    links = pull_sheet(tmp_path, "dependencies", {"columns": columns}, rows).of(EntityKind.DEPENDENCY)
    assert [(link.predecessor, link.successor, link.type.value, link.lag) for link in links] == [
        ("key:1", "key:2", "SS", -1),
        ("key:2", "key:3", "FS", 0),
    ]


def test_hours_of_nobody_are_told(tmp_path: Path) -> None:
    rows = [["Project", "02.03.2026", "03.03.2026"], ["P-1", 8, "krank"]]
    wide = {"wide": "day", "columns": {"project": "Project"}}
    pulled = pull_sheet(tmp_path, "time_entries", wide, rows)
    assert "Nothing says whose hours these are." in pulled.words
    (sick,) = pulled.quarantined
    assert sick.remedy == "Type it as 1.5h, 2h 30m, 2:30 or 3 d, or empty the cell where nobody worked on it."
    assert not pull_sheet(tmp_path, "time_entries", {**wide, "person_is": "file"}, rows).problems


def test_planned_capacity_is_hours_a_week_or_percent_from_a_day_to_a_day(tmp_path: Path) -> None:
    columns = {"person": "Who", "project": "Project", "first_day": "From", "last_day": "To", "percent": "Share"}
    rows = [["Who", "Project", "From", "To", "Share", "Hours a week"], ["Jane", "WEB", MONDAY, FRIDAY, 150, None]]
    rows += [["Jane", "WEB", MONDAY, None, None, 20], [None, "WEB", MONDAY, FRIDAY, 50, None]]
    rows += [["Jo", "WEB", MONDAY, FRIDAY, 50, 20], ["Jo", "WEB", FRIDAY, MONDAY, 50, None]]
    mapping = {"columns": {**columns, "weekly_effort": {"name": "Hours a week", "unit": "h"}}}
    pulled = pull_sheet(tmp_path, "allocations", mapping, rows)
    assert [
        (one.person, one.project, one.last_day, one.percent, one.weekly_effort)
        for one in pulled.of(EntityKind.ALLOCATION)
    ] == [
        ("name:Jane", "key:WEB", FRIDAY, 150, None),
        ("name:Jane", "key:WEB", None, None, 72_000),
        (None, "key:WEB", FRIDAY, 50, None),
    ]
    assert [found.reason for found in pulled.quarantined] == [
        "The row gives hours a week and percent.",
        "The last day, 2026-03-02, is before the first, 2026-03-06.",
    ]


def test_of_leave_only_who_and_when_is_read_not_in_quarantine_either(tmp_path: Path) -> None:
    columns = {"person": "Name", "first_day": "From", "last_day": "To"}
    rows = [["Name", "From", "To", "Kind"], ["Jane", MONDAY, FRIDAY, "Sick"], ["Jo", FRIDAY, MONDAY, "Sick"]]
    pulled = pull_sheet(tmp_path, "leave", {"columns": columns}, rows)
    (away,) = pulled.of(EntityKind.LEAVE)
    assert (away.person, away.first_day, away.last_day) == ("name:Jane", MONDAY, FRIDAY)
    assert [sorted(found.raw) for found in pulled.quarantined] == [["From", "Name", "To"]]
