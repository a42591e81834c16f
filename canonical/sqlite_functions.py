"""Functions that SQLite lacks and PostgreSQL has, added to every connection: both databases answer rules alike."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

BLANKS = "".join(map(chr, (9, 10, 11, 12, 13, 32, 0x85, 0xA0)))
"""The characters that count as blank in what people type."""

_LETTERS = [chr(code) for code in (*range(0x41, 0x5B), *range(0xC0, 0x250), *range(0x370, 0x530))]
CAPITALS = "".join(letter for letter in _LETTERS if letter.lower() != letter and len(letter.lower()) == 1)
"""Capital letters of the Latin, Greek and Cyrillic alphabets: one table for both databases, whose own differ."""
SMALL = "".join(letter.lower() for letter in CAPITALS)

_FOLDED = str.maketrans(CAPITALS, SMALL)
_BLANK = re.compile(f"[{BLANKS}]+")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_zone = lru_cache(maxsize=64)(ZoneInfo)


def add_functions(connection: Any) -> None:
    """Add the functions to a sqlite3 connection.

    `pmohub_local_date(milliseconds, zone)`: the day of an instant in a time zone, as YYYY-MM-DD.
    `pmohub_normalized(text)`: in small letters, each run of blanks as one, none at the ends.
    """
    connection.create_function("pmohub_local_date", 2, _local_date, deterministic=True)
    connection.create_function("pmohub_normalized", 1, _normalized, deterministic=True)


def _local_date(milliseconds: int | None, zone: str | None) -> str | None:
    if milliseconds is None or zone is None:
        return None
    moment = _EPOCH + timedelta(milliseconds=milliseconds)
    return moment.astimezone(_zone(zone)).date().isoformat()


def _normalized(text: str | None) -> str | None:
    return None if text is None else _BLANK.sub(" ", text).strip(" ").translate(_FOLDED)
