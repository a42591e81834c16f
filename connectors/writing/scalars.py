"""Single values as tools take them, checked before anything is sent; `label` is the field as a message names it."""

from datetime import UTC, date, datetime
from decimal import Decimal

from canonical.values import FieldValue
from canonical.values import shown as as_text
from connectors.mapping.reading import UnmappableError, instant_of, number_of
from connectors.writing.refusal import RefusedError


def number(label: str, after: FieldValue) -> int | Decimal:
    """Give a number, also one that is written as a text.

    Raises:
        RefusedError: it is none.
    """
    try:
        found = None if isinstance(after, date | bool) else number_of(str(after))
    except UnmappableError:
        found = None
    if found is None:
        message = f"{label} holds a number, and “{as_text(after)}” is none"
        raise RefusedError(message)
    return found


def day(label: str, after: FieldValue) -> str:
    """Give a day, as ISO 8601 prints it.

    Raises:
        RefusedError: it is none.
    """
    if isinstance(after, date) and not isinstance(after, datetime):
        return after.isoformat()
    try:
        return date.fromisoformat(as_text(after)).isoformat()
    except ValueError:
        message = f"{label} holds a day, and “{as_text(after)}” is none"
        raise RefusedError(message) from None


def instant(label: str, after: FieldValue) -> datetime:
    """Give an instant, in UTC.

    Raises:
        RefusedError: it is none.
    """
    try:
        moment = after if isinstance(after, datetime) else instant_of(after if isinstance(after, str) else "-")
    except UnmappableError:
        moment = None
    if moment is None or moment.tzinfo is None:
        message = f"{label} holds an instant, and “{as_text(after)}” is none"
        raise RefusedError(message)
    return moment.astimezone(UTC)
