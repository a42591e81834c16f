"""Typed dates: exact patterns only; a week, a month or a quarter is a period, and 03/04/2026 is asked about."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from babel.dates import get_day_names, get_month_names

from connectors.spreadsheet.values.cells import Broken, Cell, UnreadableError, as_text

NUMERIC = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})\.?")
ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
DAY_MONTH = re.compile(r"(\d{1,2})(?:\.|st|nd|rd|th)?[\s/-]*([^\W\d_]+)\.?,?[\s/-]*(\d{4}|\d{2})")
MONTH_DAY = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
WEEKDAY = re.compile(r"[^\W\d_]{2,10}\.?,?\s+(?=\S*\d)")
CLOCK = re.compile(
    r"(?:T|,?\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:\s*([AP])\.?M\.?)?(?:\s*(Z|Uhr|[+-]\d{2}:?\d{2}))?$",
    re.IGNORECASE,
)
WEEK = re.compile(
    r"(?:KW|CW|W|WK|Week|Woche)\s*\.?\s*(\d{1,2})\s*[/.,-]?\s*(\d{4})|(\d{4})\s*[-/]?\s*(?:KW|CW|W)\s*(\d{1,2})",
    re.IGNORECASE,
)
QUARTER = re.compile(
    r"Q\s*([1-4])\s*[/.,'-]?\s*(\d{4})|(\d{4})\s*[/-]?\s*Q\s*([1-4])|([1-4])\.?\s*Quartal\s*(\d{4})", re.IGNORECASE
)
MONTH = re.compile(r"([^\W\d_]+)\.?[\s-]+(\d{4})|(\d{1,2})/(\d{4})|(\d{4})-(\d{2})")
EVERYDAY = {"mrz": 3, "maerz": 3, "sept": 9, "jän": 1, "jaenner": 1, "jänner": 1, "feber": 2, "juno": 6, "julei": 7}
FIRST_YEAR, LAST_YEAR = 1950, 2199


@dataclass(frozen=True, slots=True)
class Period:
    """From its first to its last day: a week, month or quarter that stands where a day belongs."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class DateStyle:
    """How a column's dates are written: which comes first where both could, why that is not known, and the settings."""

    day_first: bool | None = None
    undecided: str = "no row of the column decides which"
    two_digit_years: bool = False
    locale: str | None = None
    pattern: str | None = None
    period: str | None = None


class DayOrder:
    """Lets the whole column decide whether the day or the month is first; shown its texts one by one."""

    def __init__(self, style: DateStyle) -> None:
        self._given = style
        self._day: tuple[str, int] | None = None
        self._month: tuple[str, int] | None = None

    def see(self, text: str, row: int) -> None:
        """Look at one text of the column; `row` is told to people where two contradict each other."""
        found = NUMERIC.match(text.strip())
        if found and found[2] != ".":
            if int(found[1]) > 12 >= int(found[3]):
                self._day = self._day or (text, row)
            elif int(found[3]) > 12 >= int(found[1]):
                self._month = self._month or (text, row)

    def style(self) -> DateStyle:
        """Give the column's style; a setting in the mapping goes before what the column shows."""
        given, day, month = self._given, self._day, self._month
        if given.day_first is not None or given.pattern or day is month:
            return given
        if day and month:
            both = f"row {day[1]} ({day[0]}) puts the day first, row {month[1]} ({month[0]}) the month"
            return replace(given, undecided=both)
        return replace(given, day_first=day is not None)


def read_date(cell: Cell, style: DateStyle) -> date:
    """Read a day. A period gives one of its days only where the mapping says which.

    Raises:
        UnreadableError: it is no date, is impossible, may be two, or is a period or a bare number.
    """
    match cell:
        case datetime():
            return _plausible(cell.date())
        case date():
            return _plausible(cell)
        case Broken():
            raise cell.refuse()
        case str():
            found = _typed(cell.strip(" \t\u00a0"), style)
        case int() | float() if style.pattern and not isinstance(cell, bool):
            found = _typed(as_text(cell), style)
        case _:
            raise UnreadableError(
                reason=f"{as_text(cell)} is not a date.",
                remedy="Format the cell as a date, or type the date as 2026-03-31.",
            )
    if isinstance(found, date):
        return found
    if style.period is None:
        raise UnreadableError(
            reason=f"{cell!r} is a period ({found.first} to {found.last}), not a day.",
            remedy='Type the day, or set period = "first" or "last" for the column.',
        )
    return found.first if style.period == "first" else found.last


