"""A line of crontab means what cron makes of it."""

from datetime import date, timedelta

import pytest

from sync.scheduling.crontab import Crontab, CrontabError


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("*/15 * * * *", timedelta(minutes=15)),
        ("0 * * * *", timedelta(hours=1)),
        ("30 6 * * *", timedelta(days=1)),
        ("0 6-20 * * mon-fri", timedelta(hours=58)),
        ("0 8 1 * *", timedelta(days=31)),
        ("0 8,17 * * 0", timedelta(days=6, hours=15)),
        ("0 0 29 2 *", timedelta(days=4 * 366)),
    ],
)
def test_the_longest_gap_between_two_runs(text: str, gap: timedelta) -> None:
    assert Crontab.parse(text).longest_gap() == gap


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "5 fields"),
        ("* * * *", "has 4"),
        ("60 * * * *", "minute is from 0 to 59"),
        ("* 24 * * *", "hour is from 0 to 23"),
        ("* * * * mon-", "not “”"),
        ("*/ * * * *", "step of the minute"),
        ("*/0 * * * *", "step of the minute"),
        ("5-1 * * * *", "runs backwards"),
        ("* * 31 feb *", "never comes"),
        ("* * 31 2,4,6,9,11 *", "never comes"),
        ("a b c d e", "minute"),
        ("* * * * ²", "day of the week"),
    ],
)
def test_what_cron_would_not_take_is_refused_with_the_field(text: str, says: str) -> None:
    with pytest.raises(CrontabError, match=says):
        Crontab.parse(text)


def days_of(text: str, month: int = 3) -> list[int]:
    crontab = Crontab.parse(text)
    days = (date(2026, month, 1) + timedelta(days=number) for number in range(31))
    return [day.day for day in days if crontab.is_on(day)]


def test_sunday_is_0_and_7_and_sun() -> None:
    assert days_of("0 3 * * 0") == days_of("0 3 * * 7") == days_of("0 3 * * SUN") == [1, 8, 15, 22, 29]


def test_a_span_to_7_ends_on_sunday() -> None:
    assert days_of("0 3 * * fri-7") == days_of("0 3 * * 5,6,0")


def test_both_days_restricted_means_either() -> None:
    assert days_of("0 0 13 * fri") == [6, 13, 20, 27]
    assert days_of("0 0 10,20 * fri") == [6, 10, 13, 20, 27]
    assert days_of("0 0 1-31 * mon") == list(range(1, 32))


def test_a_day_that_begins_with_a_star_restricts_the_other() -> None:
    assert days_of("0 0 */2 * mon") == [9, 23]
    assert days_of("0 0 1-7 * */7") == [1]


def test_an_impossible_day_of_the_month_leaves_the_day_of_the_week() -> None:
    assert days_of("0 0 31 feb mon", month=3) == []
    assert days_of("0 0 31 feb mon", month=2)[:4] == [2, 9, 16, 23]


def test_steps_lists_and_names_go_together() -> None:
    crontab = Crontab.parse("5,10-30/10,50/5 */12 * JAN,jul *")
    assert sorted(crontab.minutes) == [5, 10, 20, 30, 50, 55]
    assert sorted(crontab.hours) == [0, 12]
    assert sorted(crontab.months) == [1, 7]
