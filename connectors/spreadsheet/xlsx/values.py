"""Single cells as the file stores them, read by one streamed pass: to compare, to verify, for lists of values."""

import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

from connectors.spreadsheet.xlsx.addresses import Area, cell_position
from connectors.spreadsheet.xlsx.markup import MarkupError, local_name, refuse_doctype
from connectors.spreadsheet.xlsx.package import Package, Sheet
from connectors.spreadsheet.xlsx.refusal import Reason, RefusedError

_PIECE = 1 << 20
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class StoredCell:
    """A cell as stored: type (`n`, `s`, `str`, `inlineStr`, `b`, `e`, `d`), style index, content, whether a formula.

    Text is resolved and unescaped; `content` of a number is its digits as written.
    """

    type: str
    style: int
    content: str
    has_formula: bool


def stored_cells(
    package: Package, sheet: Sheet, wanted: Area | Collection[tuple[int, int]]
) -> dict[tuple[int, int], StoredCell]:
    """Give the wanted cells that exist, by row and column.

    Raises:
        RefusedError: a part is missing, damaged or not well-formed.
    """
    try:
        with package.stream(sheet.part) as stream:
            found = _Cells(wanted).read(stream)
        shared = {int(cell.content) for cell in found.values() if cell.type == "s" and cell.content}
        texts = _shared_texts(package, shared) if shared else {}
    except (MarkupError, expat.ExpatError, ValueError) as error:
        raise RefusedError(Reason.DAMAGED, f"the sheet “{sheet.name}” is not well-formed: {error}") from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise RefusedError(Reason.DAMAGED, f"the sheet “{sheet.name}” cannot be unpacked: {error}") from error
    return {
        place: StoredCell(cell.type, cell.style, texts.get(int(cell.content), ""), cell.has_formula)
        if cell.type == "s" and cell.content
        else cell
        for place, cell in found.items()
    }


def unescaped(text: str) -> str:
    """Undo `_xHHHH_` (ECMA-376 part 1, 22.9.2.19)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _shared_texts(package: Package, wanted: Collection[int]) -> dict[int, str]:
    part = next(iter(package.linked(package.main_part, "sharedStrings")), None)
    if part is None:
        return {}
    with package.stream(part) as stream:
        return {index: text for index, text in _Texts(stream) if index in wanted}


class _Texts:
    """The shared strings in order; phonetic readings (`rPh`) are no part of a text."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._pieces: list[str] = []
        self._done: list[str] = []
        self._phonetic = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = refuse_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def __iter__(self) -> Iterator[tuple[int, str]]:
        count = 0
        while piece := self._stream.read(_PIECE):
            self._parser.Parse(piece, False)
            yield from enumerate(self._done, count)
            count += len(self._done)
            self._done.clear()

    def _start(self, name: str, _: dict[str, str]) -> None:
        local = local_name(name)
        self._phonetic += local == "rPh"
        if local == "t" and not self._phonetic:
            self._parser.CharacterDataHandler = self._pieces.append

    def _end(self, name: str) -> None:
        local = local_name(name)
        self._phonetic -= local == "rPh"
        if local == "t":
            self._parser.CharacterDataHandler = None
        elif local == "si":
            self._done.append(unescaped("".join(self._pieces)))
            self._pieces.clear()


class _Cells:
    """One pass that keeps the wanted cells."""

    def __init__(self, wanted: Area | Collection[tuple[int, int]]) -> None:
        places = frozenset[tuple[int, int]]() if isinstance(wanted, Area) else frozenset(wanted)
        self._is_wanted = wanted.holds if isinstance(wanted, Area) else lambda *place: place in places
        self._found: dict[tuple[int, int], StoredCell] = {}
        self._row = self._column = self._phonetic = 0
        self._cell: dict[str, str] | None = None
        self._pieces: list[str] = []
        self._formula = False
        self._in_data = False

    def read(self, stream: IO[bytes]) -> dict[tuple[int, int], StoredCell]:
        parser = self._parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        while piece := stream.read(_PIECE):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
        return self._found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match local_name(name):
            case "sheetData":
                self._in_data = True
            case "row" if self._in_data:
                self._row = int(attributes.get("r", self._row + 1))
                self._column = 0
            case "c" if self._in_data:
                self._open_cell(attributes)
            case "f" if self._cell is not None:
                self._formula = True
            case "rPh":
                self._phonetic += 1
            case "v" | "t" if self._cell is not None and not self._phonetic:
                self._parser.CharacterDataHandler = self._pieces.append

    def _open_cell(self, attributes: dict[str, str]) -> None:
        address = attributes.get("r")
        self._column = cell_position(address)[1] if address else self._column + 1
        if self._is_wanted(self._row, self._column):
            self._cell, self._formula, self._pieces = attributes, False, []

    def _end(self, name: str) -> None:
        match local_name(name):
            case "v" | "t":
                self._parser.CharacterDataHandler = None
            case "rPh":
                self._phonetic -= 1
            case "sheetData":
                self._in_data = False
            case "c" if self._cell is not None:
                kind, content = self._cell.get("t", "n"), "".join(self._pieces)
                text = unescaped(content) if kind in {"inlineStr", "str"} else content.strip()
                style = int(self._cell.get("s", "0"))
                self._found[self._row, self._column] = StoredCell(kind, style, text, self._formula)
                self._cell = None
