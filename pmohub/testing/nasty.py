"""Nasty data for everybody's tests: what people really type and tools really answer.

Each value once broke a tool that does the same job. `TEXTS` is text that must come through as it stands; no database
keeps `UNSTORABLE_TEXTS`; the rest must be read right or quarantined, never guessed.
"""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "right to left": "إطلاق المنتج",
    "left to right override": "invoice\u202egnp.exe",
    "emoji of several code points": "\U0001f469\U0001f3fd\u200d\U0001f680 launch",
    "combining accent": "Cafe\u0301",
    "composed accent": "Café",
    "no-break space": "10\u00a0000",
    "zero width space": "sta\u200btus",
    "line breaks": "first\r\nsecond\rthird\n",
    "tab and quote": "a\tb \"c\" 'd'",
    "formula": "=1+1",
    "command formula": '=HYPERLINK("https://example.org","click")',
    "plus formula": "+4917012345",
    "at formula": "@SUM(A1)",
    "markup": "<script>alert(1)</script>",
    "entity": "R&amp;D & co",
    "statement": "'); drop table task; --",
    "template": "{{ 7 * 7 }} ${7*7} %s {title}",
    "leading zeros": "00042",
    "looks like a date": "1-2",
    "looks like a number": "1E5",
    "looks like truth": "NO",
    "looks like nothing": "null",
    "outer spaces": "  padded  ",
    "very long": "x" * 40_000,
    "beyond the basic plane": "\U0001d518\U0001d52b\U0001d526",
    "private use": "\ue000",
    "control characters": "bell\x07 escape\x1b[31m",
    "turkish i, dotted and not": "\u0130stanbul \u0131s\u0131",
    "sharp s": "STRASSE straße",
}
"""Text by what is nasty about it; kept as it stands."""

UNSTORABLE_TEXTS: Mapping[str, str] = {
    "nul": "before\x00after",
    "half a surrogate pair": "before\ud800after",
}
"""Text that no database keeps."""

STORED_TEXTS: Mapping[str, str] = {
    "nul": "beforeafter",
    "half a surrogate pair": "before\ufffdafter",
}
"""What becomes of it: NUL is left out, half a surrogate pair turns into the replacement character."""

STATUSES = ("Done?", "on hold (again)", "TODO ", "in Arbeit", "—", "100%")
"""Statuses that no mapping knows."""

DURATIONS = ("about two days", "1,5", "1.5.2", "-3h", "2h-4h", "∞", "1:75")
"""Durations that say nothing certain."""

DATES = ("31.02.2026", "02/03/04", "soon", "Q3", "2026-13-01", "0000-00-00", "45000.7x", "29 Feb 2027")
"""Days that do not exist or could be two."""

PEOPLE = ("J. Smith", "Smith, John", "john smith ", "JOHN SMITH", "tbd", "Team Blue", "john.smith@", "Jane & John")
"""Typed names that may or may not be the same human, or none."""
