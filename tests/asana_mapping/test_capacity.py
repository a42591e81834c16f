"""Allocations and out-of-office entries become planned capacity and days away."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from canonical.intake import Quarantined
from canonical.records import Record
from connectors.asana.mapping.capacity import to_allocation, to_leave
from tests.asana_mapping.answers import ADA, P1
from tests.asana_mapping.test_garbage import JSON

SPAN = {"gid": "1", "start_date": "2026-03-02", "end_date": "2026-03-06"}
HOURS = {"type": "hours", "value": 12.5}


def test_an_allocation_says_who_on_what_when_and_how_much() -> None:
    made: Any = to_allocation({**SPAN, "assignee": ADA, "effort": HOURS}, P1)
    assert (made.external_id, made.scope, made.project, made.person) == ("1", P1, f"id:{P1}", "id:31")
    assert (made.first_day, made.last_day) == (date(2026, 3, 2), date(2026, 3, 6))
    assert (made.weekly_effort, made.percent) == (45_000, None)
    share: Any = to_allocation({**SPAN, "end_date": None, "effort": {"type": "percent", "value": 33.333}}, P1)
    assert (share.weekly_effort, share.percent, share.last_day) == (None, Decimal("33.33"), None)
    assert "person" not in share.model_fields_set


def test_a_placeholder_is_nobody_yet_and_no_effort_is_not_none_at_all() -> None:
    placeholder = {"gid": "7", "name": "Designer", "resource_type": "placeholder"}
    made: Any = to_allocation({**SPAN, "assignee": placeholder, "effort": None}, P1)
    assert (made.person, made.weekly_effort, made.percent) == (None, None, None)
    assert {"person", "weekly_effort", "percent"} <= made.model_fields_set


@pytest.mark.parametrize(
    "effort", [{"type": "days", "value": 1}, {"type": "hours", "value": -1}, {"type": "percent", "value": -5}, 7]
)
def test_an_effort_that_is_none_sets_the_allocation_aside(effort: Any) -> None:
    made = to_allocation({**SPAN, "effort": effort}, P1)
    assert isinstance(made, Quarantined)
    assert (made.place, made.external_id, made.scope) == ("allocation 1", "1", P1)


def test_days_away_say_who_and_when_and_nothing_else() -> None:
    made: Any = to_leave({**SPAN, "user": ADA, "title": "Surgery"}, "31 in 12")
    assert (made.person, made.first_day, made.last_day, made.fields) == (
        "id:31",
        date(2026, 3, 2),
        date(2026, 3, 6),
        {},
    )
    aside = to_leave({**SPAN, "end_date": "2026-03-01", "user": ADA, "title": "Surgery"}, "31 in 12")
    assert isinstance(aside, Quarantined)
    assert "Surgery" not in repr(aside)


@given(JSON, JSON, JSON)
def test_whatever_they_hold_they_are_mapped_or_set_aside(one: Any, two: Any, three: Any) -> None:
    raws = [
        one,
        {**SPAN, "effort": one, "assignee": two},
        {"gid": one, "start_date": two, "end_date": three, "user": one},
    ]
    for raw in raws:
        assert isinstance(to_allocation(raw, P1), Record | Quarantined)
        assert isinstance(to_leave(raw, "31 in 12"), Record | Quarantined)
