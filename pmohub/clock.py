"""The only place that reads the clock; everybody else is given the moment."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Give this moment in UTC."""
    return datetime.now(UTC)


def moment(held_at: date | None, timezone: ZoneInfo) -> datetime:
    """Give this moment, or this time of day on the day at which a configuration holds its calendar."""
    present = now()
    if held_at is None:
        return present
    return datetime.combine(held_at, present.astimezone(timezone).time(), timezone).astimezone(UTC)