def read_moment(cell: Cell, style: DateStyle) -> datetime:
    """Read a day and a time of day; without one it is midnight. Without a zone in the text the moment has none.

    Raises:
        UnreadableError: as for a date.
    """
    if isinstance(cell, datetime):
        _plausible(cell.date())
        return cell.replace(microsecond=0)
    if isinstance(cell, str) and (clock := CLOCK.search(cell.strip())):
        day = read_date(cell.strip()[: clock.start()], style)
        try:
            moment = datetime.combine(day, time(_hour(clock[1], clock[4]), int(clock[2]), int(clock[3] or 0)))
        except ValueError as error:
            raise UnreadableError(
                reason=f"{cell!r} has no such time of day.", remedy="Type it as 2026-03-31 14:30."
            ) from error
        zone = clock[5]
        if zone and zone.casefold() != "uhr":
            return datetime.fromisoformat(f"{moment.isoformat()}{'+00:00' if zone in 'Zz' else zone}")
        return moment
    return datetime.combine(read_date(cell, style), time(0))


def _hour(typed: str, half: str | None) -> int:
    """Give the hour of a clock of 24; that of a clock of 12 goes from 1 to 12."""
    hour = int(typed)
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        message = "no hour of a half day"
        raise ValueError(message)
    return hour % 12 + (12 if half in "Pp" else 0)


def read_period(text: str, style: DateStyle) -> date | Period | None:
    """Read a heading that may be a day, a week, a month or a quarter; None when it is none of these."""
    try:
        return _typed(text.strip(), style)
    except UnreadableError:
        return None


