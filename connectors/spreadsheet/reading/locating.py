"""Where the value of a field stands now: the row of a key, the column of a heading, straight from the file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from connectors.spreadsheet.config import Column, SheetOptions
from connectors.spreadsheet.layout.headings import find_columns
from connectors.spreadsheet.mapping.fields import Reading, own_reader, reader_of
from connectors.spreadsheet.mapping.table import OWN, Table, key_of, lay_out
from connectors.spreadsheet.reading.job import Job, Wanted
from connectors.spreadsheet.reading.work import OpenFile, applies, chosen, place_of
from connectors.spreadsheet.values.cells import Cell, UnreadableError, as_text, is_absent
from connectors.spreadsheet.values.words import TypedPerson


@dataclass(frozen=True, slots=True)
class Located:
    """Where a wanted cell is and what it holds; `value` as a pull would give it.

    `row` and `column` count from 1; `sheet` is empty for a text table. `place` names the cell in words. With a `reason`
    the cell was not found or cannot be read; it then has no row, or no value. `placeholder` is what stands in a cell
    that counts as empty, such as TBD.
    """

    wanted: Wanted
    place: str = ""
    sheet: str = ""
    row: int = 0
    column: int = 0
    value: Any = None
    reason: str = ""
    remedy: str = ""
    placeholder: str = ""


def locate(job: Job, wanted: Sequence[Wanted]) -> Iterator[Located]:
    """Find each wanted cell of one file.

    Raises:
        UnreadableFileError: the file cannot be read.
    """
    opened = OpenFile(job)
    reading = Reading(job.options, ZoneInfo(job.timezone))
    left = dict.fromkeys(wanted)
    for options in job.options.sheets.mapped():
        if not applies(options, job):
            continue
        for name in chosen(options, opened.names()):
            place = place_of(job, name)
            here = [each for each in left if each.entity is options.entity and _is_in(each, place.scope)]
            if not here:
                continue
            table, problems = lay_out(opened.grid(name), place, options, job.carriers.get(options.entity, {}), reading)
            for each in here:
                del left[each]
            if table is None:
                for each in here:
                    yield Located(each, place.shown(), reason=problems[0].what, remedy=problems[0].next_step)
            else:
                yield from _in_table(table, options, here, reading)
    for each in left:
        remedy = "See with `pmohub check` whether its file and sheet are still read."
        yield Located(each, job.place, reason="No sheet that is read holds the row.", remedy=remedy)


def _is_in(wanted: Wanted, scope: str) -> bool:
    return wanted.external_id.startswith(f"{scope}#")


def _in_table(table: Table, options: SheetOptions, wanted: Sequence[Wanted], reading: Reading) -> Iterator[Located]:
    place = table.place
    by_key: dict[str, list[Wanted]] = {}
    for each in wanted:
        by_key.setdefault(each.external_id.removeprefix(f"{place.scope}#"), []).append(each)
    columns = {each: _column(table, options, each) for each in wanted}
    if table.key is not None:
        for number, cells in table.data:
            key = key_of(cells[table.key])
            if table.keys[key] == 1:
                for each in by_key.pop(key, ()):
                    yield _cell(table, number, cells, each, columns[each], reading)
    for key, some in by_key.items():
        twice = table.keys[key] > 1
        reason = f"The key {key} stands in {table.keys[key]} rows." if twice else f"No row has the key {key}."
        for each in some:
            yield Located(
                each, place.shown(), place.sheet, reason=reason, remedy="Look at the key column of the sheet."
            )


def _column(table: Table, options: SheetOptions, wanted: Wanted) -> int | None:
    for name in (wanted.field, f"{OWN}{wanted.field}"):
        if name in table.columns:
            return table.columns[name]
    found = find_columns(table.headings, {"it": _carrier(options, wanted)})
    return found.columns.get("it")


def _carrier(options: SheetOptions, wanted: Wanted) -> Column:
    return options.columns.get(wanted.field) or options.fields.get(wanted.field) or Column(name=wanted.carrier)


def _cell(  # a cell is where, what it holds, and how it is read
    table: Table, number: int, cells: Sequence[Cell], wanted: Wanted, column: int | None, reading: Reading
) -> Located:
    place = table.place
    if column is None:
        remedy = "Add the column to the sheet, or correct the carrier."
        reason = f"There is no column {wanted.carrier}."
        return Located(wanted, place.row(number), place.sheet, number, reason=reason, remedy=remedy)
    heading = table.headings.shown(column)
    where = place.cell(number, column, heading)
    cell = cells[column] if column < len(cells) else None
    try:
        value = None if is_absent(cell) else _value(table, wanted, column, cell, reading)
    except UnreadableError as error:
        return Located(wanted, where, place.sheet, number, column + 1, reason=error.reason, remedy=error.remedy)
    stands = as_text(cell) if value is None else ""
    return Located(wanted, where, place.sheet, number, column + 1, value, placeholder=stands)


def _value(table: Table, wanted: Wanted, column: int, cell: Cell, reading: Reading) -> Any:
    mapped: Mapping[str, Column] = table.wanted
    if wanted.field not in table.columns:
        own = mapped.get(f"{OWN}{wanted.field}", Column(name=wanted.carrier))
        return own_reader(own, reading, table.styles.get(column))(cell)
    read = reader_of(
        wanted.entity,
        wanted.field,
        mapped[wanted.field],
        table.headings.shown(column),
        reading,
        table.styles.get(column),
    )
    value = read(cell)
    return value.ref if isinstance(value, TypedPerson) else value
