"""Exceptions, dismissals and what is put off."""

from collections.abc import Callable
from datetime import date
from typing import TypeAlias

import pytest

from canonical.database import reading, writing
from canonical.problems import ProblemError
from canonical.vocabulary import DeviationState, Severity
from rules import deviations, waivers
from rules.deviations import Filters
from rules.waivers import Request
from tests.rules.house import House

Build: TypeAlias = Callable[..., House]


def with_one(house: Build, mode: str = "controlling") -> House:
    home = house()
    home.department("engineering", mode)
    home.plant("project", id="p1", key="ENG", name="Engine", status="active", department="engineering")
    home.plant("task", id="t1", title="Paint", status_category="todo", due=date(2026, 3, 9), project_id="p1")
    home.evaluate()
    return home


def asked(scope: str = "project", scope_id: str = "p1", until: date = date(2026, 4, 1), reason: str = "ok") -> Request:
    return Request("overdue", scope, scope_id, reason, "ann", until)


def grant(home: House, request: Request) -> waivers.Waiver:
    with writing(home.engine) as connection:
        return waivers.grant(connection, request, home.now)


@pytest.mark.parametrize(("scope", "scope_id"), [("deviation", "t1"), ("project", "p1"), ("department", "engineering")])
def test_a_waiver_keeps_what_it_covers_silent(house: Build, scope: str, scope_id: str) -> None:
    home = with_one(house)
    grant(home, asked(scope, scope_id))
    assert home.states() == {"t1": "waived"}
    home.plant("task", id="t2", status_category="todo", due=date(2026, 3, 9), project_id="p1")
    home.evaluate()
    assert home.states() == {"t1": "waived", "t2": "open" if scope == "deviation" else "waived"}


def test_an_expired_waiver_opens_again_with_the_first_seen_date(house: Build) -> None:
    home = with_one(house)
    first = home.deviations()[0]["first_seen_at"]
    grant(home, asked())
    home.later(16)
    home.evaluate()
    assert home.states() == {"t1": "waived"}
    home.later(1)
    home.evaluate()
    (row,) = home.deviations()
    assert (row["state"], row["first_seen_at"], row["reopened"]) == ("open", first, 0)


def test_a_revoked_waiver_opens_at_once(house: Build) -> None:
    home = with_one(house)
    granted = grant(home, asked())
    with writing(home.engine) as connection:
        waivers.revoke(connection, granted.id, home.now)
        assert waivers.in_force(connection, home.now.date()) == []
    assert home.states() == {"t1": "open"}


def test_what_is_mended_closes_though_waived(house: Build) -> None:
    home = with_one(house)
    grant(home, asked())
    home.change("task", "t1", due=date(2026, 5, 1))
    home.evaluate()
    assert home.states() == {"t1": "closed"}


@pytest.mark.parametrize(
    ("mode", "latest"),
    [("supportive", date(2027, 3, 16)), ("controlling", date(2026, 9, 16)), ("directive", date(2026, 6, 16))],
)
def test_a_waiver_lasts_as_long_as_the_mode_allows(house: Build, mode: str, latest: date) -> None:
    home = with_one(house, mode)
    with pytest.raises(ProblemError, match="lasts at most"):
        grant(home, asked(until=latest.replace(day=17)))
    assert grant(home, asked(until=latest)).expires_on == latest


@pytest.mark.parametrize(
    "request_",
    [asked(reason=" "), asked(until=date(2026, 3, 16)), asked("project", "nowhere"), asked("galaxy", "x")],
    ids=["no reason", "past", "unknown project", "unknown scope"],
)
def test_a_waiver_is_refused_in_words(house: Build, request_: Request) -> None:
    home = with_one(house)
    with pytest.raises(ProblemError) as raised:
        grant(home, request_)
    assert raised.value.problem.not_done == "No waiver was granted."


def test_a_dismissed_deviation_stays_silent_until_it_is_taken_up(house: Build) -> None:
    home = with_one(house)
    number = home.deviations()[0]["number"]
    with writing(home.engine) as connection:
        deviations.dismiss(connection, number, "a template task", "ann")
    assert home.evaluate().opened == 0
    assert home.states() == {"t1": "dismissed"}
    with writing(home.engine) as connection:
        deviations.take_up(connection, number)
    assert home.states() == {"t1": "open"}


def test_a_dismissal_needs_a_reason_and_a_deviation(house: Build) -> None:
    home = with_one(house)
    with writing(home.engine) as connection:
        with pytest.raises(ProblemError, match="reason is missing"):
            deviations.dismiss(connection, home.deviations()[0]["number"], "", "ann")
        with pytest.raises(ProblemError, match="There is no deviation 99"):
            deviations.dismiss(connection, 99, "why not", "ann")


def test_an_acknowledged_deviation_stays_open(house: Build) -> None:
    home = with_one(house)
    with writing(home.engine) as connection:
        deviations.acknowledge(connection, home.deviations()[0]["number"], date(2026, 4, 1), home.now.date())
    home.evaluate()
    (row,) = home.deviations()
    assert (row["state"], row["acknowledged_until"]) == ("open", date(2026, 4, 1))


@pytest.mark.parametrize(
    ("filters", "number"),
    [
        (Filters(), 1),
        (Filters(states=[DeviationState.CLOSED]), 0),
        (Filters(at_least=Severity.CRITICAL), 0),
        (Filters(at_least=Severity.MAJOR, rule="overdue", department="engineering", legacy=True), 1),
        (Filters(project="ENG"), 1),
        (Filters(project="Engine", text="PAINT"), 1),
        (Filters(text="100%"), 0),
        (Filters(due_by=date(2026, 3, 16)), 0),
    ],
)
def test_deviations_are_asked_for_by_what_they_are(house: Build, filters: Filters, number: int) -> None:
    home = with_one(house)
    with reading(home.engine) as connection:
        found = deviations.query(connection, filters)
        assert (len(found), deviations.number_of(connection, filters)) == (number, number)
    assert all(one.project == "Engine" and one.department == "Engineering" for one in found)
