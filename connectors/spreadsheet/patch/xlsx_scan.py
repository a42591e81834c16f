"""Where the wanted cells stand in a sheet part, to the byte, and what else in the sheet speaks against changing them.

expat gives exact positions and checks that the part is well-formed. Looking for tags by their text would go wrong in
prefixed sheets (`x:c`), self-closed cells and extensions.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from xml.parsers import expat

from connectors.spreadsheet.xlsx.addresses import Area, areas, cell_position, column_number
from connectors.spreadsheet.xlsx.markup import MarkupError, refuse_doctype
from connectors.spreadsheet.xlsx.refusal import Reason, RefusedError

MAIN_NAMESPACES = frozenset(
    {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    }
)
_TAG = re.compile(rb"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_DECLARED_ENCODING = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml[^>]*\sencoding\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
_UTF8_NAMES = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
_TRUE = frozenset({"1", "true"})


@dataclass(slots=True)
class CellSpan:
    """A wanted cell that exists: the byte range of its element, and what matters of it."""

    start: int
    end: int
    style: str | None
    has_formula: bool = False
    has_rich_data: bool = False


@dataclass(slots=True)
class RowSpan:
    """A row that holds or shall hold wanted cells. `end` is where its end tag begins; none when it closes itself."""

    start: int
    tag_end: int
    attributes: dict[str, str]
    end: int | None = None
    cells: dict[int, CellSpan] = field(default_factory=dict)
    insert_at: dict[int, int] = field(default_factory=dict)

    @property
    def style(self) -> str | None:
        """The row's own style for cells that do not exist yet."""
        return self.attributes.get("s") if self.attributes.get("customFormat") in _TRUE else None

    @property
    def hidden(self) -> bool:
        """Whether the row is hidden, by hand or by a filter."""
        return self.attributes.get("hidden") in _TRUE


@dataclass(slots=True)
class Validation:
    """A data validation: its type, the cells it holds for, its first formula as written."""

    type: str
    areas: tuple[Area, ...]
    formula: str


@dataclass(slots=True)
class SheetScan:
    """What one pass over a sheet part found; positions are bytes of `data`."""

    data: bytes
    prefix: str = ""
    rows: dict[int, RowSpan] = field(default_factory=dict)
    insert_rows_at: dict[int, int] = field(default_factory=dict)
    sheet_data: tuple[int, int] = (0, 0)
    sheet_data_end: int | None = None
    dimension: tuple[int, int, str] | None = None
    column_styles: list[tuple[int, int, str]] = field(default_factory=list)
    above: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[Area] = field(default_factory=list)
    arrays: list[Area] = field(default_factory=list)
    validations: list[Validation] = field(default_factory=list)
    protected: bool = False


def scan_sheet(data: bytes, wanted: Iterable[tuple[int, int]]) -> SheetScan:
    """Find the wanted cells (row, column) in a worksheet part.

    Raises:
        RefusedError: the part is not UTF-8, not well-formed, no worksheet, or its rows or cells are out of order.
    """
    declared = _DECLARED_ENCODING.match(data)
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"} or (declared and declared[1].lower() not in _UTF8_NAMES):
        raise RefusedError(Reason.NOT_UTF8, "the sheet is not stored as UTF-8")
    try:
        return _Scanner(data, wanted).run()
    except MarkupError as error:
        raise RefusedError(Reason.DOCTYPE, str(error)) from error
    except (expat.ExpatError, ValueError) as error:
        raise RefusedError(Reason.DAMAGED, f"the sheet is not well-formed: {error}") from error


def tag_end(data: bytes, start: int) -> int:
    """Give the position behind the tag that begins at `start`."""
    match = _TAG.match(data, start)
    if match is None:
        raise RefusedError(Reason.DAMAGED, "the sheet is not well-formed")
    return match.end()


class _Names(dict[str, str]):
    """Local names of the sheet's own elements by what expat calls them; elements of extensions get none."""

    def __missing__(self, name: str) -> str:
        namespace, _, rest = name.partition(" ")
        self[name] = rest.split(" ")[0] if namespace in MAIN_NAMESPACES else ""
        return self[name]


