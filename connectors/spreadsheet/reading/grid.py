"""A sheet as rows of cells, whatever the file's format."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from connectors.spreadsheet.values.cells import Cell
from connectors.spreadsheet.xlsx.addresses import Area

Row = tuple[int, Sequence[Cell]]
"""The row's number from 1, as a spreadsheet program shows it, and its cells from column A."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet. `rows` starts a new pass over it each time it is called; in a CSV a row's number is its record's.

    Merged labels count for each covered cell; `merged` holds the areas. `notes` are what had to be assumed to read it.
    """

    name: str
    rows: Callable[[], Iterator[Row]]
    visible: bool = True
    merged: Sequence[Area] = ()
    notes: Sequence[str] = ()
