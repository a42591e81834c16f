"""What a clock on the wall shows, and when: some times come twice, and some do not come at all."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def moments_of(wall: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Give the moments (UTC) at which the clock of a zone shows a naive time: one, two, or none in a gap."""
    first, second = _both(wall, zone)
    if first.astimezone(zone).replace(tzinfo=None) != wall:
        return ()
    return (first,) if first == second else (first, second)


def end_of_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    """Give the moment (UTC) at which the clock is put forward over a time that it never shows."""
    after, before = _both(wall, zone)
    offset = before.astimezone(zone).utcoffset()
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return before + timedelta(seconds=high)


def _both(wall: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Read a naive time by the offset before a change of the clock, and by the one after it (PEP 495)."""
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, second
