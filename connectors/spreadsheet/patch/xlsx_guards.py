"""What speaks against changing a cell: each reason a file would be damaged, a rule broken, or the change lost again."""

import re
from dataclasses import dataclass, field

from connectors.spreadsheet.patch.results import CellValue
from connectors.spreadsheet.patch.xlsx_cells import content_of
from connectors.spreadsheet.patch.xlsx_scan import SheetScan, Validation
from connectors.spreadsheet.xlsx.addresses import Area
from connectors.spreadsheet.xlsx.package import Package, Sheet, Table
from connectors.spreadsheet.xlsx.refusal import Reason, RefusedError
from connectors.spreadsheet.xlsx.values import stored_cells

_MOST_LIST_CELLS = 100_000
_RANGE = re.compile(r"=?(?:(?:'((?:[^']|'')+)'|([^\s'!,()]+))!)?(\$?[A-Za-z]{1,3}\$?\d+(?::\$?[A-Za-z]{1,3}\$?\d+)?)")
_NAME = re.compile(r"=?(?:[^\s!]+!)?([^\W\d][\w.\\?]*)")


@dataclass(slots=True)
class Surroundings:
    """What lies on a sheet besides its cells, and how to read the lists that its validations name."""

    package: Package
    sheet: Sheet
    tables: list[Table]
    pivots: list[Area]
    queries: list[Area]
    _lists: dict[str, frozenset[str] | None] = field(default_factory=dict)

    @classmethod
    def of(cls, package: Package, sheet: Sheet) -> "Surroundings":
        """Look at what the sheet's part links to."""
        return cls(package, sheet, package.tables(sheet), _pivot_areas(package, sheet), _query_areas(package, sheet))

    def allowed(self, formula: str) -> frozenset[str] | None:
        """Give the values that a list validation allows; None when its formula would have to be calculated."""
        if formula not in self._lists:
            self._lists[formula] = self._read_list(formula)
        return self._lists[formula]

    def _read_list(self, formula: str) -> frozenset[str] | None:
        if formula.startswith('"') and formula.endswith('"') and len(formula) > 1:
            return frozenset(item.strip() for item in formula[1:-1].replace('""', '"').split(","))
        named = _NAME.fullmatch(formula)
        if named and not _RANGE.fullmatch(formula):
            formula = self.package.defined_names.get(named[1].casefold(), "")
        match = _RANGE.fullmatch(formula)
        if not match:
            return None
        quoted, plain, cells = match.groups()
        name = quoted.replace("''", "'") if quoted else plain
        area = Area.parse(cells)
        if (area.bottom - area.top + 1) * (area.right - area.left + 1) > _MOST_LIST_CELLS:
            return None
        sheet = self.package.worksheet(name) if name else self.sheet
        found = stored_cells(self.package, sheet, area)
        return frozenset(cell.content for cell in found.values() if cell.content)


def guard(scan: SheetScan, around: Surroundings, place: tuple[int, int], style: str | None, value: CellValue) -> None:
    """Pass if nothing speaks against giving the cell this value.

    Raises:
        RefusedError: with the first reason that does.
    """
    row, column = place
    span = scan.rows[row].cells.get(column) if row in scan.rows else None
    if span and span.has_formula:
        raise RefusedError(Reason.FORMULA, "it holds a formula")
    if any(area.holds(row, column) for area in scan.arrays):
        raise RefusedError(Reason.ARRAY, "it shows a part of an array formula's result")
    if span and span.has_rich_data:
        raise RefusedError(Reason.RICH_DATA, "it holds a linked data type or a picture")
    for area in scan.merges:
        if area.holds(row, column) and (area.top, area.left) != place:
            raise RefusedError(Reason.MERGED, f"it is covered by the merged cells {area}")
    _guard_tables(around, row, column)
    _guard_protection(scan, around, style)
    for validation in scan.validations:
        if validation.type == "list" and any(area.holds(row, column) for area in validation.areas):
            _guard_list(around, validation, value)


def note_on(scan: SheetScan, around: Surroundings, place: tuple[int, int]) -> str:
    """Say what a person should know of a cell that was written; an empty text when there is nothing."""
    row, column = place
    hidden = row in scan.rows and scan.rows[row].hidden
    below = [
        f"the row lies below the table {table.name}, which does not grow"
        for table in around.tables
        if row == table.area.bottom + 1 and table.area.left <= column <= table.area.right
    ]
    return "; ".join([*(["the row is hidden"] if hidden else []), *below])


def _guard_tables(around: Surroundings, row: int, column: int) -> None:
    for table in around.tables:
        area = table.area
        if not area.holds(row, column):
            continue
        if row < area.top + table.header_rows:
            raise RefusedError(Reason.TABLE_HEADER, f"it is a heading of the table {table.name}")
        if row > area.bottom - table.totals_rows:
            raise RefusedError(Reason.TABLE_TOTALS, f"it is in the totals row of the table {table.name}")
        if table.has_query:
            raise RefusedError(Reason.EXTERNAL_DATA, f"the table {table.name} is filled by a query")
    if any(area.holds(row, column) for area in around.pivots):
        raise RefusedError(Reason.PIVOT, "it belongs to a pivot table")
    if any(area.holds(row, column) for area in around.queries):
        raise RefusedError(Reason.EXTERNAL_DATA, "it is filled by a query")


def _guard_protection(scan: SheetScan, around: Surroundings, style: str | None) -> None:
    index, formats = int(style or 0), around.package.formats
    if scan.protected and (index >= len(formats) or formats[index].locked):
        raise RefusedError(Reason.LOCKED, f"the sheet “{around.sheet.name}” is protected and the cell is locked")


def _guard_list(around: Surroundings, validation: Validation, value: CellValue) -> None:
    if value is None:
        return
    allowed = around.allowed(validation.formula)
    if allowed is None:
        raise RefusedError(
            Reason.VALIDATION, f"its list of allowed values is calculated ({validation.formula}) and cannot be checked"
        )
    _, content = content_of(value, date_1904=around.package.date_1904)
    if not any(_same(content, item) for item in allowed):
        shown = ", ".join(sorted(allowed)[:8])
        raise RefusedError(Reason.VALIDATION, f"it allows only these values: {shown}")


def _same(content: str, item: str) -> bool:
    if content == item:
        return True
    try:
        return float(content) == float(item)
    except ValueError:
        return False


def _pivot_areas(package: Package, sheet: Sheet) -> list[Area]:
    found = []
    for part in package.linked(sheet.part, "pivotTable"):
        for element in package.elements(part):
            if element.name == "location":
                area = Area.parse(element.get("ref"))
                # Page fields stand above the pivot with one empty row between.
                pages = int(element.get("rowPageCount", "0"))
                top = max(1, area.top - pages - 1) if pages else area.top
                found.append(Area(top, area.left, area.bottom, area.right))
    return found


def _query_areas(package: Package, sheet: Sheet) -> list[Area]:
    found = []
    for part in package.linked(sheet.part, "queryTable"):
        name = package.elements(part)[0].get("name")
        match = _RANGE.fullmatch(package.defined_names.get(name.casefold(), ""))
        if match:
            found.append(Area.parse(match[3]))
    return found
