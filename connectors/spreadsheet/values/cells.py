"""What a cell holds, and how a person would read it aloud."""

import math
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias


class UnreadableError(ValueError):
    """A cell that cannot be read as what its column holds; `reason` and `remedy` are sentences for its author."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Fraction:
    """A number that the workbook shows as a percentage: 0.5 is shown as 50 %."""

    number: float


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell without a usable value: a formula's error, or a formula that no program has calculated yet."""

    error: str | None

    def refuse(self) -> UnreadableError:
        """Say what is wrong with it."""
        if self.error:
            return UnreadableError(f"The formula gives the error {self.error}.", "Mend the formula in the workbook.")
        return UnreadableError(
            "The formula was never calculated.", "Open the workbook in a spreadsheet program, save it and sync again."
        )


Cell: TypeAlias = str | int | float | bool | date | datetime | time | timedelta | Fraction | Broken | None

BLANKS = " \t\r\n\u00a0\u200b\ufeff"
PLACEHOLDER_WORDS = (
    "- -- --- \u2013 \u2014 . .. ... … / // xxx ? ?? ??? n/a n.a. na #n/a null nil tbd tba tbc t.b.d. t.b.a. "
    "t.b.c. k.a. ka "
    "entf. entfällt (leer) (blank) (none) (empty) ./. nn n.n."
)
PLACEHOLDERS = frozenset(PLACEHOLDER_WORDS.split()) | {
    "k. a.",
    "to be defined",
    "to be decided",
    "to be announced",
    "to be confirmed",
    "not available",
    "noch offen",
}
"""What people type to say that there is nothing yet."""
LONGEST_PLACEHOLDER = max(map(len, PLACEHOLDERS))


def is_absent(cell: Cell) -> bool:
    """Say whether the cell says nothing: empty, blanks, or a placeholder."""
    if isinstance(cell, str):
        return len(cell) <= 2 * LONGEST_PLACEHOLDER and (
            not (text := cell.strip(BLANKS)) or text.casefold() in PLACEHOLDERS
        )
    return cell is None


def as_text(cell: Cell) -> str:
    """Give a cell as its author sees it, near enough to recognise: whole numbers without .0, dates as ISO."""
    match cell:
        case None:
            text = ""
        case str():
            text = cell.strip(BLANKS)
        case bool():
            text = "TRUE" if cell else "FALSE"
        case float():
            whole = math.isfinite(cell) and cell == int(cell) and abs(cell) < 1e15
            text = str(int(cell)) if whole else repr(cell)
        case Fraction():
            text = f"{round(cell.number * 100, 6):g} %"
        case Broken():
            text = cell.error or "formula not calculated"
        case datetime():
            midnight = cell.time() == time(0)
            text = cell.date().isoformat() if midnight else cell.isoformat(sep=" ", timespec="minutes")
        case timedelta():
            minutes = round(cell.total_seconds() / 60)
            text = f"{minutes // 60}:{minutes % 60:02}"
        case time():
            text = cell.isoformat(timespec="minutes")
        case _:
            text = str(cell)
    return text


PLAIN = str.maketrans(
    {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
    | {ord("%"): " percent ", ord("#"): " number "}
)


def fold(text: str) -> str:
    """Reduce a heading, a status or a name to what counts: letters and digits, no case, accents or punctuation.

    `%` and `#` stay as words, for "% done" and "done" are different columns.
    """
    if text.isascii():
        return " ".join(text.translate(PLAIN).split())
    # NFKD before the case is folded and after: a letter of a mathematical alphabet turns into a plain capital.
    spelt = unicodedata.normalize("NFKD", text).replace("%", " percent ").replace("#", " number ").casefold()
    letters = unicodedata.normalize("NFKD", spelt)
    kept = (c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    return " ".join("".join(kept).split())
