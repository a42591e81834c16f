"""One sheet laid out: its headings, the column of each mapped field, its keys, and how its dates are written."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath

from canonical.problems import Problem, Weight
from canonical.vocabulary import EntityKind
from connectors.spreadsheet.config import Column, SheetOptions, TimeSheet
from connectors.spreadsheet.layout.days import day_columns, only_year
from connectors.spreadsheet.layout.headings import Found, Headings, find_columns, find_headings
from connectors.spreadsheet.layout.rows import DataRows
from connectors.spreadsheet.mapping.fields import Reading, is_dated
from connectors.spreadsheet.reading.grid import Grid
from connectors.spreadsheet.values.cells import Cell, as_text
from connectors.spreadsheet.values.dates import DateStyle, DayOrder
from connectors.spreadsheet.xlsx.addresses import cell_address

KEY = "key column"
OWN = "fields."
REQUIRED: Mapping[EntityKind, tuple[str, ...]] = {
    EntityKind.TIME_ENTRY: ("work_date", "duration"),
    EntityKind.STATUS_UPDATE: ("at",),
    EntityKind.DEPENDENCY: ("predecessor", "successor"),
    EntityKind.ALLOCATION: ("first_day",),
    EntityKind.LEAVE: ("person", "first_day"),
}
"""Without these columns no row of the sheet is a record."""
NATURAL_KEY: Mapping[EntityKind, tuple[str, ...]] = {
    EntityKind.PROJECT: ("key", "name"),
    EntityKind.TASK: ("key", "title"),
    EntityKind.PERSON: ("key", "email", "name"),
    EntityKind.TIME_ENTRY: ("key",),
    EntityKind.STATUS_UPDATE: ("key",),
    EntityKind.DEPENDENCY: ("key",),
    EntityKind.ALLOCATION: ("key",),
    EntityKind.LEAVE: ("key",),
}
"""What names a row where no key column is given: the first of these that is mapped."""


@dataclass(frozen=True, slots=True)
class SheetPlace:
    """Where a sheet is: the workbook's id, its path as people see it, the sheet's name, and its link."""

    workbook: str
    path: str
    sheet: str
    url: str

    @property
    def scope(self) -> str:
        """What a listing of this sheet is a listing of."""
        return f"{self.workbook}#{self.sheet}" if self.sheet else self.workbook

    def shown(self) -> str:
        """Name the sheet in words."""
        return f"{self.path}, sheet {self.sheet}" if self.sheet else self.path

    def row(self, number: int) -> str:
        """Name a row in words."""
        return f"{self.shown()}, row {number}"

    def cell(self, number: int, column: int, heading: str) -> str:
        """Name a cell in words; `column` from 0."""
        return f"{self.row(number)}, column {self.in_row(number, column, heading)}"

    def in_row(self, number: int, column: int, heading: str) -> str:
        """Name a cell in words where its row is known."""
        return f"{heading or column + 1} ({cell_address(number, column + 1)})"


@dataclass(slots=True)
class Table:
    """A sheet ready to be mapped. `columns` are from 0, by field; custom fields as `fields.NAME`.

    `keys` counts the keys of all data rows, so that a key that stands twice is known before its first row is mapped.
    """

    grid: Grid
    place: SheetPlace
    options: SheetOptions
    headings: Headings
    wanted: Mapping[str, Column]
    columns: Mapping[str, int]
    key: int | None
    data: DataRows
    keys: Counter[str] = field(default_factory=Counter)
    styles: dict[int, DateStyle] = field(default_factory=dict)
    days: dict[int, date] = field(default_factory=dict)

    def heading(self, name: str) -> str:
        """Give a field's heading as written in the sheet."""
        return self.headings.shown(self.columns[name])


def wanted_columns(options: SheetOptions, carriers: Mapping[str, Column]) -> dict[str, Column]:
    """Give every column that the mapping names, by field."""
    wanted = {KEY: options.key} if options.key else {}
    wanted |= options.columns
    wanted |= {f"{OWN}{name}": column for name, column in options.fields.items()}
    for name, column in carriers.items():
        wanted.setdefault(f"{OWN}{name}", column)
    project = getattr(options, "project", None)
    if project is not None and project.column is not None:
        wanted["project"] = project.column
    if isinstance(options, TimeSheet) and options.person is not None:
        wanted["person"] = options.person
    return wanted


def key_of(cell: Cell) -> str:
    """Give the text of a key: a whole number without its .0, blanks inside as one."""
    return " ".join(as_text(cell).split())


