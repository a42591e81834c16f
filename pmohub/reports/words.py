"""Numbers, dates and lists as the reports write them: British English, a real minus, no padding."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

MINUS = "\N{MINUS SIGN}"
NBSP = "\N{NO-BREAK SPACE}"
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def day(value: date) -> str:
    """24 Nov 2026, not broken over lines."""
    return f"{value.day}{NBSP}{value:%b}{NBSP}{value.year}"


def long_day(value: date) -> str:
    """Tuesday 24 November 2026."""
    return f"{value:%A} {value.day} {value:%B} {value.year}"


def number(value: float) -> str:
    """1,988."""
    return f"{value:,.0f}".replace("-", MINUS)


def signed(value: int) -> str:
    """+31, 0 or -3 with a real minus."""
    return f"{'+' if value > 0 else MINUS if value < 0 else ''}{abs(value):,}"


def counted(count: int, one: str, many: str | None = None) -> str:
    """1 project, 26 projects."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def spelled(count: int) -> str:
    """Small counts in words, to begin a sentence with or to run within one."""
    return WORDS[count] if count < len(WORDS) else f"{count:,}"


def listed(items: Sequence[str], most: int = 4) -> str:
    """A, B and C; past `most` the rest is counted."""
    if len(items) > most:
        return f"{', '.join(items[:most])} and {len(items) - most} more"
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def capital(text: str) -> str:
    """The sentence with its first letter capital."""
    return text[:1].upper() + text[1:]


def ago(since: datetime, now: datetime) -> str:
    """Just now, 6 min ago, 3 h ago, 1 d 14 h ago."""
    passed = max(now - since, timedelta(0))
    return "just now" if passed < timedelta(minutes=1) else f"{_age(passed)} ago"


def _age(passed: timedelta) -> str:
    if passed < timedelta(hours=1):
        return f"{passed.seconds // 60}{NBSP}min"
    if passed < timedelta(days=1):
        return f"{passed.seconds // 3600}{NBSP}h"
    return f"{passed.days}{NBSP}d {passed.seconds // 3600}{NBSP}h"


def week(value: date) -> str:
    """W48, by ISO 8601."""
    return f"W{value.isocalendar().week:02d}"
