"""Show compiled values to people: dates, money, durations and yes or no as they are read, not as they are stored."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from canonical.values import FieldValue, shown
from rules.expressions.kinds import Kind, Unit, ValueType
from rules.expressions.subject import Message, Slot

ABSENT = "(none)"
KEY = ".key"
_MINUTE, _HOUR = 60, 3600


def typed(value: Any, value_type: ValueType) -> FieldValue:
    """Turn what a select gave into the value it stands for: a Decimal for scaled numbers, bool for 0 and 1."""
    if value is None:
        return None
    match value_type.kind:
        case Kind.BOOL:
            return bool(value)
        case Kind.NUMBER:
            return Decimal(value).scaleb(-value_type.scale) if value_type.scale else int(value)
        case Kind.DATE:
            return date.fromisoformat(value) if isinstance(value, str) else _as_date(value)
    result: FieldValue = value
    return result


def _as_date(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def for_people(value: Any, value_type: ValueType) -> str:
    """Give the text that a person reads for a selected value; an absent one is `(none)`."""
    read = typed(value, value_type)
    if read is None:
        return ABSENT
    if isinstance(read, bool) or not isinstance(read, int | Decimal):
        return _day(read) if isinstance(read, date) else shown(read)
    match value_type.unit:
        case Unit.SECONDS:
            return _duration(int(read))
        case Unit.PERCENT:
            return f"{_plain(Decimal(read))}%"
        case Unit.MONEY:
            return f"{Decimal(read):,.2f}"
        case _:
            return _plain(Decimal(read))


def _day(read: date) -> str:
    day = f"{read.day} {read:%b %Y}"
    return f"{day}, {read.astimezone(UTC):%H:%M} UTC" if isinstance(read, datetime) else day


def _plain(number: Decimal) -> str:
    whole = number.normalize()
    return f"{whole:f}"


def _duration(seconds: int) -> str:
    sign, seconds = ("-" if seconds < 0 else ""), abs(seconds)
    if seconds < _HOUR:
        return f"{sign}{seconds // _MINUTE} min"
    return f"{sign}{_plain((Decimal(seconds) / _HOUR).quantize(Decimal('0.1')))} h"


def rendered(message: Message, row: Iterable[Any], slots: Mapping[str, str] | None = None) -> str:
    """Put the selected values of `message.values`, in order, and what the caller fills in, into the text.

    What its tool gives no key is called by the rest of the text: an absent key goes with the blank or colon behind it.
    """
    values = iter(row)
    filled = slots or {}
    texts = []
    unnumbered = False
    for part in message.parts:
        match part:
            case str():
                texts.append(part.lstrip(" :") if unnumbered else part)
            case Slot(name=name):
                texts.append(filled[name])
            case _:
                value = next(values)
                unnumbered = value is None and part.text.endswith(KEY)
                texts.append("" if unnumbered else for_people(value, part.type))
                continue
        unnumbered = False
    return "".join(texts)
