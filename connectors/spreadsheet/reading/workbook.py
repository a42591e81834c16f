"""Workbooks through python-calamine, with what it loses put back by the marks of each sheet.

calamine gives an empty text for an error and for a formula that was never calculated, 0.5 for 50 %, and a date in 1900
for 36:00; it aborts the process on one cell in the last row and column, so the marks' size is looked at first.
"""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path

import python_calamine

from connectors.spreadsheet.reading.grid import Grid, Row
from connectors.spreadsheet.reading.signature import UnreadableFileError, unreadable
from connectors.spreadsheet.values.cells import Broken, Cell, Fraction, is_absent
from connectors.spreadsheet.xlsx.addresses import Area
from connectors.spreadsheet.xlsx.formats import NumberKind
from connectors.spreadsheet.xlsx.marks import SheetMarks, read_marks
from connectors.spreadsheet.xlsx.package import Package
from connectors.spreadsheet.xlsx.package import Sheet as SheetPart
from connectors.spreadsheet.xlsx.refusal import Reason, RefusedError

LARGEST_UNPACKED = 4 << 30
LARGEST_RATIO = 200
SUSPICIOUS_SIZE = 256 << 20
"""A small archive of more unpacked bytes than this, packed tighter than the ratio, is a zip bomb and no plan."""
LARGEST_AREA = 60_000_000
"""Cells of the rectangle that holds all values; calamine allocates it whole."""


class Workbook:
    """An open workbook; its sheets are read when asked for."""

    def __init__(self, path: Path, place: str) -> None:
        """Open the file.

        Raises:
            UnreadableFileError: it is damaged, protected, no workbook or implausibly big.
        """
        self._place = place
        try:
            self._package = Package.open(path)
        except RefusedError as error:
            raise self._refused(error) from error
        try:
            self._refuse_bombs(path)
            self._sheets = self._package.sheets
            self._book = _loaded(path)
        except RefusedError as error:
            raise self._refused(error) from error
        except (python_calamine.CalamineError, zipfile.BadZipFile, ValueError) as error:
            raise self._damaged(str(error)) from error

    def names(self) -> list[tuple[str, bool]]:
        """Give the names of the worksheets in order, and whether each is visible."""
        return [(sheet.name, sheet.state == "visible") for sheet in self._sheets if sheet.kind == "worksheet"]

    def grid(self, name: str, *, indents: bool = False) -> Grid:
        """Read one sheet; with `indents` also by how much its cells are indented.

        Raises:
            UnreadableFileError: it is damaged, or holds a cell so far out that it cannot be read.
        """
        part = next(sheet for sheet in self._sheets if sheet.name == name)
        try:
            marks = read_marks(self._package, part, indents=indents)
            self._refuse_far_cells(part, marks)
            sheet = self._book.get_sheet_by_name(name)
            overlay = _Overlay(marks, date_1904=self._package.date_1904)
        except RefusedError as error:
            raise self._refused(error) from error
        except python_calamine.CalamineError as error:
            raise self._damaged(str(error)) from error
        return Grid(
            name, partial(_rows, sheet, overlay), part.state == "visible", marks.merged, indents=dict(marks.indents)
        )

    def _refuse_bombs(self, path: Path) -> None:
        unpacked = self._package.uncompressed_size
        tight = unpacked > SUSPICIOUS_SIZE and unpacked > LARGEST_RATIO * path.stat().st_size
        if unpacked > LARGEST_UNPACKED or tight:
            raise unreadable(
                self._place,
                f"The workbook would unpack to {unpacked >> 20:,} MB.",
                "Look who sent it; if it is genuine, split it into smaller workbooks.",
            )

    def _refuse_far_cells(self, part: SheetPart, marks: SheetMarks) -> None:
        if marks.rows * marks.columns > LARGEST_AREA:
            place = f"{self._place}, sheet {part.name}"
            raise unreadable(
                place,
                f"The sheet reaches to row {marks.rows:,} and column {marks.columns:,}: a stray cell is far out.",
                "Press Ctrl+End in the sheet, delete the rows and columns behind the table, and save.",
            )

    def _refused(self, error: RefusedError) -> UnreadableFileError:
        if error.reason is Reason.ENCRYPTED:
            step = "Save a copy without the password for opening."
        elif error.reason is Reason.DAMAGED:
            step = "Open it in a spreadsheet program and save it again, or restore it from a copy."
        else:
            step = "Save it as .xlsx from a spreadsheet program."
        return unreadable(self._place, f"The workbook cannot be read: {error.words}.", step)

    def _damaged(self, reason: str) -> UnreadableFileError:
        return unreadable(
            self._place,
            f"The workbook is damaged ({reason}).",
            "Open it in a spreadsheet program and save it again, or restore it from a copy.",
        )


