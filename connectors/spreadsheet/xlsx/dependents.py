"""How many formulas of a workbook read a cell: their stored results stay old until a program calculates them."""

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from xml.parsers import expat

from connectors.spreadsheet.xlsx.addresses import Area
from connectors.spreadsheet.xlsx.markup import MarkupError, local_name, refuse_doctype
from connectors.spreadsheet.xlsx.package import Package, Sheet
from connectors.spreadsheet.xlsx.refusal import RefusedError

_LARGEST = 32 * 1024 * 1024
_MOST_COMPARISONS = 2_000_000
_PIECE = 1 << 20
_STRING = re.compile(r'"(?:[^"]|"")*"')
_REFERENCE = re.compile(
    r"(?:(?:'((?:[^']|'')+)'|([^\s'!,()+\-*/&=<>;:^]+))!)?"
    r"(\$?[A-Z]{1,3}\$?\d{1,7}(?::\$?[A-Z]{1,3}\$?\d{1,7})?|\$?[A-Z]{1,3}:\$?[A-Z]{1,3}|\$?\d{1,7}:\$?\d{1,7})"
    r"(?![\w(.!])",
    re.IGNORECASE,
)

Places = Mapping[str, Collection[tuple[int, int]]]
"""Rows and columns by sheet name."""


def count_dependents(package: Package, places: Places) -> Counter[tuple[str, int, int]] | None:
    """Count the formulas that name each cell, alone or in an area; None where counting would take long.

    Formulas that reach it by a name, by a structured reference or through other formulas are not counted, nor are the
    copies of a shared formula: the count is a lower bound.
    """
    sheets = [sheet for sheet in package.sheets if sheet.kind == "worksheet" and package.has(sheet.part)]
    if sum(package.entry(sheet.part).file_size for sheet in sheets) > _LARGEST:
        return None
    wanted = {name.casefold(): cells for name, cells in places.items()}
    found: Counter[tuple[str, int, int]] = Counter()
    left = _MOST_COMPARISONS
    for sheet in sheets:
        try:
            for formula in _formulas(package, sheet):
                for name, area in _references(formula, sheet.name):
                    cells = wanted.get(name.casefold(), ())
                    left -= len(cells)
                    found.update((name.casefold(), *cell) for cell in cells if area.holds(*cell))
                if left < 0:
                    return None
        except (RefusedError, MarkupError, expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError):
            return None
    return found


def _references(formula: str, home: str) -> Iterator[tuple[str, Area]]:
    for quoted, plain, cells in _REFERENCE.findall(_STRING.sub('""', formula)):
        try:
            yield quoted.replace("''", "'") or plain or home, Area.parse(cells)
        except ValueError:
            continue


def _formulas(package: Package, sheet: Sheet) -> Iterator[str]:
    done: list[str] = []
    pieces: list[str] = []

    def start(name: str, _: dict[str, str]) -> None:
        if local_name(name) == "f":
            pieces.clear()
            parser.CharacterDataHandler = pieces.append

    def end(name: str) -> None:
        if local_name(name) == "f":
            parser.CharacterDataHandler = None
            done.append("".join(pieces))

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    with package.stream(sheet.part) as stream:
        while piece := stream.read(_PIECE):
            parser.Parse(piece, False)
            yield from done
            done.clear()
