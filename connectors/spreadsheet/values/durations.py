"""Typed durations, into seconds."""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from connectors.spreadsheet.values.cells import Broken, Cell, UnreadableError, as_text
from connectors.spreadsheet.values.numbers import read_number

WORDS = {
    "s": ("s", "sec", "secs", "second", "seconds", "sek", "sekunde", "sekunden"),
    "min": ("m", "min", "mins", "minute", "minutes", "minuten", "mn"),
    "h": ("h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden", "heure", "heures", "ph", "mh"),
    "d": ("d", "day", "days", "t", "tag", "tage", "tagen", "pt", "md", "pd", "at", "mt", "jour", "jours", "pts"),
    "w": ("w", "wk", "wks", "week", "weeks", "wo", "woche", "wochen", "kw"),
}
UNITS = {word: unit for unit, words in WORDS.items() for word in words}
PART = re.compile(r"\s*(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>[^\W\d_]+)\.?\s*(?:,|und|and|&)?")
CLOCK = re.compile(
    r"(?P<hours>\d{1,6}):(?P<minutes>[0-5]\d)(?::(?P<seconds>[0-5]\d))?(?:\s*(?:h|std\.?|hrs?))?", re.IGNORECASE
)
ISO = re.compile(r"P(?:(?P<w>\d+)W)?(?:(?P<d>\d+)D)?(?:T(?:(?P<h>\d+)H)?(?:(?P<min>\d+)M)?(?:(?P<s>\d+)(?:\.\d+)?S)?)?")
LONGEST = 100_000 * 3600


@dataclass(frozen=True, slots=True)
class Workday:
    """What a day and a week of work are, in hours and days, and how numbers are written."""

    hours_a_day: float = 8
    days_a_week: float = 5
    locale: str | None = None

    def seconds(self, unit: str) -> Decimal:
        """Give the length of a unit in seconds."""
        return _seconds(self, unit)


@lru_cache(maxsize=64)
def _seconds(workday: Workday, unit: str) -> Decimal:
    day = Decimal(str(workday.hours_a_day)) * 3600
    week = day * Decimal(str(workday.days_a_week))
    return {"s": Decimal(1), "min": Decimal(60), "h": Decimal(3600), "d": day, "w": week}[unit]


def read_duration(cell: Cell, unit: str | None, workday: Workday) -> int:
    """Read a duration into seconds: 1.5h, 2h 30m, 1,5 Std., 2 Tage 3 Std, PT2H30M; h:mm is always hours and minutes.

    A bare number counts `unit`; days and weeks are working ones.

    Raises:
        UnreadableError: it is no duration, negative, longer than 100,000 hours, or a bare number without a unit.
    """
    match cell:
        case Broken():
            raise cell.refuse()
        case timedelta():
            seconds = round(cell.total_seconds())
        case date():
            raise UnreadableError(
                reason=f"{as_text(cell)} is a date, not a duration.", remedy="Type a duration, such as 2h 30m."
            )
        case time():
            seconds = cell.hour * 3600 + cell.minute * 60 + cell.second + round(cell.microsecond / 1e6)
        case str():
            seconds = _typed(cell.strip(), unit, workday)
        case _:
            seconds = _counted(cell, unit, workday)
    if not 0 <= seconds <= LONGEST:
        raise UnreadableError(
            reason=f"{as_text(cell)} is not a duration from 0 to 100,000 hours.", remedy="Type the hours."
        )
    return seconds


def _counted(cell: Cell, unit: str | None, workday: Workday) -> int:
    number = read_number(cell, workday.locale)
    if number == 0:
        return 0
    if unit is None:
        raise UnreadableError(
            reason=f"{as_text(cell)} has no unit.",
            remedy='Say the unit in the heading, as in "Effort (h)", or set unit = "h", "d" or another for the column.',
        )
    return round(number * workday.seconds(unit))


@lru_cache(maxsize=4096)
def _typed(text: str, unit: str | None, workday: Workday) -> int:
    # Planning tools mark a duration that is an estimate: `5 days?`.
    text = text[:-1].rstrip() if text.endswith("?") and text[-2:-1].isalpha() else text
    if clock := CLOCK.fullmatch(text):
        return int(clock["hours"]) * 3600 + int(clock["minutes"]) * 60 + int(clock["seconds"] or 0)
    if text[:1] == "P" and len(text) > 2 and (iso := ISO.fullmatch(text)):
        return round(sum(int(n) * workday.seconds(u) for u, n in iso.groupdict().items() if n))
    if re.fullmatch(r"[-+\u2212]?[\d.,'\u2019\s]+", text):
        return _counted(text, unit, workday)
    total, at, units = Decimal(0), 0, []
    while at < len(text) and (part := PART.match(text, at)):
        named = UNITS.get(part["unit"].casefold())
        if named is None:
            break
        total += read_number(part["number"].replace(",", "."), None) * workday.seconds(named)
        units.append(workday.seconds(named))
        at = part.end()
    if at < len(text) or not units or any(a <= b for a, b in pairwise(units)):
        raise UnreadableError(reason=f"{text!r} is not a duration.", remedy="Type it as 1.5h, 2h 30m, 2:30 or 3 d.")
    return round(total)


def unit_in_heading(heading: str) -> str | None:
    """Give the unit that a heading names: `Effort (h)`, `Aufwand [PT]`, `Duration in days`."""
    found = re.search(
        r"[(\[]\s*(?:in\s+)?([^\W\d_]+)\.?\s*[)\]]|\bin\s+([^\W\d_]+)\.?\s*$|/\s*([^\W\d_]+)\s*$", heading
    )
    if found:
        return UNITS.get(next(word for word in found.groups() if word).casefold())
    words = {"hours": "h", "stunden": "h", "days": "d", "tage": "d", "minutes": "min", "minuten": "min", "hrs": "h"}
    last = heading.casefold().split()[-1:] or [""]
    return words.get(last[0])
