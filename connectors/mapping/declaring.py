"""A value as the type that an admin declared for its field, whatever the tool says that it holds."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

import orjson

from canonical.values import FieldValue
from canonical.values import shown as as_text
from canonical.vocabulary import FieldType
from connectors.mapping.reading import UnmappableError, clean, day_of, number_of, shown

Decode = Callable[[Any], FieldValue]

YES = frozenset({"yes", "true", "y", "on", "1", "ja", "wahr"})
NO = frozenset({"no", "false", "n", "off", "0", "nein", "falsch"})


def as_json(raw: Any) -> str:
    """Give anything as the text of its JSON, in one order."""
    try:
        return clean(orjson.dumps(raw, option=orjson.OPT_SORT_KEYS).decode())
    except orjson.JSONEncodeError:
        return clean(repr(raw))


def declared(decode: Decode, wanted: FieldType | None, zone: tzinfo) -> Decode:
    """Make the function that reads a field as the type that was declared for it; without one, as it is."""
    if wanted is None:
        return decode
    convert = CONVERSIONS[wanted]
    return lambda raw: convert(decode(raw), zone)


def _to_text(value: FieldValue, _zone: tzinfo) -> FieldValue:
    return as_text(value) or None


def _to_number(value: FieldValue, _zone: tzinfo) -> FieldValue:
    single = _single(value)
    if isinstance(single, bool | date):
        message = f"{shown(as_text(single))} is no number."
        raise UnmappableError(message)
    return single if isinstance(single, int | Decimal) else number_of(single)


def _to_day(value: FieldValue, zone: tzinfo) -> FieldValue:
    single = _single(value)
    if isinstance(single, datetime):
        return single.astimezone(zone).date()
    if isinstance(single, date):
        return single
    if isinstance(single, bool | int | Decimal):
        message = f"{shown(as_text(single))} is no day."
        raise UnmappableError(message)
    return day_of(single, zone)


def _to_yes_no(value: FieldValue, _zone: tzinfo) -> FieldValue:
    single = _single(value)
    if single is None or isinstance(single, bool):
        return single
    if single in (0, 1):
        return bool(single)
    word = as_text(single).strip().casefold()
    if word in YES or word in NO:
        return word in YES
    if isinstance(value, list):
        # The one box of a field of boxes, whatever it is called, is ticked.
        return True
    message = f"{shown(as_text(single))} is neither yes nor no."
    raise UnmappableError(message)


def _single(value: FieldValue) -> Any:
    if not isinstance(value, list):
        return value
    if len(value) > 1:
        message = f"{shown(as_text(value))} are several values where one is asked for."
        raise UnmappableError(message)
    return value[0] if value else None


CONVERSIONS: Mapping[FieldType, Callable[[FieldValue, tzinfo], FieldValue]] = {
    FieldType.TEXT: _to_text,
    FieldType.NUMBER: _to_number,
    FieldType.DATE: _to_day,
    FieldType.YES_NO: _to_yes_no,
}
