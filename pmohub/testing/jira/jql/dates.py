"""What a date in a query means: minutes at the finest, in the time zone of the account that asks.

Source: Atlassian, "JQL fields" (Created, Updated, Due: formats `yyyy/MM/dd HH:mm`, `yyyy-MM-dd HH:mm`, `yyyy/MM/dd`,
`yyyy-MM-dd`, or a period such as `-5d`, `4w 2d`; without a unit, minutes). A number without quotes is milliseconds
since 1970: Atlassian does not say so, many clients rely on it.
"""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from pmohub.testing.jira.jql.site import Asker
from pmohub.testing.jira.jql.syntax import Literal

_FORMATS = ("%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M", "%Y/%m/%d", "%Y-%m-%d")
_SHAPE = re.compile(r"\d{4}([/-])\d{1,2}\1\d{1,2}( \d{1,2}:\d{1,2})?")
_PERIOD = re.compile(r"([+-]?)((?:\d+[wdhm]?\s*)+)", re.IGNORECASE)
_PART = re.compile(r"(\d+)([wdhm]?)", re.IGNORECASE)
_MINUTES = {"": 1, "m": 1, "h": 60, "d": 24 * 60, "w": 7 * 24 * 60}
_WORKED_MINUTES = {"": 1, "m": 1, "h": 60, "d": 8 * 60, "w": 5 * 8 * 60}
_STEP = re.compile(r"([+-]?\d+)([yMwdhm]?)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(literal: Literal, asker: Asker) -> datetime | None:
    """Say which moment is meant; None where Jira could not say either."""
    text = literal.text.strip()
    try:
        if literal.is_number:
            return _EPOCH + timedelta(milliseconds=int(text))
        if _SHAPE.fullmatch(text):
            return _typed(text).replace(tzinfo=asker.timezone).astimezone(UTC)
        if (minutes := _period(text, _MINUTES)) is not None:
            return asker.now + timedelta(minutes=minutes)
    except (ValueError, OverflowError):
        return None
    return None


def day(literal: Literal, asker: Asker) -> date | None:
    """Say which day is meant, in the asker's time zone; None where Jira could not say either."""
    moment = instant(literal, asker)
    return None if moment is None else moment.astimezone(asker.timezone).date()


def number(literal: Literal) -> Decimal | None:
    """Read a number; None where it is none."""
    try:
        value = Decimal(literal.text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def seconds(literal: Literal) -> int | None:
    """Read a duration of work as seconds: a number counts minutes, a day has eight hours, a week five days."""
    minutes = _period(literal.text.strip(), _WORKED_MINUTES)
    return None if minutes is None else minutes * 60


def stepped(function: str, step: str, asker: Asker) -> datetime | None:
    """Say what `startOfMonth("-1")` and its like mean; None where the step is not (+/-)n(yMwdhm).

    Without a unit the step counts in the function's own. An end is the last millisecond before the next start.
    """
    edge, unit = ("start", function[7:]) if function.startswith("startof") else ("end", function[5:])
    local = asker.now.astimezone(asker.timezone).replace(tzinfo=None)
    if step:
        if (match := _STEP.fullmatch(step)) is None:
            return None
        own = {"day": "d", "week": "w", "month": "M", "year": "y"}[unit]
        local = _moved(local, int(match[1]), match[2] or own)
    start = _start(local, unit, asker)
    if edge == "end":
        after = _moved(start, 1, {"day": "d", "week": "w", "month": "M", "year": "y"}[unit])
        start = after - timedelta(milliseconds=1)
    return start.replace(tzinfo=asker.timezone).astimezone(UTC)


def _typed(text: str) -> datetime:
    for form in _FORMATS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the asker's zone is put on by the caller
        except ValueError:
            continue
    raise ValueError(text)


def _period(text: str, minutes: dict[str, int]) -> int | None:
    if (match := _PERIOD.fullmatch(text)) is None:
        return None
    total = sum(int(count) * minutes[unit.lower()] for count, unit in _PART.findall(match[2]))
    return -total if match[1] == "-" else total


def _moved(local: datetime, steps: int, unit: str) -> datetime:
    if unit in {"y", "M"}:
        months = local.year * 12 + local.month - 1 + steps * (12 if unit == "y" else 1)
        first = local.replace(year=months // 12, month=months % 12 + 1, day=1)
        days = (_next_month(first) - first).days
        return first.replace(day=min(local.day, days))
    return local + timedelta(minutes=steps * _MINUTES[unit])


def _next_month(first: datetime) -> datetime:
    return first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)


def _start(local: datetime, unit: str, asker: Asker) -> datetime:
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "week":
        return midnight - timedelta(days=(midnight.weekday() - asker.first_weekday) % 7)
    if unit == "month":
        return midnight.replace(day=1)
    return midnight.replace(month=1, day=1) if unit == "year" else midnight
