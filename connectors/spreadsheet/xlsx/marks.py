"""What a value reader loses of a sheet: error cells, formulas never calculated, formats, merged ranges, hidden rows.

python-calamine gives an empty text for an error and for a formula without a stored result, and no number formats (0.5
for 50 %). One expat pass over the sheet part, streamed from the archive, brings them back. Where the part's bytes hold
no mark but number formats, looking for those bytes is enough.
"""

import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from xml.parsers import expat

from connectors.spreadsheet.xlsx.addresses import Area, areas, column_number
from connectors.spreadsheet.xlsx.formats import NumberKind
from connectors.spreadsheet.xlsx.markup import MarkupError, refuse_doctype
from connectors.spreadsheet.xlsx.package import Package, Sheet
from connectors.spreadsheet.xlsx.refusal import Reason, RefusedError
from connectors.spreadsheet.xlsx.spans import Spans

MARKED_KINDS = frozenset({NumberKind.PERCENT, NumberKind.CLOCK, NumberKind.DURATION})
"""The formats that a reader of values needs told: dates arrive typed, but 50 % as 0.5, a duration as a clock time."""

Mark: TypeAlias = NumberKind | int
"""What a cell's format says that is kept: the kind of its number format, or by how much its text is indented."""

_PIECE = 1 << 20


@dataclass(slots=True)
class SheetMarks:
    """The marks of one sheet; rows and columns count from 1.

    `rows` and `columns` are the largest that hold a value (0: none): cells that are only formatted do not count.
    `errors` gives the code (`#REF!`) by row and column. `uncalculated` are formulas without a stored result. `kinds`
    holds, by column and kind, the rows whose number format is one of `MARKED_KINDS` (see `kind_at`); `indents` likewise
    those whose format indents the text, by column and width.
    """

    rows: int = 0
    columns: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    uncalculated: set[tuple[int, int]] = field(default_factory=set)
    merged: list[Area] = field(default_factory=list)
    hidden_rows: Spans = field(default_factory=Spans)
    hidden_columns: Spans = field(default_factory=Spans)
    kinds: dict[tuple[int, NumberKind], Spans] = field(default_factory=lambda: defaultdict(Spans))

    indents: dict[tuple[int, int], Spans] = field(default_factory=lambda: defaultdict(Spans))

    def rows_of(self, column: int, mark: Mark) -> Spans:
        """Give the rows of a column whose formats bear a mark."""
        return self.kinds[column, mark] if isinstance(mark, NumberKind) else self.indents[column, mark]

    def kind_at(self, row: int, column: int) -> NumberKind | None:
        """Give the marked kind of a cell's number format; None for every other format."""
        return next((kind for kind in MARKED_KINDS if row in self.kinds.get((column, kind), ())), None)


def read_marks(package: Package, sheet: Sheet, *, indents: bool = False) -> SheetMarks:
    """Give the marks of a worksheet, in memory that grows with the number of its marks, not of its cells.

    Indented cells are looked for only with `indents`: most of them are ornament.

    Raises:
        RefusedError: the part is missing, damaged or declares a document type.
    """
    marked: dict[str, tuple[Mark, ...]] = {}
    for index, cell_format in enumerate(package.formats):
        marks: list[Mark] = [cell_format.kind] if cell_format.kind in MARKED_KINDS else []
        marks += [cell_format.indent] if indents and cell_format.indent else []
        if marks:
            marked[str(index)] = tuple(marks)
    try:
        return _PlainScan(marked).run(package, sheet) or _Pass(marked).run(package, sheet)
    except (MarkupError, expat.ExpatError, ValueError) as error:
        raise RefusedError(Reason.DAMAGED, f"the sheet “{sheet.name}” is not well-formed: {error}") from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise RefusedError(Reason.DAMAGED, f"the sheet “{sheet.name}” cannot be unpacked: {error}") from error


_COLUMN = re.compile(rb'<c r="([A-Z]+)')
_ROW = re.compile(rb'<row r="([0-9]+)"')
_MARKS = (
    (b"f", b"<f"),
    (b"e", b'="e"'),
    (b"h", b"hidden="),
    (b"m", b"<mergeCell"),
    (b"!", b"<!"),
    (b"'", b"='"),
    (b" =", b" ="),
    (b"= ", b"= "),
    (b"<c>", b"<c>"),
    (b"<row>", b"<row>"),
)
"""After a byte of it that is rare among cells, where it has one: a single byte is found ten times as fast."""
_SMALL_AREA = 4_000_000
"""Up to so many cells it does not matter whether those that are only formatted are counted as filled."""


