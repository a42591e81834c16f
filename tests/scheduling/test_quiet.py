"""A department is left in peace in its quiet hours and blackouts, by its own clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as some

from canonical.vocabulary import PmoMode
from sync.scheduling.quiet import Cause, Days, Hours, Peace, blacked_out, may_tell, may_write, pause

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = Hours(time(18), time(8))
YEAR_END = Days(date(2026, 12, 20), date(2027, 1, 6))
HOUSE = Peace(BERLIN, NIGHT, (YEAR_END,))


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def test_quiet_hours_go_over_midnight() -> None:
    assert [may_write(HOUSE, at(f"2026-11-26 {hour}")) for hour in ("07:59", "08:00", "17:59", "18:00")] == [
        False,
        True,
        True,
        False,
    ]


def test_a_blackout_includes_its_last_day_and_the_quiet_hours_after_it() -> None:
    found = pause(HOUSE, at("2027-01-06 12:00"))
    assert found is not None
    assert (found.cause, found.until) == (Cause.BLACKOUT, at("2027-01-07 08:00"))


def test_quiet_hours_before_a_blackout_end_with_it() -> None:
    found = pause(HOUSE, at("2026-12-19 19:00"))
    assert found is not None
    assert (found.cause, found.until) == (Cause.QUIET_HOURS, at("2027-01-07 08:00"))


def test_without_any_nothing_waits() -> None:
    assert pause(Peace(BERLIN), at("2026-12-24 03:00")) is None


def test_in_a_blackout_only_what_is_critical_gets_through_and_not_to_a_supportive_department() -> None:
    noon, night = at("2026-12-24 12:00"), at("2026-12-24 23:00")
    assert not may_tell(HOUSE, noon, PmoMode.CONTROLLING)
    assert may_tell(HOUSE, noon, PmoMode.CONTROLLING, critical=True)
    assert not may_tell(HOUSE, noon, PmoMode.SUPPORTIVE, critical=True)
    assert not may_tell(HOUSE, night, PmoMode.DIRECTIVE, critical=True)
    assert may_tell(HOUSE, at("2026-11-26 12:00"), PmoMode.SUPPORTIVE)


TIMES = some.builds(time, some.integers(0, 23), some.sampled_from([0, 1, 30, 59]))
ZONES = some.sampled_from(["Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Asia/Beirut", "Atlantic/Azores"])
BEGIN = some.sampled_from(["2026-03-28", "2026-10-24", "2026-03-07", "2026-10-31", "2026-10-03", "2026-04-04"])


@settings(deadline=None, max_examples=100)
@given(start=TIMES, end=TIMES, zone=ZONES, begin=BEGIN, first=some.integers(0, 2), length=some.integers(0, 1))
def test_it_ends_at_the_first_minute_in_which_something_may_be_written(
    start: time, end: time, zone: str, begin: str, first: int, length: int
) -> None:
    day = date.fromisoformat(begin) + timedelta(days=first)
    hours = None if start == end else Hours(start, end)
    peace = Peace(ZoneInfo(zone), hours, (Days(day, day + timedelta(days=length)),))
    since = at(begin, peace.zone)
    minutes = [since + timedelta(minutes=number) for number in range(5 * 24 * 60)]
    free = [may_write(peace, minute) for minute in minutes]
    following = free.index(True) if True in free else len(free)
    for number in range(0, len(minutes), 97):
        if following < number:
            following = next((k for k in range(number, len(free)) if free[k]), len(free))
        found = pause(peace, minutes[number])
        if following < len(free):
            assert (found.until if found else minutes[number]) == minutes[following]


@settings(deadline=None, max_examples=100)
@given(
    zone=ZONES,
    begin=BEGIN,
    blackouts=some.lists(some.tuples(some.integers(-1, 4), some.integers(0, 3)), max_size=3),
    since=some.integers(0, 3 * 24 * 4),
    length=some.integers(0, 2 * 24 * 4),
)
def test_the_time_blacked_out_is_what_the_quarters_of_an_hour_in_it_add_up_to(
    zone: str, begin: str, blackouts: list[tuple[int, int]], since: int, length: int
) -> None:
    quarter, clock = timedelta(minutes=15), ZoneInfo(zone)
    first = date.fromisoformat(begin)
    days = tuple(Days(first + timedelta(days=k), first + timedelta(days=k + n)) for k, n in blackouts)
    peace = Peace(clock, None, days)
    start = at(begin, clock) + since * quarter
    dark = sum(not may_write(peace, start + number * quarter) for number in range(length))
    assert blacked_out(peace, start, start + length * quarter) == dark * quarter
