"""The small readings that every record shares: texts, ids, numbers, instants and days, each refused in words."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any

JSON = Mapping[str, Any]
LARGEST_NUMBER = 9 * 10**14
LONGEST_SECONDS = 12
"""The store keeps custom numbers as 1/10,000 in 64 bits."""
SHOWN = 80
REMEDY = "Correct the value where it was entered; it is read again with the next sync."
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class UnmappableError(Exception):
    """A value that cannot be what its field says: the reason and the remedy, in words."""

    def __init__(self, reason: str, remedy: str = REMEDY):
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


FAULTS = (UnmappableError, TypeError, ValueError, KeyError, AttributeError, ArithmeticError, RecursionError)
"""What reading JSON of any shape may raise; the reading functions say the first themselves."""


@lru_cache(4096)  # a changelog names the same few fields hundreds of thousands of times
def fold(name: str) -> str:
    """Give a name as it is compared: without case, blanks as one, apostrophes straight."""
    return " ".join(name.replace("\u2019", "'").casefold().split())


def shown(raw: Any) -> str:
    """Give a raw value as a message shows it."""
    text = f"“{raw}”" if isinstance(raw, str) else str(raw)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def clean(text: str) -> str:
    """Drop what no store can hold: control characters but line breaks and tabs, and halves of surrogate pairs."""
    if text.isprintable():
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in text if c in "\n\t" or (c >= " " and not "\ud800" <= c <= "\udfff" and c != "\x7f"))
    return "".join(kept).strip()


def text_of(raw: Any) -> str | None:
    """Read a text; an empty one is None.

    Raises:
        UnmappableError: it is no text.
    """
    if raw is None:
        return None
    if isinstance(raw, str):
        return (raw.strip() if raw.isprintable() else clean(raw)) or None
    message = f"{shown(raw)} is no text."
    raise UnmappableError(message)


def id_of(raw: Any) -> str:
    """Read an id, printed as a text, or in places as a number.

    Raises:
        UnmappableError: it is neither, or empty.
    """
    if raw.__class__ is int:
        return str(raw)
    text = text_of(raw)
    if text is None:
        message = "There is no id."
        raise UnmappableError(message)
    return text


def number_of(raw: Any) -> int | Decimal | None:
    """Read a number, also one that was kept as a text; 3.0 is 3.

    Raises:
        UnmappableError: it is none, or too large to be kept.
    """
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        message = f"{shown(raw)} is no number."
        raise UnmappableError(message)
    try:
        number = Decimal(str(raw).strip())
    except ArithmeticError:
        message = f"{shown(raw)} is no number."
        raise UnmappableError(message) from None
    if not number.is_finite() or abs(number) >= LARGEST_NUMBER:
        message = f"{shown(raw)} is no number that can be kept."
        raise UnmappableError(message)
    return int(number) if number == int(number) else round(number, 4)


def seconds_of(raw: Any) -> int | None:
    """Read a duration in seconds.

    Raises:
        UnmappableError: it is no whole number, or negative.
    """
    if raw.__class__ is int and raw >= 0:
        return raw
    if raw.__class__ is str and raw.isdecimal() and len(raw) < LONGEST_SECONDS:
        return int(raw)
    number = number_of(raw)
    if number is None:
        return None
    if number < 0 or not isinstance(number, int):
        message = f"{shown(raw)} is no number of seconds."
        raise UnmappableError(message)
    return number


def instant_of(raw: Any) -> datetime | None:
    """Read an instant as tools print it: ISO 8601 with Z, +0000 or +02:00, or epoch milliseconds.

    Raises:
        UnmappableError: it is none of them; one without an offset is no instant.
    """
    if raw is None or raw == "":
        return None
    try:
        return _printed(raw).astimezone(UTC)
    except (ValueError, OverflowError, TypeError):
        message = f"{shown(raw)} is no instant."
        raise UnmappableError(message) from None


def printed_instant(raw: Any) -> datetime:
    """Read an instant and keep the offset in which it was printed.

    Raises:
        UnmappableError: it is none.
    """
    try:
        return _printed(raw)
    except (ValueError, OverflowError, TypeError):
        message = f"{shown(raw)} is no instant."
        raise UnmappableError(message) from None


def _printed(raw: Any) -> datetime:
    if isinstance(raw, str):
        text = raw.strip()
        if not text.lstrip("-").isdigit():
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                raise ValueError(text)
            return moment
        raw = int(text)
    if isinstance(raw, bool):
        raise TypeError
    return EPOCH + timedelta(milliseconds=raw)


def day_of(raw: Any, zone: tzinfo) -> date | None:
    """Read a day; an instant counts on its day in `zone`.

    Raises:
        UnmappableError: it is neither.
    """
    if raw is None or raw == "":
        return None
    if isinstance(raw, str) and len(raw.strip()) == 10:
        try:
            return date.fromisoformat(raw.strip())
        except ValueError:
            message = f"{shown(raw)} is no day of the calendar."
            raise UnmappableError(message) from None
    try:
        return _printed(raw).astimezone(zone).date()
    except (ValueError, OverflowError, TypeError):
        message = f"{shown(raw)} is no day."
        raise UnmappableError(message) from None
