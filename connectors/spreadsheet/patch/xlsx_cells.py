"""A cell's markup (ECMA-376 part 1, 18.3.1.4): text inline, so that it can never become a formula; dates as serials."""

import math
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from xml.sax.saxutils import escape

from connectors.spreadsheet.patch.results import CellValue
from connectors.spreadsheet.xlsx.refusal import Reason, RefusedError

LONGEST_TEXT = 32_767
_DAY_ZERO_1900, _DAY_ZERO_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001  # cells know no zone
_FIRST_DAY_1900 = datetime(1900, 3, 1)  # noqa: DTZ001  # before it the programs count one day apart
# ST_Xstring (22.9.2.19): what XML cannot hold is written as _xHHHH_, and text that looks so has its first underscore
# written that way. A carriage return would come back as a line feed.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_SURROGATE = re.compile("[\ud800-\udfff]")


def content_of(value: CellValue, *, date_1904: bool) -> tuple[str, str]:
    """Give a cell's type (`t`) and its content as a reader of the file sees it; both empty for an empty cell.

    Raises:
        RefusedError: a cell cannot hold the value as it is.
    """
    match value:
        case None:
            return "", ""
        case bool():
            return "b", str(int(value))
        case str():
            return "inlineStr", _text(value)
        case datetime() | date() | timedelta():
            return "n", _number(_serial(value, date_1904=date_1904))
        case _:
            return "n", _number(value)


def cell_markup(prefix: str, address: str, style: str | None, content: tuple[str, str]) -> bytes:
    """Give a cell's element with the prefix of its sheet (`x:` or none)."""
    kind, text = content
    head = f'<{prefix}c r="{address}"' + (f' s="{style}"' if style else "")
    if not kind:
        return f"{head}/>".encode()
    if kind == "inlineStr":
        written = _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
        inside = f'<{prefix}is><{prefix}t xml:space="preserve">{escape(written)}</{prefix}t></{prefix}is>'
        return f'{head} t="inlineStr">{inside}</{prefix}c>'.encode()
    marked = "" if kind == "n" else f' t="{kind}"'
    return f"{head}{marked}><{prefix}v>{text}</{prefix}v></{prefix}c>".encode()


def _text(value: str) -> str:
    if len(value.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST_TEXT:
        raise RefusedError(Reason.UNREPRESENTABLE, f"a cell holds at most {LONGEST_TEXT:,} characters")
    if _SURROGATE.search(value):
        raise RefusedError(Reason.UNREPRESENTABLE, "the text holds half a character")
    return value


def _serial(value: date | timedelta, *, date_1904: bool) -> int | float:
    if isinstance(value, timedelta):
        if value < timedelta():
            raise RefusedError(Reason.UNREPRESENTABLE, "a cell cannot show a negative duration")
        passed = value
    else:
        if not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day)  # noqa: DTZ001  # cells know no zone
        if value < (_DAY_ZERO_1904 if date_1904 else _FIRST_DAY_1900):
            raise RefusedError(Reason.UNREPRESENTABLE, f"a date as early as {value:%Y-%m-%d} cannot be held surely")
        passed = value - (_DAY_ZERO_1904 if date_1904 else _DAY_ZERO_1900)
    days = passed / timedelta(days=1)
    return int(days) if days.is_integer() else days


def _number(value: float | Decimal) -> str:
    if not math.isfinite(value):
        raise RefusedError(Reason.UNREPRESENTABLE, "a cell cannot hold a number without end")
    written = f"{value:f}" if isinstance(value, Decimal) else repr(value)
    if Decimal(repr(float(value))) != Decimal(written):
        raise RefusedError(Reason.UNREPRESENTABLE, f"{written} has more digits than a number in a cell keeps")
    return written
