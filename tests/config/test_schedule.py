"""Schedules, quiet hours and blackouts as they are written; freshness follows from a schedule's longest gap."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from pmohub.config.model import ConnectorTable, DepartmentTable
from sync.scheduling.quiet import Days, Hours

TABLE = {"kind": "x", "department": "y"}


def department(**written: Any) -> DepartmentTable:
    return DepartmentTable.model_validate({"name": "Engineering", **written})


def test_data_stay_fresh_for_twice_the_gap_but_a_day_at_least() -> None:
    assert ConnectorTable.model_validate(TABLE | {"schedule": "*/15 * * * *"}).fresh_for == timedelta(hours=24)
    assert ConnectorTable.model_validate(TABLE | {"schedule": "30 6 * * *"}).fresh_for == timedelta(hours=48)
    assert ConnectorTable.model_validate(TABLE).fresh_for == timedelta(days=7)


def test_a_schedule_that_cron_would_not_take_is_refused_in_words() -> None:
    with pytest.raises(ValidationError, match="minute is from 0 to 59"):
        ConnectorTable.model_validate(TABLE | {"schedule": "60 * * * *"})


def test_quiet_hours_are_two_times_of_the_day() -> None:
    assert department(quiet_hours="18:00-8:00").quiet_hours == Hours(time(18), time(8))
    assert department(quiet_hours="0:30 – 23:59").quiet_hours == Hours(time(0, 30), time(23, 59))


@pytest.mark.parametrize("text", ["18-8", "24:00-08:00", "08:00-08:00", "", "evening", "18:60-08:00"])
def test_other_quiet_hours_are_refused(text: str) -> None:
    with pytest.raises(ValidationError, match=r"hours of the day|end when they begin"):
        department(quiet_hours=text)


def test_a_blackout_has_a_first_and_a_last_day() -> None:
    (blackout,) = department(blackout=[{"from": date(2026, 12, 20), "to": date(2027, 1, 6)}]).blackout
    assert blackout.days == Days(date(2026, 12, 20), date(2027, 1, 6))
    with pytest.raises(ValidationError, match="before it begins"):
        department(blackout=[{"from": date(2026, 12, 20), "to": date(2026, 1, 6)}])
