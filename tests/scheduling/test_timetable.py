"""The due moments of a crontab are those that somebody finds who looks at the clock on the wall each minute."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from sync.scheduling.crontab import Crontab, CrontabError
from sync.scheduling.timetable import Timetable, delay_of

MINUTE = timedelta(minutes=1)
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",  # half an hour beside the others, and changed a minute after midnight until 2011
    "Australia/Lord_Howe",  # half an hour forward and back
    "America/Havana",  # forward at midnight, back from one to midnight
    "Atlantic/Azores",
    "Asia/Beirut",
    "Pacific/Apia",  # left out the 30th of December 2011
    "Africa/Casablanca",
    "Asia/Kolkata",
)
CHANGES = [
    datetime(2026, 3, 29, 0, tzinfo=UTC),
    datetime(2026, 10, 25, 0, tzinfo=UTC),
    datetime(2026, 3, 8, 5, tzinfo=UTC),
    datetime(2026, 11, 1, 4, tzinfo=UTC),
    datetime(2009, 3, 8, 3, tzinfo=UTC),
    datetime(2009, 11, 1, 2, tzinfo=UTC),
    datetime(2026, 10, 3, 15, tzinfo=UTC),
    datetime(2026, 4, 4, 14, tzinfo=UTC),
    datetime(2011, 12, 30, 9, tzinfo=UTC),
]


def seen(crontab: Crontab, zone: ZoneInfo, since: datetime, minutes: int) -> Iterator[datetime]:
    """Look at the clock each minute after a moment, as cron does."""
    shown: set[datetime] = set()
    # What was shown before counts for what comes twice.
    for back in range(180, -1, -1):
        shown.add((since - back * MINUTE).astimezone(zone).replace(tzinfo=None))
    before = since.astimezone(zone).replace(tzinfo=None)
    for number in range(1, minutes + 1):
        moment = since + number * MINUTE
        now = moment.astimezone(zone).replace(tzinfo=None)
        skipped = [before + k * MINUTE for k in range(1, int((now - before) / MINUTE))]
        due = matches(crontab, now) and (crontab.wild or now not in shown)
        if due or (not crontab.wild and any(matches(crontab, one) for one in skipped)):
            yield moment
        shown.add(now)
        before = now


def matches(crontab: Crontab, wall: datetime) -> bool:
    return wall.minute in crontab.minutes and wall.hour in crontab.hours and crontab.is_on(wall.date())


def fields(low: int, high: int) -> some.SearchStrategy[str]:
    number = some.integers(low, high)
    span = some.tuples(number, number).map(lambda two: f"{min(two)}-{max(two)}")
    stepped = some.tuples(some.one_of(some.just("*"), span), some.integers(1, high)).map(
        lambda two: f"{two[0]}/{two[1]}"
    )
    one = some.one_of(number.map(str), span, stepped)
    return some.one_of(some.just("*"), one, some.lists(one, min_size=1, max_size=3).map(",".join))


@some.composite
def crontabs(draw: some.DrawFn) -> str:
    minute, hour = draw(fields(0, 59)), draw(fields(0, 23))
    return " ".join([minute, hour, draw(fields(1, 31)), draw(fields(1, 12)), draw(fields(0, 7))])


@settings(deadline=None, max_examples=60)
@given(
    text=some.one_of(crontabs(), some.tuples(fields(0, 59), fields(0, 4)).map(lambda two: f"{two[0]} {two[1]} * * *")),
    zone=some.sampled_from(ZONES),
    change=some.sampled_from(CHANGES),
    hours=some.integers(-30, 6),
    minute=some.integers(0, 59),
)
@example("30 2 * * *", "Europe/Berlin", CHANGES[0], -3, 0)
@example("30 2 * * *", "Europe/Berlin", CHANGES[1], -3, 0)
@example("30 0 * * *", "America/Havana", CHANGES[2], -3, 0)
@example("*/30 * 30,31 12 *", "Pacific/Apia", CHANGES[8], -3, 0)
@example("15 4 30 12 *", "Pacific/Apia", CHANGES[8], -3, 0)
def test_the_moments_are_those_that_a_look_at_the_clock_each_minute_finds(
    text: str, zone: str, change: datetime, hours: int, minute: int
) -> None:
    try:
        crontab = Crontab.parse(text)
    except CrontabError:
        return
    since = change + timedelta(hours=hours, minutes=minute)
    clock = ZoneInfo(zone)
    wanted = list(islice(seen(crontab, clock, since, 40 * 60), 200))
    assert Timetable(crontab, clock).next_times(since, len(wanted)) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("30 2 * * *", ["28 01:30", "29 01:00", "30 00:30"]),
        ("0,15,30,45 2 * * *", ["29 01:00", "30 00:00", "30 00:15"]),
        ("0 3 * * *", ["28 02:00", "29 01:00", "30 01:00"]),
    ],
)
def test_a_time_that_does_not_come_is_made_up_for_once_at_the_end_of_the_gap(text: str, wanted: list[str]) -> None:
    since = datetime(2026, 3, 28, 1, tzinfo=UTC) + timedelta(minutes=55 if text.startswith("0,") else 0)
    found = Timetable(Crontab.parse(text), BERLIN).next_times(since, 3)
    assert [f"{one:%d %H:%M}" for one in found] == wanted


def test_a_time_that_comes_twice_counts_once() -> None:
    found = Timetable(Crontab.parse("30 2 * * *"), BERLIN).next_times(datetime(2026, 10, 24, 12, tzinfo=UTC), 2)
    assert found == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 26, 1, 30, tzinfo=UTC)]


def test_every_quarter_of_an_hour_is_one_in_either_night() -> None:
    for night in (datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC)):
        found = Timetable(Crontab.parse("*/15 * * * *"), BERLIN).next_times(night, 40)
        assert found == [night + number * 15 * MINUTE for number in range(1, 41)]


def test_a_schedule_of_leap_sundays_comes() -> None:
    leap = Timetable(Crontab.parse("0 12 29 2 */7"), ZoneInfo("UTC"))
    assert leap.next_after(datetime(2026, 1, 1, tzinfo=UTC)) == datetime(2032, 2, 29, 12, tzinfo=UTC)
    assert leap.next_after(datetime(2088, 3, 1, tzinfo=UTC)).date() == date(2128, 2, 29)


@given(name=some.text(), minute=some.integers(0, 10_000))
def test_a_delay_moves_every_moment_alike(name: str, minute: int) -> None:
    crontab = Crontab.parse("*/20 6-20 * * *")
    since = datetime(2026, 3, 28, tzinfo=UTC) + minute * MINUTE
    delay = delay_of(name, crontab, timedelta(seconds=60))
    assert timedelta(0) <= delay < timedelta(seconds=60)
    plain, delayed = Timetable(crontab, BERLIN), Timetable(crontab, BERLIN, delay)
    assert delayed.next_times(since + delay, 5) == [one + delay for one in plain.next_times(since, 5)]


def test_delays_spread_connectors_and_stay_small_beside_the_schedule() -> None:
    often = Crontab.parse("* * * * *")
    delays = [delay_of(f"connector-{number}", often, timedelta(seconds=60)) for number in range(200)]
    assert len(set(delays)) == 15
    assert max(delays) < timedelta(seconds=15)
    assert delays == [delay_of(f"connector-{number}", often, timedelta(seconds=60)) for number in range(200)]
