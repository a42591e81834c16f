"""Moments as Asana writes them."""

from datetime import UTC, datetime

from pmohub.testing.sandbox.timeline import instant, moment


def text(at: int | None) -> str | None:
    """Write milliseconds since 1970 as `2012-02-22T02:06:58.147Z` (developers.asana.com/docs/dates-and-times)."""
    return None if at is None else f"{instant(at):%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}Z"


def read(given: str) -> int:
    """Read a moment, or a day as its beginning in UTC, as milliseconds since 1970.

    Raises:
        ValueError: it is none.
    """
    found = datetime.fromisoformat(given)
    return moment(found if found.tzinfo else found.replace(tzinfo=UTC))
