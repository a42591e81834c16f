"""Crontab lines as crontab(5) and Vixie's cron mean them: five fields, matched against a clock on the wall.

A field is `*`, a number, a name, a span `a-b`, each with a step `/n`, or a list of those. Sunday is 0 and 7. When
neither the day of the month nor the day of the week begins with `*`, a day that matches either of them counts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cached_property
from itertools import pairwise

MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
WEEKDAYS = {name: number for number, name in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])}
FIELDS: tuple[tuple[str, int, int, Mapping[str, int]], ...] = (
    ("minute", 0, 59, {}),
    ("hour", 0, 23, {}),
    ("day of the month", 1, 31, {}),
    ("month", 1, 12, MONTHS),
    ("day of the week", 0, 7, WEEKDAYS),
)
LONGEST_MONTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
LEAP_CYCLE = 4 * 366
ANY_LEAP_YEAR = date(2024, 1, 1)
DAY = timedelta(days=1)


class CrontabError(ValueError):
    """A line that cron would not take; the message says which field, and why."""


@dataclass(frozen=True)
class Crontab:
    """When something is due on the clock on the wall. `text` is what was written; the sets hold what matches.

    `either`: a day counts that matches the day of the month or the day of the week; otherwise it has to match both.
    `wild`: the minute or the hour begins with `*`, so that it means every so often, not a time of the day.
    """

    text: str
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool
    wild: bool

    @classmethod
    def parse(cls, text: str) -> "Crontab":
        """Read five fields.

        Raises:
            CrontabError: a field is missing, malformed or out of its range, or no day of any year matches.
        """
        parts = text.split()
        if len(parts) != len(FIELDS):
            message = f"A schedule has 5 fields, this one has {len(parts)}."
            raise CrontabError(message)
        minutes, hours, days, months, weekdays = (
            _values(part, *field) for part, field in zip(parts, FIELDS, strict=True)
        )
        starred = [part.startswith("*") for part in parts]
        crontab = cls(
            text=text,
            minutes=minutes,
            hours=hours,
            days=days,
            months=months,
            weekdays=frozenset(day % 7 for day in weekdays),
            either=not starred[2] and not starred[4],
            wild=starred[0] or starred[1],
        )
        if not crontab.either and not any(min(days) <= LONGEST_MONTHS.get(month, 31) for month in months):
            message = "This day never comes."
            raise CrontabError(message)
        return crontab

    @cached_property
    def times(self) -> tuple[time, ...]:
        """The times of a matching day, in order."""
        return tuple(time(hour, minute) for hour in sorted(self.hours) for minute in sorted(self.minutes))

    def is_on(self, day: date) -> bool:
        """Say whether a day matches."""
        monthly, weekly = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return day.month in self.months and ((monthly or weekly) if self.either else (monthly and weekly))

    def longest_gap(self) -> timedelta:
        """Give the longest time between two runs by the clock on the wall, from which freshness follows."""
        minutes = [60 * one.hour + one.minute for one in self.times]
        within = max((late - early for early, late in pairwise(minutes)), default=0)
        overnight = minutes[0] - minutes[-1]
        days = pairwise(self._days_of_a_leap_cycle())
        between = max(((late - early).days for early, late in days), default=LEAP_CYCLE)
        return timedelta(minutes=max(within, between * 24 * 60 + overnight))

    def shortest_gap(self) -> timedelta:
        """Give the shortest time between two runs within a day, a day when there is one run a day."""
        minutes = [60 * one.hour + one.minute for one in self.times]
        return timedelta(minutes=min((late - early for early, late in pairwise(minutes)), default=24 * 60))

    def _days_of_a_leap_cycle(self) -> Iterator[date]:
        days = (ANY_LEAP_YEAR + number * DAY for number in range(LEAP_CYCLE))
        return (day for day in days if self.is_on(day))


def _values(text: str, name: str, low: int, high: int, names: Mapping[str, int]) -> frozenset[int]:
    found: set[int] = set()
    for part in text.lower().split(","):
        span, slash, step = part.partition("/")
        first, dash, last = span.partition("-")
        start = low if span == "*" else _number(first, name, low, high, names)
        open_ended = span == "*" or (slash and not dash)
        end = high if open_ended else _number(last if dash else first, name, low, high, names)
        stride = _number(step, f"step of the {name}", 1, high, {}) if slash else 1
        if end < start:
            message = f"The {name} runs backwards: {part}."
            raise CrontabError(message)
        found.update(range(start, end + 1, stride))
    return frozenset(found)


def _number(text: str, name: str, low: int, high: int, names: Mapping[str, int]) -> int:
    number = names.get(text, int(text) if text.isascii() and text.isdecimal() else -1)
    if not low <= number <= high:
        message = f"The {name} is from {low} to {high}, not “{text}”."
        raise CrontabError(message)
    return number
