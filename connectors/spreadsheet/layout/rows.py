"""Which rows of a sheet are data: not blank ones, repeated headings, totals, section titles, notes, other tables."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from connectors.spreadsheet.layout.headings import Headings
from connectors.spreadsheet.reading.grid import Grid, Row
from connectors.spreadsheet.values.cells import Cell, as_text, fold, is_absent

TOTAL_WORDS = (
    "total, totals, sum, subtotal, sub total, grand total, overall total, total hours, sum total, summe, summen, "
    "gesamt, gesamtsumme, zwischensumme, insgesamt, summe gesamt, stunden gesamt, somme, totale, total general"
)
TOTALS = frozenset(TOTAL_WORDS.split(", "))
DIGIT = re.compile(r"\d")
FEWEST_COLUMNS = 3
"""In a sheet of fewer mapped columns a row with its key alone is nothing unusual."""
TOTAL_LETTERS = frozenset(letter for word in TOTALS for letter in (word[0], word[0].upper())) | {" "}


@dataclass(slots=True)
class Skipped:
    """Rows that were passed over although something stands in them, told once for the sheet."""

    notes: int = 0
    first_note: int = 0
    titles: int = 0
    first_title: int = 0
    other_table: int = 0


class DataRows:
    """The rows of a table; `columns` are those mapped, from 0; `key` is the one that names a row, if there is one."""

    def __init__(self, grid: Grid, headings: Headings, columns: Sequence[int], key: int | None) -> None:
        self._grid = grid
        self._headings = headings
        self._columns = sorted(set(columns))
        self._key = key
        self._repeated = {c: fold(headings.shown(c)) for c in self._columns if headings.shown(c)}
        self._first = headings.shown(self._columns[0]).strip().casefold() if self._columns else ""
        self._titles = self._title_rows()
        self._numbered: bool | None = None
        self.skipped = Skipped()

    def _title_rows(self) -> frozenset[int]:
        """Give the rows with a label over the key and at least half of the mapped columns: a section's title."""
        titles = set()
        for area in self._grid.merged:
            covered = sum(area.left <= column + 1 <= area.right for column in self._columns)
            if area.top == area.bottom and covered > 1 and 2 * covered >= len(self._columns):
                titles.add(area.top)
        return frozenset(titles)

    def __iter__(self) -> Iterator[Row]:
        self.skipped = Skipped()
        after_total = foreign = False
        width = max(self._columns, default=-1) + 1
        key = self._key
        for number, cells in self._grid.rows():
            if number <= self._headings.row or number in self._titles:
                continue
            row = cells if len(cells) >= width else [*cells, *[None] * (width - len(cells))]
            # A row with a key is data unless the key says "Total"; only the others are looked at cell by cell.
            keyed = key is not None and not is_absent(row[key])
            if not keyed and all(is_absent(row[column]) for column in self._columns):
                continue
            if (again := self._repeats(row)) is not None:
                foreign = not again
                self.skipped.other_table = self.skipped.other_table or (number if foreign else 0)
                continue
            if foreign:
                continue
            if self._is_total(row, keyed=keyed):
                after_total = True
            elif after_total and self._is_note(row):
                self.skipped.notes += 1
                self.skipped.first_note = self.skipped.first_note or number
            elif keyed and self._is_title(cells):
                self.skipped.titles += 1
                self.skipped.first_title = self.skipped.first_title or number
            else:
                yield number, row

    def _is_note(self, row: Sequence[Cell]) -> bool:
        filled = [row[column] for column in self._columns if not is_absent(row[column])]
        return len(filled) == 1 and isinstance(filled[0], str)

    def _is_title(self, cells: Sequence[Cell]) -> bool:
        """Say whether a text without a number stands alone in its row, while most keys hold a number."""
        cell = cells[self._key or 0]
        if not isinstance(cell, str) or DIGIT.search(cell) or len(self._columns) < FEWEST_COLUMNS:
            return False
        if any(column != self._key and not is_absent(other) for column, other in enumerate(cells)):
            return False
        if self._numbered is None:
            self._numbered = self._most_are_numbered()
        return self._numbered

    def _most_are_numbered(self) -> bool:
        below = (cells for number, cells in self._grid.rows() if number > self._headings.row)
        key = self._key or 0
        named = [DIGIT.search(as_text(cells[key])) for cells in below if key < len(cells) and not is_absent(cells[key])]
        return 2 * sum(found is not None for found in named) > len(named)

    def _repeats(self, row: Sequence[Cell]) -> bool | None:
        """Say whether a row holds the headings again: True all that it has, False another table's; None for data."""
        cell = row[self._columns[0]]
        # Judged by the first cell before all others are folded: this is the hot loop.
        if not isinstance(cell, str) or cell.strip().casefold() != self._first:
            return None
        filled = {c: fold(as_text(row[c])) for c in self._repeated if not is_absent(row[c])}
        same = sum(self._repeated[c] == text for c, text in filled.items())
        if same == len(self._repeated):
            return True
        if same < 2 or 2 * same < len(filled):
            return None
        return same == len(filled)

    def _is_total(self, row: Sequence[Cell], *, keyed: bool) -> bool:
        if keyed and self._key is not None:
            leading = row[self._key]
        elif self._key is not None:
            leading = next((cell for cell in row if not is_absent(cell)), None)
        else:
            leading = next((row[column] for column in self._columns if not is_absent(row[column])), None)
        return (
            isinstance(leading, str) and leading[:1] in TOTAL_LETTERS and len(leading) < 40 and fold(leading) in TOTALS
        )


def raw_row(headings: Headings, cells: Sequence[Cell], show: Callable[[Cell], str]) -> Mapping[str, str]:
    """Give a whole row by heading, as text, for a person to look at in quarantine."""
    raw: dict[str, str] = {}
    for column, cell in enumerate(cells):
        if cell is not None and cell != "":
            name = headings.shown(column) or f"column {column + 1}"
            raw[name if name not in raw else f"{name} ({column + 1})"] = show(cell)
    return raw
