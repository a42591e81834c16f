"""Moments of a tool's own clock, as cursors keep them: milliseconds since 1970."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def milliseconds(moment: datetime) -> int:
    """Give a moment as milliseconds since 1970."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def printed(moment: object) -> int | None:
    """Read a moment as ISO 8601 prints it, as milliseconds; None where it is none, or without its offset."""
    try:
        read = datetime.fromisoformat(str(moment))
    except ValueError:
        return None
    return milliseconds(read) if read.tzinfo is not None else None


def newest(seen: Mapping[str, tuple[int, Any]], most: int) -> dict[str, Any]:
    """Keep the newest of what was seen, each with its moment first, no more than may be remembered."""
    kept = sorted(seen.items(), key=lambda each: each[1][0], reverse=True)[:most]
    return {name: told for name, (_, told) in sorted(kept)}