def lay_out(
    grid: Grid, place: SheetPlace, options: SheetOptions, carriers: Mapping[str, Column], reading: Reading
) -> tuple[Table | None, list[Problem]]:
    """Find headings and columns, and look through the rows once for keys and the way dates are written.

    No table where the sheet cannot be read at all: no headings, no key column, or none of a required field.
    """
    wanted = wanted_columns(options, carriers)
    headings = find_headings(grid.rows(), wanted.values(), grid.merged, options.header)
    if headings is None:
        return None, [_no_headings(place, wanted)]
    found = find_columns(headings, wanted)
    problems = [*_missing(place, headings, found, wanted), *_double(place, found, wanted)]
    key = KEY if options.key else next((n for n in NATURAL_KEY[options.entity] if n in found.columns), None)
    if stop := _stopped(place, options, found, wanted, key):
        return None, [stop, *(problem for problem in problems if problem.weight is Weight.WARNING)]
    days: dict[int, date] = {}
    if isinstance(options, TimeSheet) and options.wide:
        year = options.year or only_year(place.sheet) or only_year(PurePosixPath(place.path).stem)
        style = reading.style(Column(name=options.wide))
        days = day_columns(headings, found.columns.values(), options.wide, style, year)
        if not days:
            return None, [_no_days(place, headings, options.wide), *problems]
    key_column = found.columns[key] if key else None
    data = DataRows(grid, headings, [*found.columns.values(), *days], key_column)
    table = Table(grid, place, options, headings, wanted, found.columns, key_column, data, days=days)
    _survey(table, reading)
    return table, problems


def _no_days(place: SheetPlace, headings: Headings, wide: str) -> Problem:
    return Problem(
        f"No heading of the sheet is a {wide} of a known year.",
        f"{place.shown()}, headings in row {headings.row}",
        "Nothing was read from this sheet; what it said before stays.",
        "Set header to the row of the days, and year where the headings do not say it.",
    )


def _survey(table: Table, reading: Reading) -> None:
    dated = {
        column: DayOrder(reading.style(table.wanted[name]))
        for name, column in table.columns.items()
        if name in table.wanted and is_dated(name, table.wanted[name])
    }
    key, keys = table.key, table.keys
    for number, cells in table.data:
        if key is not None:
            keys[key_of(cells[key])] += 1
        for column, order in dated.items():
            cell = cells[column]
            if isinstance(cell, str) and cell:
                order.see(cell, number)
    keys.pop("", None)
    table.styles = {column: order.style() for column, order in dated.items()}


def _no_headings(place: SheetPlace, wanted: Mapping[str, Column]) -> Problem:
    named = ", ".join(column.name for column in wanted.values()) or "none is mapped"
    return Problem(
        what=f"No row of the sheet holds any of the mapped headings ({named}).",
        where=place.shown(),
        not_done="Nothing was read from this sheet; what it said before stays.",
        next_step="See with `pmohub discover` which headings there are, and name them in the mapping.",
    )


def _stopped(
    place: SheetPlace, options: SheetOptions, found: Found, wanted: Mapping[str, Column], key: str | None
) -> Problem | None:
    required = [KEY] if options.key else []
    if not (isinstance(options, TimeSheet) and options.wide):
        required += REQUIRED.get(options.entity, ())
    for name in required:
        if name in found.columns:
            continue
        heading = wanted[name].name if name in wanted else name
        near = found.missing.get(name)
        what = f"The column {heading} ({'the key' if name == KEY else name}) is not in the sheet."
        if name in found.double:
            what = f"The heading {heading} stands twice, in {' and '.join(found.double[name])}."
        elif name not in wanted:
            what = f"No column is mapped to {name}."
        hint = (
            f"If {near!r} is what it is called now, add it as an alias." if near else "Correct the heading or mapping."
        )
        return Problem(what, place.shown(), "Nothing was read from this sheet; what it said before stays.", hint)
    if key is None and options.entity in {EntityKind.PROJECT, EntityKind.TASK, EntityKind.PERSON}:
        return Problem(
            "No column names a row for good.",
            place.shown(),
            "Nothing was read from this sheet.",
            'Set key = "HEADING" for the sheet.',
        )
    return None


def _missing(place: SheetPlace, headings: Headings, found: Found, wanted: Mapping[str, Column]) -> list[Problem]:
    problems = []
    for name, near in found.missing.items():
        shown = name.removeprefix(OWN)
        hint = f"If {near!r} is what it is called now, add it as an alias" if near else "Correct the heading or mapping"
        problems.append(
            Problem(
                what=f"The column {wanted[name].name} ({shown}) is not in the sheet.",
                where=f"{place.shown()}, headings in row {headings.row}",
                not_done=f"{shown} is unknown for its rows; what was known before stays.",
                next_step=f"{hint}.",
                weight=Weight.WARNING,
            )
        )
    return problems


def _double(place: SheetPlace, found: Found, wanted: Mapping[str, Column]) -> list[Problem]:
    return [
        Problem(
            what=f"The heading {wanted[name].name} stands twice, in {' and '.join(addresses)}.",
            where=place.shown(),
            not_done=f"{name.removeprefix(OWN)} was not read, for either column may be meant.",
            next_step="Rename one of the columns; under a merged heading use both, as in `Plan Start`.",
        )
        for name, addresses in found.double.items()
    ]
