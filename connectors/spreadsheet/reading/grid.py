"""A sheet as rows of cells, whatever the file's format."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from connectors.spreadsheet.values.cells import Cell
from connectors.spreadsheet.xlsx.addresses import Area
from connectors.spreadsheet.xlsx.spans import Spans

Row = tuple[int, Sequence[Cell]]
"""The row's number from 1, as a spreadsheet program shows it, and its cells from column A."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet. `rows` starts a new pass over it each time it is called; in a CSV a row's number is its record's.

    Merged labels count for each covered cell; `merged` holds the areas. `notes` are what had to be assumed to read it.
    `indents` holds, by column from 1 and width, the rows whose cells are formatted as indented, if that was asked for.
    """

    name: str
    rows: Callable[[], Iterator[Row]]
    visible: bool = True
    merged: Sequence[Area] = ()
    notes: Sequence[str] = ()
    indents: Mapping[tuple[int, int], Spans] = field(default_factory=dict)

    def indent(self, row: int, column: int) -> int:
        """Give by how much a cell is indented by its format; both from 1."""
        return next((width for (at, width), rows in self.indents.items() if at == column and row in rows), 0)