class _Scanner:
    def __init__(self, data: bytes, wanted: Iterable[tuple[int, int]]) -> None:
        self._scan = SheetScan(data)
        self._wanted: dict[int, list[int]] = defaultdict(list)
        for row, column in sorted(set(wanted)):
            self._wanted[row].append(column)
        self._all_rows = sorted(self._wanted)
        self._pending_rows = list(self._all_rows)
        self._wanted_columns = {column for columns in self._wanted.values() for column in columns}
        self._styles_above: dict[int, tuple[int, str, bool]] = {}
        self._names = _Names()
        self._depth = self._row = self._column = 0
        self._in_data = False
        self._current: RowSpan | None = None
        self._pending_columns: list[int] = []
        self._cell: CellSpan | None = None
        self._validation: dict[str, str] | None = None
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.namespace_prefixes = True
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        # Most rows are far from any wanted one: their cells are passed over, which halves the time.
        self._far: dict[str, Callable[[dict[str, str]], None]] = {"row": self._open_row, "f": self._formula}
        self._near = self._far | {"c": self._open_cell}
        self._inside_data = self._far
        self._near_rows = {row + below for row in self._wanted for below in (-2, -1, 0)}

    def run(self) -> SheetScan:
        self._parser.Parse(self._scan.data, True)
        if self._scan.sheet_data == (0, 0):
            raise RefusedError(Reason.DAMAGED, "the sheet has no place for cells")
        return self._scan

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        local = self._names[name]
        if self._in_data:
            handler = self._inside_data.get(local)
            if handler:
                handler(attributes)
        elif self._depth == 1:
            if local != "worksheet":
                raise RefusedError(Reason.NOT_A_WORKBOOK, "the sheet is of a kind or version that is not known here")
        elif local == "sheetData":
            self._open_data(name)
        else:
            self._around(name, local, attributes)

    def _open_data(self, name: str) -> None:
        parts = name.split(" ")
        self._scan.prefix = f"{parts[2]}:" if len(parts) == 3 else ""  # namespace, name, prefix
        start = self._parser.CurrentByteIndex
        self._scan.sheet_data = (start, tag_end(self._scan.data, start))
        self._in_data = True

    def _around(self, name: str, local: str, attributes: dict[str, str]) -> None:
        match local:
            case "dimension":
                start = self._parser.CurrentByteIndex
                self._scan.dimension = (start, tag_end(self._scan.data, start), attributes.get("ref", ""))
            case "col" if attributes.get("style", "0") != "0":
                self._scan.column_styles.append((int(attributes["min"]), int(attributes["max"]), attributes["style"]))
            case "mergeCell":
                merged = areas(attributes.get("ref", ""))
                self._scan.merges.extend(area for area in merged if self._touches(area))
            case "sheetProtection":
                self._scan.protected = attributes.get("sheet") in _TRUE
            case _:
                self._validation_part(name.split(" ")[1] if " " in name else name, attributes)

    def _validation_part(self, local: str, attributes: dict[str, str]) -> None:
        # The main form keeps its cells in an attribute, the extension (x14) in an element; else they are alike.
        if local == "dataValidation":
            cells = attributes.get("sqref", "")
            self._validation = {"type": attributes.get("type", "none"), "sqref": cells, "formula1": ""}
        elif self._validation is not None and local in {"formula1", "sqref"}:
            kept, pieces = self._validation, []

            def collect(text: str) -> None:
                pieces.append(text)
                kept[local] = "".join(pieces)

            self._parser.CharacterDataHandler = collect

    def _open_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes["r"]) if "r" in attributes else self._row + 1
        if number <= self._row:
            raise RefusedError(Reason.DAMAGED, f"row {number} of the sheet stands behind row {self._row}")
        self._row, self._column = number, 0
        self._inside_data = self._near if number in self._near_rows else self._far
        start = self._parser.CurrentByteIndex
        while self._pending_rows and self._pending_rows[0] < number:
            self._scan.insert_rows_at[self._pending_rows[0]] = start
            self._inherit_styles(self._pending_rows.pop(0))
        if self._pending_rows and self._pending_rows[0] == number:
            self._pending_rows.pop(0)
            self._current = RowSpan(start, tag_end(self._scan.data, start), attributes)
            self._scan.rows[number] = self._current
            self._pending_columns = list(self._wanted[number])

    def _open_cell(self, attributes: dict[str, str]) -> None:
        address = attributes.get("r")
        before = self._column
        self._column = column = before + 1 if address is None else column_number(address.rstrip("0123456789"))
        if self._current is not None:
            if column <= before or (address is not None and cell_position(address)[0] != self._row):
                raise RefusedError(Reason.DAMAGED, f"the cells of row {self._row} of the sheet are out of order")
            self._place_cell(column, attributes)
        if column in self._wanted_columns:
            self._note_style(column, attributes.get("s", "0"))

    def _place_cell(self, column: int, attributes: dict[str, str]) -> None:
        row, start = self._current, self._parser.CurrentByteIndex
        assert row is not None  # noqa: S101  # only called within a wanted row
        while self._pending_columns and self._pending_columns[0] < column:
            row.insert_at[self._pending_columns.pop(0)] = start
        if self._pending_columns and self._pending_columns[0] == column:
            self._pending_columns.pop(0)
            self._cell = CellSpan(start, 0, attributes.get("s"), has_rich_data="vm" in attributes)
            row.cells[column] = self._cell

    def _formula(self, attributes: dict[str, str]) -> None:
        if attributes.get("t") in {"array", "dataTable"}:
            self._scan.arrays.extend(areas(attributes.get("ref", "")))
        if self._cell is not None:
            self._cell.has_formula = True

    def _end(self, name: str) -> None:
        self._depth -= 1
        if not self._in_data:
            self._end_validation(name)
            return
        if self._cell is not None and self._names[name] == "c":
            self._end_cell(self._cell)
        elif self._depth == 2 and self._current is not None:  # a row's end: worksheet, sheetData
            self._end_row(self._current)
        elif self._depth == 1:
            self._in_data = False
            for row_number in self._pending_rows:
                self._inherit_styles(row_number)
            if not self._closes_itself(*self._scan.sheet_data):
                self._scan.sheet_data_end = self._parser.CurrentByteIndex

    def _end_cell(self, cell: CellSpan) -> None:
        end = tag_end(self._scan.data, cell.start)
        if not self._closes_itself(cell.start, end):
            end = tag_end(self._scan.data, self._parser.CurrentByteIndex)
        cell.end = end
        self._cell = None

    def _end_row(self, row: RowSpan) -> None:
        if not self._closes_itself(row.start, row.tag_end):
            row.end = self._parser.CurrentByteIndex
            row.insert_at.update(dict.fromkeys(self._pending_columns, row.end))
        self._inherit_styles(self._row)
        self._current = None

    def _note_style(self, column: int, style: str) -> None:
        row, above, _ = self._styles_above.get(column, (0, "", False))
        self._styles_above[column] = (self._row, style, row == self._row - 1 and above == style)

    def _inherit_styles(self, row: int) -> None:
        # Two cells alike right above: the body of a list. A single one could be its heading, whose looks do not go on.
        for column in self._wanted[row]:
            at, style, repeated = self._styles_above.get(column, (0, "", False))
            if at == row - 1 and repeated:
                self._scan.above[row, column] = style

    def _end_validation(self, name: str) -> None:
        self._parser.CharacterDataHandler = None
        if self._validation is not None and name.split(" ")[1:2] == ["dataValidation"]:
            kept, self._validation = self._validation, None
            self._scan.validations.append(Validation(kept["type"], areas(kept["sqref"]), kept["formula1"].strip()))

    def _touches(self, area: Area) -> bool:
        at = bisect_left(self._all_rows, area.top)
        return at < len(self._all_rows) and self._all_rows[at] <= area.bottom

    def _closes_itself(self, start: int, end: int) -> bool:
        return self._scan.data[start:end].endswith(b"/>")
