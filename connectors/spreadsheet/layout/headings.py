"""The row of headings, found under title rows, and the column of each mapped field in it."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from connectors.spreadsheet.config import Column
from connectors.spreadsheet.reading.grid import Row
from connectors.spreadsheet.values.cells import as_text, fold
from connectors.spreadsheet.xlsx.addresses import Area, cell_address

SEARCHED_ROWS = 60
"""Headings are looked for in so many rows; title blocks of real files are shorter."""
UNIT = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*")


@dataclass(frozen=True, slots=True)
class Headings:
    """The row of headings. `labels` gives, by column from 0, its names, the nearest one first."""

    row: int
    labels: Mapping[int, tuple[str, ...]]

    def shown(self, column: int) -> str:
        """Give the heading as written."""
        return self.labels[column][0] if column in self.labels else ""


@dataclass(frozen=True, slots=True)
class Found:
    """By mapped name: its column, from 0; or the heading nearest to a missing one; or the addresses of two."""

    columns: dict[str, int] = field(default_factory=dict)
    missing: dict[str, str | None] = field(default_factory=dict)
    double: dict[str, tuple[str, ...]] = field(default_factory=dict)


def find_headings(
    rows: Iterable[Row], wanted: Iterable[Column], merged: Sequence[Area], at: int | None = None
) -> Headings | None:
    """Find the row in which most of the wanted headings stand; the first of equals. None when there is none.

    `at` names the row instead. A row above with labels over several columns is a second level: `Plan` over `Start` and
    `Finish` makes `Plan Start` a name of the column too.
    """
    names = {fold(heading) for column in wanted for heading in column.headings}
    best: Headings | None = None
    most = 0
    above: Sequence[str] = ()
    for number, cells in rows:
        if number > (at or SEARCHED_ROWS):
            break
        texts = [as_text(cell) for cell in cells]
        if at is None or number == at:
            labels = _labels(texts, above, number, merged)
            hits = len(names.intersection(fold(name) for each in labels.values() for name in each))
            if hits > most or (number == at and labels):
                best, most = Headings(number, labels), hits
        above = texts
    return best


def _labels(
    texts: Sequence[str], above: Sequence[str], number: int, merged: Sequence[Area]
) -> dict[int, tuple[str, ...]]:
    grouped = any(area.top <= number - 1 <= area.bottom and area.right > area.left for area in merged)
    labels: dict[int, tuple[str, ...]] = {}
    for column in range(max(len(texts), len(above) if grouped else 0)):
        text = texts[column] if column < len(texts) else ""
        group = above[column] if grouped and column < len(above) else ""
        if text and group and text != group:
            labels[column] = (text, f"{group} {text}")
        elif text or group:
            labels[column] = (text or group,)
    return labels


def find_columns(headings: Headings, wanted: Mapping[str, Column]) -> Found:
    """Find the column of each wanted name: by its name, else by an alias, else by either without a unit in brackets."""
    by_name: dict[str, list[int]] = {}
    bare: dict[str, list[int]] = {}
    for column, names in headings.labels.items():
        for name in names:
            by_name.setdefault(fold(name), []).append(column)
            bare.setdefault(fold(UNIT.sub(" ", name)), []).append(column)
    found = Found()
    for field_name, asked in wanted.items():
        for index, heading in ((index, heading) for index in (by_name, bare) for heading in asked.headings):
            if places := index.get(fold(heading)):
                if len(places) > 1:
                    addresses = tuple(cell_address(headings.row, place + 1) for place in places)
                    found.double[field_name] = addresses
                else:
                    found.columns[field_name] = places[0]
                break
        else:
            free = {fold(names[0]): names[0] for names in headings.labels.values()}
            near = difflib.get_close_matches(fold(asked.name), free, 1, cutoff=0.6)
            found.missing[field_name] = free[near[0]] if near else None
    return found
