"""What independent readers see in a workbook."""

import io
import warnings
from pathlib import Path

import openpyxl
import python_calamine

Cells = dict[tuple[str, int, int], object]


def by_calamine(path: Path) -> Cells:
    found: Cells = {}
    with python_calamine.CalamineWorkbook.from_path(path) as book:
        for name in book.sheet_names:
            for row, values in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), 1):
                found |= {(name, row, column): value for column, value in enumerate(values, 1) if value != ""}
    return found


def by_openpyxl(path: Path) -> Cells:
    """Values, formulas and style of every cell."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of all that it would lose by saving
        book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    return {
        (sheet.title, cell.row, cell.column): (cell.value, cell.number_format, cell.font.b)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None or cell.has_style
    }


def differing(before: Cells, after: Cells) -> set[tuple[str, int, int]]:
    missing = object()
    return {place for place in before | after if before.get(place, missing) != after.get(place, missing)}
