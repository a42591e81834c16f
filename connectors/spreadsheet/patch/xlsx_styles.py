"""A cell format that shows a value: the cell's own, else one equal but for its number format, else a new one."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from xml.parsers import expat

from connectors.spreadsheet.patch.results import CellValue
from connectors.spreadsheet.patch.xlsx_scan import tag_end
from connectors.spreadsheet.xlsx.formats import CellFormat, NumberKind
from connectors.spreadsheet.xlsx.markup import local_name, refuse_doctype
from connectors.spreadsheet.xlsx.refusal import Reason, RefusedError

_SHOWS_NO_NUMBER = frozenset({NumberKind.DATE, NumberKind.DATE_TIME, NumberKind.CLOCK, NumberKind.DURATION})
_BUILT_IN_IDS = {NumberKind.DATE: 14, NumberKind.DATE_TIME: 22, NumberKind.DURATION: 46}


def fitting_kinds(value: CellValue) -> tuple[NumberKind, ...]:
    """Give the kinds of number format that show a value of this type, the best first; none: any format will do."""
    match value:
        case datetime():
            return NumberKind.DATE_TIME, NumberKind.DATE
        case date():
            return NumberKind.DATE, NumberKind.DATE_TIME
        case timedelta():
            return (NumberKind.DURATION, NumberKind.CLOCK) if value < timedelta(days=1) else (NumberKind.DURATION,)
        case None | bool() | str():
            return ()
        case _:
            return NumberKind.NUMBER, NumberKind.PERCENT, NumberKind.TEXT


class StyleBook:
    """The workbook's cell formats, and those to append to them if that is permitted."""

    def __init__(self, formats: tuple[CellFormat, ...], styles: bytes, *, may_append: bool = False) -> None:
        self._formats = formats
        self._styles = styles
        self._may_append = may_append
        self._appended: list[bytes] = []

    def fitted(self, style: str | None, value: CellValue) -> str | None:
        """Give the style index with which a cell of this style shows the value; the same one where it does already.

        Raises:
            RefusedError: no format of the workbook fits, and none may be appended.
        """
        kinds = fitting_kinds(value)
        index = int(style or 0)
        own = self._formats[index].kind if index < len(self._formats) else NumberKind.NUMBER
        if not kinds or own in kinds:
            return style
        if not (set(kinds) & _SHOWS_NO_NUMBER):
            shown = own.replace("_", " ")
            raise RefusedError(Reason.NO_FITTING_FORMAT, f"its number format would show the number as a {shown}")
        twin = self._twin(index, kinds)
        if twin is not None:
            return str(twin)
        if not self._may_append or index >= len(self._parsed[0]):
            wanted = kinds[0].replace("_", " and ")
            raise RefusedError(
                Reason.NO_FITTING_FORMAT, f"it is not formatted to show a {wanted}, and no format of the workbook fits"
            )
        return str(self._append(index, kinds[0]))

    def changed_styles(self) -> bytes | None:
        """Give the styles part with the appended formats; None when there are none."""
        if not self._appended:
            return None
        start, end = self._parsed[1]
        tag = self._styles[start : tag_end(self._styles, start)]
        count = b'count="%d"' % (len(self._parsed[0]) + len(self._appended))
        counted = re.sub(rb"count\s*=\s*(\"[^\"]*\"|'[^']*')", count, tag, count=1)
        body = self._styles[start + len(tag) : end]
        return self._styles[:start] + counted + body + b"".join(self._appended) + self._styles[end:]

    @cached_property
    def _parsed(self) -> tuple[list[bytes], tuple[int, int]]:
        return _xf_elements(self._styles) if self._styles else ([], (0, 0))

    @cached_property
    def _looks(self) -> list[bytes]:
        return [_look(xf) for xf in self._parsed[0]]

    def _twin(self, index: int, kinds: tuple[NumberKind, ...]) -> int | None:
        if index >= len(self._looks):
            return None
        for kind in kinds:
            for other, (cell_format, look) in enumerate(zip(self._formats, self._looks, strict=False)):
                if cell_format.kind is kind and look == self._looks[index]:
                    return other
        return None

    def _append(self, index: int, kind: NumberKind) -> int:
        xf = self._parsed[0][index]
        tag = xf[: tag_end(xf, 0)]
        new = _with_attribute(
            _with_attribute(tag, b"numFmtId", b"%d" % _BUILT_IN_IDS[kind]), b"applyNumberFormat", b"1"
        )
        whole = new + xf[len(tag) :]
        if whole not in self._appended:
            self._appended.append(whole)
        return len(self._parsed[0]) + self._appended.index(whole)


def _look(xf: bytes) -> bytes:
    """Give a format's element without its number format."""
    return re.sub(rb"\s(?:numFmtId|applyNumberFormat)\s*=\s*(?:\"[^\"]*\"|'[^']*')", b"", xf)


def _with_attribute(tag: bytes, name: bytes, value: bytes) -> bytes:
    changed, found = re.subn(
        rb"(\s" + name + rb"\s*=\s*)(?:\"[^\"]*\"|'[^']*')", rb'\g<1>"' + value + b'"', tag, count=1
    )
    return changed if found else re.sub(rb"(\s*/?>)$", b" " + name + b'="' + value + rb'"\1', tag)


def _xf_elements(styles: bytes) -> tuple[list[bytes], tuple[int, int]]:
    """Give the elements of `cellXfs` as they stand, and where the list's start tag and end tag begin."""
    found: list[bytes] = []
    place = [0, 0]
    depth = start = 0
    inside = False

    def opened(name: str, _: Mapping[str, str]) -> None:
        nonlocal depth, start, inside
        depth += 1
        if depth == 2 and local_name(name) == "cellXfs":
            inside = True
            place[0] = parser.CurrentByteIndex
        elif depth == 3 and inside:
            start = parser.CurrentByteIndex

    def closed(_: str) -> None:
        nonlocal depth, inside
        depth -= 1
        if depth == 2 and inside:
            end = tag_end(styles, start)
            if not styles[start:end].endswith(b"/>"):
                end = tag_end(styles, parser.CurrentByteIndex)
            found.append(styles[start:end])
        elif depth == 1 and inside:
            inside = False
            place[1] = parser.CurrentByteIndex

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.Parse(styles, True)
    return found, (place[0], place[1])
