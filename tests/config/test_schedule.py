"""Schedules are cron's; freshness follows from their longest gap."""

from datetime import timedelta

import pytest
from pydantic_core import PydanticCustomError

from pmohub.config.model import ConnectorTable
from pmohub.config.schedule import Schedule


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("*/15 * * * *", timedelta(minutes=15)),
        ("0 * * * *", timedelta(hours=1)),
        ("30 6 * * *", timedelta(days=1)),
        ("0 6-20 * * mon-fri", timedelta(hours=58)),
        ("0 8 1 * *", timedelta(days=31)),
        ("0 8,17 * * 0", timedelta(days=6, hours=15)),
    ],
)
def test_the_longest_gap_between_two_runs(text: str, gap: timedelta) -> None:
    assert Schedule.parse(text).longest_gap() == gap


@pytest.mark.parametrize(
    "text", ["", "* * * *", "60 * * * *", "* * * * mon-", "5-1 * * * *", "* * 31 feb *", "a b c d e"]
)
def test_what_cron_would_not_take_is_refused(text: str) -> None:
    with pytest.raises(PydanticCustomError):
        Schedule.parse(text)


def test_data_stay_fresh_for_twice_the_gap_but_a_day_at_least() -> None:
    table = {"kind": "x", "department": "y"}
    assert ConnectorTable.model_validate(table | {"schedule": "*/15 * * * *"}).fresh_for == timedelta(hours=24)
    assert ConnectorTable.model_validate(table | {"schedule": "30 6 * * *"}).fresh_for == timedelta(hours=48)
    assert ConnectorTable.model_validate(table).fresh_for == timedelta(days=7)