def _loaded(path: Path) -> python_calamine.CalamineWorkbook:
    """Load a file. Of a disk that fails calamine says that the format is unknown: a second look tells."""
    try:
        return python_calamine.load_workbook(path)
    except python_calamine.CalamineError:
        with path.open("rb") as source:
            while source.read(1 << 20):
                pass
        return python_calamine.load_workbook(path)


class _Overlay:
    """What is put back into a sheet's rows, by row."""

    def __init__(self, marks: SheetMarks, *, date_1904: bool) -> None:
        self._broken: dict[int, list[tuple[int, Broken]]] = {}
        for (row, column), code in marks.errors.items():
            self._broken.setdefault(row, []).append((column, Broken(code)))
        for row, column in marks.uncalculated:
            self._broken.setdefault(row, []).append((column, Broken(None)))
        self._kinds = [(column, kind, rows) for (column, kind), rows in marks.kinds.items()]
        self._merged: dict[int, list[Area]] = {}
        for area in marks.merged:
            for row in range(area.top, min(area.bottom, area.top + 100_000) + 1):
                self._merged.setdefault(row, []).append(area)
        self._labels: dict[Area, str] = {}
        # 36:00 in the format h:mm arrives as noon of the calendar's first day.
        self._first_day = _midnight(date(1904, 1, 1)) if date_1904 else _midnight(date(1899, 12, 31))  # no instant

    @property
    def empty(self) -> bool:
        """Whether the rows stand as they are."""
        return not (self._broken or self._kinds or self._merged)

    def apply(self, number: int, cells: list[Cell]) -> None:
        """Put back what belongs into a row."""
        for column, broken in self._broken.get(number, ()):
            _put(cells, column, broken)
        for column, kind, rows in self._kinds:
            if column <= len(cells) and number in rows:
                cells[column - 1] = self._shown(cells[column - 1], kind)
        for area in self._merged.get(number, ()):
            self._cover(number, area, cells)

    def _shown(self, cell: Cell, kind: NumberKind) -> Cell:
        match cell:
            case bool():
                return cell
            case int() | float() if kind is NumberKind.PERCENT:
                return Fraction(float(cell))
            case datetime() if kind in {NumberKind.CLOCK, NumberKind.DURATION}:
                return cell - self._first_day
            case date() if kind in {NumberKind.CLOCK, NumberKind.DURATION}:
                return _midnight(cell) - self._first_day  # no instant
            case int() | float() if kind is NumberKind.DURATION:
                return timedelta(days=float(cell))
            case _:
                return cell

    def _cover(self, number: int, area: Area, cells: list[Cell]) -> None:
        if number == area.top:
            first = cells[area.left - 1] if area.left <= len(cells) else None
            # A merged number is one number; a merged label is said of each of its cells.
            if isinstance(first, str) and not is_absent(first):
                self._labels[area] = first
        if label := self._labels.get(area):
            for column in range(area.left, min(area.right, area.left + 500) + 1):
                _put(cells, column, label)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _put(cells: list[Cell], column: int, cell: Cell) -> None:
    if column > len(cells):
        cells.extend([None] * (column - len(cells)))
    cells[column - 1] = cell


def _rows(sheet: python_calamine.CalamineSheet, overlay: _Overlay) -> Iterator[Row]:
    left: list[Cell] = [None] * (sheet.start[1] if sheet.start else 0)
    plain = overlay.empty
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        row: list[Cell] = [*left, *cells] if left else list(cells)
        if not plain:
            overlay.apply(number, row)
        yield number, row
