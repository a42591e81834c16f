"""The only place that reads the clock; everybody else is given the moment."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Give this moment in UTC."""
    return datetime.now(UTC)


def moment(shift_days: int, timezone: ZoneInfo) -> datetime:
    """Give this moment, or the same time of day so many days later (earlier when negative)."""
    local = now().astimezone(timezone) + timedelta(days=shift_days)
    return local.astimezone(UTC)