class _PlainScan:
    """Reads the marks of a sheet that has none but number formats by looking for bytes, ten times as fast as a pass.

    Sure only where the markup has the form that Excel and the usual libraries write: no prefix, double quotes, address
    and style as a cell's first attributes. Everything else takes the full pass.
    """

    def __init__(self, marked: Mapping[str, tuple[Mark, ...]]) -> None:
        styles = b"|".join(style.encode() for style in marked)
        self._marked = {style.encode(): marks for style, marks in marked.items()}
        self._style = re.compile(rb' s="(?:%s)"' % styles) if marked else None
        self._formatted = re.compile(rb'<c r="([A-Z]+)([0-9]+)" s="(%s)"' % styles)
        self._spans: dict[tuple[bytes, Mark], Spans] = defaultdict(Spans)
        self._columns: set[bytes] = set()
        self._last_row = self._open_rows = self._open_cells = 0

    def run(self, package: Package, sheet: Sheet) -> SheetMarks | None:
        """Give the marks; None where only the full pass can be sure."""
        rest = b""
        with package.stream(sheet.part) as stream:
            while piece := stream.read(_PIECE):
                window = rest + piece
                # Looked at up to the last tag, which may be torn apart and is looked at again with the next piece.
                cut = window.rfind(b"<")
                whole, rest = window[:cut], window[cut:]
                torn = cut < 0 or len(rest) > _PIECE
                if torn or any(rare in window and mark in window for rare, mark in _MARKS) or not self._see(whole):
                    return None
        columns = {letters: column_number(letters.decode()) for letters in self._columns}
        marks = SheetMarks(self._last_row, max(columns.values(), default=0))
        valueless = self._open_cells or self._open_rows
        if not columns or (valueless and marks.rows * marks.columns > _SMALL_AREA):
            return None
        for (letters, mark), spans in self._spans.items():
            if isinstance(mark, NumberKind):
                marks.kinds[columns[letters], mark] = spans
            else:
                marks.indents[columns[letters], mark] = spans
        return marks

    def _see(self, whole: bytes) -> bool:
        """Take in a piece; False where its markup has another form."""
        placed, numbered = _COLUMN.findall(whole), _ROW.findall(whole)
        if whole.count(b"<c ") != len(placed) or whole.count(b"<row ") != len(numbered):
            return False
        # Elements without contents have no end tag: what is still open at a cut is closed later.
        self._open_cells += len(placed) - whole.count(b"</c>")
        self._open_rows += len(numbered) - whole.count(b"</row>")
        self._columns.update(placed)
        self._last_row = max(self._last_row, max(map(int, numbered), default=0))
        return self._style is None or self._see_formats(whole, len(self._style.findall(whole)))

    def _see_formats(self, whole: bytes, expected: int) -> bool:
        found = 0
        for letters, row, style in self._formatted.findall(whole):
            found += 1
            for mark in self._marked[style]:
                self._spans[letters, mark].add(int(row))
        return found == expected


class _Pass:
    """One expat pass over a sheet part; text is collected only inside the few cells where it matters."""

    def __init__(self, marked: Mapping[str, tuple[Mark, ...]]) -> None:
        self._marked = marked
        self._marks = SheetMarks()
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = refuse_doctype
        self._parser.StartElementHandler = self._root
        self._row = self._column = 0
        self._written_row = ""
        self._type = ""
        self._formula = False
        self._text: list[str] = []
        self._handlers: dict[str, Callable[[dict[str, str]], None]] = {}
        self._value_name = ""

    def run(self, package: Package, sheet: Sheet) -> SheetMarks:
        with package.stream(sheet.part) as stream:
            while piece := stream.read(_PIECE):
                self._parser.Parse(piece, False)
            self._parser.Parse(b"", True)
        self._leave_cell()
        self._marks.kinds = dict(self._marks.kinds)
        return self._marks

    def _root(self, name: str, _: dict[str, str]) -> None:
        # The sheet's own elements carry the root's prefix; an extension's `xm:f` is then never taken for a formula.
        prefix = name[: name.find(":") + 1]
        self._handlers = {
            f"{prefix}c": self._cell,
            f"{prefix}v": self._value,
            f"{prefix}is": self._filled,
            f"{prefix}f": self._has_formula,
            f"{prefix}row": self._new_row,
            f"{prefix}col": self._columns,
            f"{prefix}mergeCell": self._merge,
        }
        self._value_name = f"{prefix}v"
        self._parser.StartElementHandler = self._start

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        handler = self._handlers.get(name)
        if handler:
            handler(attributes)

    def _cell(self, attributes: dict[str, str]) -> None:
        if self._formula:
            self._leave_cell()
        address = attributes.get("r")
        if address is None:
            self._column += 1
        else:
            letters = address.rstrip("0123456789")
            self._column = column_number(letters)
            written = address[len(letters) :]
            if written != self._written_row:
                self._row, self._written_row = int(written), written
        self._type = attributes.get("t", "")
        for mark in self._marked.get(attributes.get("s", "0"), ()):
            self._marks.rows_of(self._column, mark).add(self._row)

    def _filled(self, _: dict[str, str]) -> None:
        marks = self._marks
        if self._column > marks.columns:  # noqa: PLR1730  # two calls of max for each of a million cells cost a third
            marks.columns = self._column
        if self._row > marks.rows:  # noqa: PLR1730
            marks.rows = self._row

    def _value(self, attributes: dict[str, str]) -> None:
        self._filled(attributes)
        if self._formula or self._type == "e":
            self._text = []
            self._parser.CharacterDataHandler = self._text.append
            self._parser.EndElementHandler = self._value_ends

    def _value_ends(self, name: str) -> None:
        if name != self._value_name:
            return
        self._parser.CharacterDataHandler = None
        self._parser.EndElementHandler = None
        text = "".join(self._text).strip()
        if self._type == "e" and text:
            self._marks.errors[self._row, self._column] = text
        # An empty text is a result; an empty number is how some libraries leave a formula that nobody calculated.
        if text or self._type == "str":
            self._formula = False

    def _has_formula(self, attributes: dict[str, str]) -> None:
        self._filled(attributes)
        self._formula = True

    def _leave_cell(self) -> None:
        if self._formula:
            self._marks.uncalculated.add((self._row, self._column))
            self._formula = False

    def _new_row(self, attributes: dict[str, str]) -> None:
        self._leave_cell()
        written = attributes.get("r")
        self._row = self._row + 1 if written is None else int(written)
        self._written_row = str(self._row)
        self._column = 0
        if attributes.get("hidden") in {"1", "true"}:
            self._marks.hidden_rows.add(self._row)

    def _columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in {"1", "true"}:
            self._marks.hidden_columns.add(int(attributes["min"]), int(attributes["max"]))

    def _merge(self, attributes: dict[str, str]) -> None:
        self._marks.merged.extend(areas(attributes.get("ref", "")))
