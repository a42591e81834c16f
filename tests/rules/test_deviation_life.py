"""The life of a deviation: opened, kept, doubted, closed for a reason, reopened under its number."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeAlias

import orjson
import pytest

from tests.rules.house import MONDAY, OVERDUE, House

Build: TypeAlias = Callable[..., House]


def test_a_deviation_says_what_when_and_why(house: Build) -> None:
    home = house()
    home.plant("task", id="t1", title="Paint", status_category="todo", due=date(2026, 3, 9))
    result = home.evaluate()
    (row,) = home.deviations()
    assert (result.opened, result.open) == (1, 1)
    assert (row["state"], row["subject"], row["subject_id"], row["severity"]) == ("open", "task", "t1", "major")
    assert row["message"] == "Paint was due 9 Mar 2026."
    assert orjson.loads(row["evidence"]) == {"values": {"task.due": {"date": "2026-03-09"}}, "params": {"grace": 2}}
    assert row["first_seen_at"] == MONDAY


def test_evaluating_twice_changes_nothing(house: Build) -> None:
    home = house()
    home.plant("task", status_category="todo", due=date(2026, 3, 9))
    home.plant("task", status_category="todo")
    home.evaluate()
    tables = ("deviation", "verdict_count", "compliance_day", "project_day")
    before = {table: home.rows(table) for table in tables}
    again = home.evaluate()
    assert {table: home.rows(table) for table in tables} == before
    assert (again.opened, again.reopened, again.closed, again.open) == (0, 0, 0, 1)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"due": date(2026, 3, 20)}, "resolved"),
        ({"status_category": "done"}, "no_longer_required"),
        ({"deleted_at": MONDAY}, "item_gone"),
    ],
    ids=["mended", "not asked any more", "deleted"],
)
def test_a_deviation_closes_with_the_reason(house: Build, values: dict[str, object], reason: str) -> None:
    home = house()
    task = home.plant("task", status_category="todo", due=date(2026, 3, 9))
    home.evaluate()
    home.change("task", task, **values)
    assert home.evaluate().closed == 1
    (row,) = home.deviations()
    assert (row["state"], row["close_reason"], row["closed_at"]) == ("closed", reason, MONDAY)


def test_a_deviation_that_cannot_be_judged_any_more_stays_open_unverified(house: Build) -> None:
    home = house()
    task = home.plant("task", status_category="todo", due=date(2026, 3, 9))
    home.evaluate()
    home.change("task", task, due=None)
    home.evaluate()
    (row,) = home.deviations()
    assert (row["state"], row["unverified"]) == ("open", True)
    home.change("task", task, due=date(2026, 3, 9))
    home.evaluate()
    assert not home.deviations()[0]["unverified"]


def test_reopening_keeps_number_and_first_seen(house: Build) -> None:
    home = house()
    task = home.plant("task", status_category="todo", due=date(2026, 3, 9))
    home.evaluate()
    first = home.deviations()[0]
    home.change("task", task, due=date(2026, 3, 20))
    home.evaluate()
    home.later(14)
    assert home.evaluate().reopened == 1
    (row,) = home.deviations()
    assert (row["number"], row["first_seen_at"]) == (first["number"], first["first_seen_at"])
    assert (row["state"], row["reopened"], row["opened_at"]) == ("open", 1, MONDAY + timedelta(days=14))


def test_what_was_so_when_a_rule_was_switched_on_is_legacy_with_due_dates_spread(house: Build) -> None:
    home = house()
    home.department("engineering")
    project = home.plant("project", status="active", department="engineering")
    for _ in range(40):
        home.plant("task", status_category="todo", due=date(2026, 3, 2), project_id=project)
    home.evaluate()
    due = [row["due_on"] for row in home.deviations()]
    assert all(row["legacy"] for row in home.deviations())
    assert (min(due), max(due), len(set(due))) == (date(2026, 3, 17), date(2026, 4, 15), 30)
    home.plant("task", id="new", status_category="todo", due=date(2026, 3, 2), project_id=project)
    home.evaluate()
    assert not home.deviations()[-1]["legacy"]


@pytest.mark.parametrize(
    ("mode", "due"), [("supportive", None), ("controlling", date(2026, 3, 30)), ("directive", date(2026, 3, 23))]
)
def test_a_deviation_is_due_by_severity_and_mode(house: Build, mode: str, due: date | None) -> None:
    home = house()
    home.department("engineering", mode)
    project = home.plant("project", status="active", department="engineering")
    home.evaluate()
    home.plant("task", status_category="todo", due=date(2026, 3, 2), project_id=project)
    home.evaluate()
    (row,) = home.deviations()
    assert (row["due_on"], row["mode"], row["department_id"]) == (due, mode, "engineering")


def test_severity_grows_with_the_case_and_the_words_follow(house: Build) -> None:
    home = house(OVERDUE + 'severity_if = { critical = "workdays(task.due, today) > 10" }\n')
    home.plant("task", status_category="todo", due=date(2026, 3, 9))
    home.evaluate()
    assert home.deviations()[0]["severity"] == "major"
    home.later(14)
    home.evaluate()
    (row,) = home.deviations()
    assert (row["severity"], row["state"], row["reopened"]) == ("critical", "open", 0)


def test_a_rule_that_was_taken_out_closes_its_deviations_as_no_longer_required(house: Build) -> None:
    home = house()
    home.plant("task", status_category="todo", due=date(2026, 3, 9))
    home.evaluate()
    home.standards = house(OVERDUE.replace("rules.overdue", "rules.another")).standards
    home.evaluate()
    reasons = {row["rule_id"]: (row["state"], row["close_reason"]) for row in home.deviations()}
    assert reasons == {"overdue": ("closed", "no_longer_required"), "another": ("open", None)}


def test_counts_tell_unknown_apart_from_passing(house: Build) -> None:
    home = house()
    project = home.plant("project", status="active")
    for due in (date(2026, 3, 9), date(2026, 4, 9), None):
        home.plant("task", status_category="todo", due=due, project_id=project)
    home.plant("task", status_category="done", project_id=project)
    home.evaluate()
    (row,) = home.rows("verdict_count")
    assert [row[word] for word in ("passes", "deviates", "unknown", "not_applicable")] == [1, 1, 1, 1]
