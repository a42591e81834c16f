"""What kind of number a cell's format shows (ECMA-376 part 1, 18.8.30 and 18.8.31), and whether it locks the cell."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from connectors.spreadsheet.xlsx.markup import Element, elements


class NumberKind(StrEnum):
    """How a number format presents the number beneath it."""

    NUMBER = "number"
    PERCENT = "percent"
    DATE = "date"
    DATE_TIME = "date_time"
    CLOCK = "clock"
    DURATION = "duration"
    TEXT = "text"


_BUILT_IN = (
    {
        9: NumberKind.PERCENT,
        10: NumberKind.PERCENT,
        22: NumberKind.DATE_TIME,
        46: NumberKind.DURATION,
        49: NumberKind.TEXT,
    }
    | dict.fromkeys((14, 15, 16, 17, *range(27, 32), 36, *range(50, 55), 57, 58), NumberKind.DATE)
    | dict.fromkeys((18, 19, 20, 21, 45, 47, 32, 33, 34, 35, 55, 56), NumberKind.CLOCK)
)
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.')
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_BRACKETED = re.compile(r"\[[^\]]*\]")
_MERIDIAN = re.compile(r"am/pm|a/p", re.IGNORECASE)


@lru_cache(maxsize=4096)
def kind_of_code(code: str) -> NumberKind:
    """Tell the kind of a number format code; its first section decides (the one for positive numbers)."""
    bare = _LITERAL.sub("", code).split(";")[0]
    if _ELAPSED.search(bare):
        return NumberKind.DURATION
    letters = _MERIDIAN.sub("h", _BRACKETED.sub("", bare)).lower()
    if "general" in letters:
        return NumberKind.NUMBER
    if "%" in letters:
        return NumberKind.PERCENT
    day, clock = bool(set("dy") & set(letters)), bool(set("hs") & set(letters))
    if day or ("m" in letters and not clock):
        return NumberKind.DATE_TIME if clock else NumberKind.DATE
    if clock:
        return NumberKind.CLOCK
    return NumberKind.TEXT if letters.strip() == "@" else NumberKind.NUMBER


@dataclass(frozen=True, slots=True)
class CellFormat:
    """One entry of `cellXfs`: what cells that name its index in `s` look like."""

    kind: NumberKind
    locked: bool
    number_format: int
    indent: int = 0


def cell_formats(styles: bytes) -> tuple[CellFormat, ...]:
    """Give the formats that cells refer to by index, in order, from the bytes of the styles part (empty: none).

    Raises:
        MarkupError: the part is not well-formed.
    """
    if not styles:
        return ()
    parts = elements(styles)
    codes = {element.get("numFmtId"): element.get("formatCode") for element in parts if element.name == "numFmt"}
    found: list[CellFormat] = []
    inside = ""
    for element in parts:
        if element.depth == 2:
            inside = element.name
        elif inside == "cellXfs" and element.name == "xf" and element.depth == 3:
            found.append(_cell_format(element, codes))
        elif inside == "cellXfs" and element.name == "protection" and not element.flag("locked", default=True):
            found[-1] = replace(found[-1], locked=False)
        elif inside == "cellXfs" and element.name == "alignment":
            indent = element.get("indent", "0")
            found[-1] = replace(found[-1], indent=int(indent) if indent.isdecimal() else 0)
    return tuple(found)


def _cell_format(xf: Element, codes: dict[str, str]) -> CellFormat:
    written = xf.get("numFmtId", "0")
    number = int(written) if written.isdecimal() else 0
    # A file may give a code of its own to a built-in id; programs follow the file.
    kind = kind_of_code(codes[written]) if written in codes else _BUILT_IN.get(number, NumberKind.NUMBER)
    return CellFormat(kind, True, number)
