"""Field values as text: how history, plans, evidence and custom fields keep a typed value in one column."""

from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

import orjson

FieldValue: TypeAlias = str | int | Decimal | bool | date | datetime | list[str] | None
"""What a field of a record can hold. A `date` is a day, a `datetime` an instant and always aware."""


def encode(value: FieldValue) -> str:
    """Give the JSON text of a value; a date, an instant and a decimal carry their type, so that it comes back equal."""
    if isinstance(value, datetime):
        return orjson.dumps({"instant": value.isoformat()}).decode()
    if isinstance(value, date):
        return orjson.dumps({"date": value.isoformat()}).decode()
    if isinstance(value, Decimal):
        return orjson.dumps({"decimal": str(value)}).decode()
    return orjson.dumps(value).decode()


def decode(text: str) -> FieldValue:
    """Give back the value that `encode` wrote."""
    value = orjson.loads(text)
    if not isinstance(value, dict):
        return value  # type: ignore[no-any-return]  # JSON scalars and lists of text are FieldValue as they stand
    (kind, written), *_ = value.items()
    match kind:
        case "instant":
            return datetime.fromisoformat(written)
        case "date":
            return date.fromisoformat(written)
        case _:
            return Decimal(written)


def alike(one: FieldValue, other: FieldValue) -> bool:
    """Say whether two values mean the same to a person: equal (3 and 3.0), or a value and its text (a date).

    The order in a list means nothing: tools give its members back in an order of their own.
    """
    if one is None or other is None:
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return sorted(one) == sorted(other)
    if isinstance(one, str) != isinstance(other, str):
        return shown(one) == shown(other)
    # To Python yes is 1; nobody who types one of them means the other.
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def spelt_alike(one: FieldValue, other: FieldValue) -> bool:
    """Say whether two values are alike, or texts that differ in capitals and blanks alone.

    A tool that lets people choose from a list has a spelling of its own: what was sent as `execution` it holds as
    `Execution`.
    """
    if isinstance(one, str) and isinstance(other, str):
        return _folded(one) == _folded(other)
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(_folded, one)) == sorted(map(_folded, other))
    return alike(one, other)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def shown(value: FieldValue) -> str:
    """Give the value as a person reads it; an absent one is an empty text."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return "; ".join(value)
        case datetime():
            return value.isoformat(sep=" ", timespec="minutes")
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)
