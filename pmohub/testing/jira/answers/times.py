"""Instants and durations as Jira writes them."""

from zoneinfo import ZoneInfo

from pmohub.testing.sandbox.timeline import instant

QUARTER_MS = 900_000
DAY, HOUR, MINUTE = 8 * 3600, 3600, 60
"""Jira's own working day has 8 hours, its week 5 days (the usual setting)."""


class Times:
    """Writes instants in a time zone: `2026-01-31T10:00:00.000+0000`."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._quarters: dict[int, tuple[str, int, str]] = {}

    def text(self, milliseconds: int) -> str:
        """Write milliseconds since 1970."""
        quarter, rest = divmod(milliseconds, QUARTER_MS)
        known = self._quarters.get(quarter)
        if known is None:
            local = instant(quarter * QUARTER_MS).astimezone(self._zone)
            known = self._quarters[quarter] = (f"{local:%Y-%m-%dT%H:}", local.minute, f"{local:%z}")
        seconds, milli = divmod(rest, 1000)
        minute, second = divmod(seconds, 60)
        return f"{known[0]}{known[1] + minute:02}:{second:02}.{milli:03}{known[2]}"


def duration(seconds: int) -> str:
    """Write a duration as Jira does: `1w 2d 3h 20m`."""
    parts = []
    for size, unit in ((5 * DAY, "w"), (DAY, "d"), (HOUR, "h"), (MINUTE, "m")):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts) or "0m"
