"""Cron schedules: five fields (minute, hour, day of the month, month, day of the week), as crontab(5) writes them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from pmohub.config.refusal import refuse

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
REMEDY = 'Write five fields, such as "*/15 * * * *" or "0 6-20 * * mon-fri".'
LEAP_CYCLE = 4 * 366
ANY_LEAP_YEAR = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a connector is read. `text` is what the admin wrote; the sets hold the values that match."""

    text: str
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    @classmethod
    def parse(cls, text: str) -> "Schedule":
        """Read five fields.

        Raises:
            PydanticCustomError: a field is missing or out of its range; the message says which.
        """
        parts = text.split()
        if len(parts) != len(FIELDS):
            refuse(f"A schedule has 5 fields, this one has {len(parts)}.", REMEDY)
        sets = [_values(part, *field) for part, field in zip(parts, FIELDS, strict=True)]
        weekdays = frozenset(day % 7 for day in sets[4])
        schedule = cls(text, sets[0], sets[1], sets[2], sets[3], weekdays)
        if next(schedule.matching_days(), None) is None:
            refuse("This day never comes.", REMEDY)
        return schedule

    def matching_days(self) -> Iterator[date]:
        """Give the days of four years on which it runs; as in cron, two restricted day fields mean either of them."""
        either = len(self.days) < 31 and len(self.weekdays) < 7
        for number in range(LEAP_CYCLE):
            day = ANY_LEAP_YEAR + timedelta(days=number)
            monthly, weekly = day.day in self.days, day.isoweekday() % 7 in self.weekdays
            if day.month in self.months and ((monthly or weekly) if either else (monthly and weekly)):
                yield day

    def longest_gap(self) -> timedelta:
        """Give the longest time between two runs, from which freshness follows."""
        minutes = sorted(60 * hour + minute for hour in self.hours for minute in self.minutes)
        within = max((late - early for early, late in pairwise(minutes)), default=0)
        overnight = minutes[0] - minutes[-1]
        between = max(((late - early).days for early, late in pairwise(self.matching_days())), default=366)
        return timedelta(minutes=max(within, between * 24 * 60 + overnight))


def _values(text: str, name: str, low: int, high: int, names: Mapping[str, int]) -> frozenset[int]:
    found: set[int] = set()
    for part in text.lower().split(","):
        span, _, step = part.partition("/")
        first, dash, last = span.partition("-")
        start = low if span == "*" else _number(first, name, low, high, names)
        open_ended = span == "*" or (step and not dash)
        end = high if open_ended else _number(last if dash else first, name, low, high, names)
        stride = _number(step, f"step of the {name}", 1, high, {}) if step else 1
        if end < start:
            refuse(f"The {name} runs backwards: {part}.", REMEDY)
        found.update(range(start, end + 1, stride))
    return frozenset(found)


def _number(text: str, name: str, low: int, high: int, names: Mapping[str, int]) -> int:
    number = names.get(text, int(text) if text.isascii() and text.isdecimal() else -1)
    if not low <= number <= high:
        refuse(f"The {name} is from {low} to {high}, not “{text}”.", REMEDY)

    return number