def _plausible(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise UnreadableError(reason=f"{day.isoformat()} is not a plausible date.", remedy="Check the year.")
    return day


@lru_cache(maxsize=8192)
def _typed(text: str, style: DateStyle) -> date | Period:
    if style.pattern:
        return _by_pattern(text, style)
    text = CLOCK.sub("", WEEKDAY.sub("", text, count=1) if _starts_with_weekday(text, style.locale) else text)
    if found := ISO.fullmatch(text):
        return _day(text, int(found[1]), int(found[3]), int(found[4]))
    if found := NUMERIC.fullmatch(text):
        return _numeric(text, found, style)
    months = month_numbers(style.locale)
    if (found := DAY_MONTH.fullmatch(text)) and found[2].casefold() in months:
        return _day(text, _year(text, found[3], style), months[found[2].casefold()], int(found[1]))
    if (found := MONTH_DAY.fullmatch(text)) and found[1].casefold() in months:
        return _day(text, int(found[3]), months[found[1].casefold()], int(found[2]))
    if period := _period(text, months):
        return period
    raise UnreadableError(reason=f"{text!r} is not a date.", remedy="Type the date as 2026-03-31.")


def _numeric(text: str, found: re.Match[str], style: DateStyle) -> date:
    first, second, year = int(found[1]), int(found[3]), _year(text, found[4], style)
    day_first = True if found[2] == "." else style.day_first
    if day_first is None and first > 12 >= second:
        day_first = True
    elif day_first is None and second > 12 >= first:
        day_first = False
    if day_first is None and first != second and max(first, second) <= 12:
        one, other = _day(text, year, second, first), _day(text, year, first, second)
        raise UnreadableError(
            reason=f"{text} can be {one.day} {one:%B %Y} or {other.day} {other:%B %Y}; {style.undecided}.",
            remedy="Set day_first = true or false for this connector, or type the date as 2026-03-31.",
        )
    return _day(text, year, second if day_first else first, first if day_first else second)


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        return _plausible(date(year, month, day))
    except UnreadableError:
        raise
    except ValueError as error:
        raise UnreadableError(reason=f"There is no such day as {text}.", remedy="Correct the date.") from error


def _year(text: str, digits: str, style: DateStyle) -> int:
    if len(digits) == 4:
        return int(digits)
    if not style.two_digit_years:
        raise UnreadableError(
            reason=f"{text} has a year of two digits.",
            remedy="Type all four, or set two_digit_years = true for this connector.",
        )
    return 2000 + int(digits) if int(digits) < 70 else 1900 + int(digits)


def _period(text: str, months: dict[str, int]) -> Period | None:
    if found := WEEK.fullmatch(text):
        year, week = int(found[2] or found[3]), int(found[1] or found[4])
        try:
            monday = date.fromisocalendar(year, week, 1)
        except ValueError as error:
            raise UnreadableError(reason=f"{year} has no week {week}.", remedy="Correct the week.") from error
        return Period(monday, monday + timedelta(days=6))
    if found := QUARTER.fullmatch(text):
        year, quarter = int(found[2] or found[3] or found[6]), int(found[1] or found[4] or found[5])
        return _months(year, quarter * 3 - 2, 3)
    if found := MONTH.fullmatch(text):
        if found[1] is None:
            year, month = int(found[4] or found[5]), int(found[3] or found[6])
        else:
            year, month = int(found[2]), months.get(found[1].casefold(), 0)
        return _months(year, month, 1) if 1 <= month <= 12 and FIRST_YEAR <= year <= LAST_YEAR else None
    return None


def _months(year: int, month: int, count: int) -> Period:
    after = year * 12 + month - 1 + count
    return Period(date(year, month, 1), date(after // 12, after % 12 + 1, 1) - timedelta(days=1))


@lru_cache(maxsize=16)
def month_numbers(locale: str | None) -> dict[str, int]:
    """Give the months by every name they have in the locale (English and German without one), short and long."""
    names = dict(EVERYDAY)
    for language in (locale, "en", "de"):
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                known = get_month_names(width, context=context, locale=language) if language else {}
                names |= {name.rstrip(".").casefold(): number for number, name in known.items()}
    return names


def _starts_with_weekday(text: str, locale: str | None) -> bool:
    word = re.match(r"[^\W\d_]+", text)
    return bool(word) and word[0].casefold() in _weekdays(locale)  # type: ignore[index]  # bool(word) says it is there


@lru_cache(maxsize=16)
def _weekdays(locale: str | None) -> frozenset[str]:
    words: set[str] = set()
    for language in (locale, "en", "de"):
        for width in ("wide", "abbreviated", "short"):
            known = get_day_names(width, locale=language) if language else {}
            words |= {name.rstrip(".").casefold() for name in known.values()}
    return frozenset(words)


def _by_pattern(text: str, style: DateStyle) -> date:
    found = re.fullmatch(_pattern(style.pattern or ""), text)
    if not found:
        raise UnreadableError(
            reason=f"{text!r} is not written as {style.pattern}.", remedy=f"Type the date as {style.pattern}."
        )
    year = found["year"]
    full = int(year) if len(year) == 4 else 2000 + int(year)
    return _day(text, full, int(found["month"]), int(found["day"]))


@lru_cache(maxsize=64)
def _pattern(pattern: str) -> str:
    tokens = {
        "yyyy": r"(?P<year>\d{4})",
        "yy": r"(?P<year>\d{2})",
        "mm": r"(?P<month>\d{1,2})",
        "dd": r"(?P<day>\d{1,2})",
    }
    if not re.search(r"[^a-z]", pattern.lower()):
        tokens |= {"mm": r"(?P<month>\d{2})", "dd": r"(?P<day>\d{2})"}
    tokens |= {"m": tokens["mm"], "d": tokens["dd"]}
    return "".join(
        tokens.get(part.lower(), re.escape(part))
        for part in re.findall(r"y{4}|y{2}|m{1,2}|d{1,2}|.", pattern, re.IGNORECASE)
    )
