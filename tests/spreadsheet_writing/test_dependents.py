from pathlib import Path

import xlsxwriter

from connectors.spreadsheet.xlsx.dependents import count_dependents
from connectors.spreadsheet.xlsx.package import Package


def test_formulas_that_name_a_cell_alone_or_in_an_area_are_counted_across_sheets(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "plan.xlsx")
    plan, other = book.add_worksheet("Plan"), book.add_worksheet("It's more")
    plan.write_formula("D1", "=B2*2")
    plan.write_formula("D2", "=SUM($B$1:$B$9)+SUM(B:B)")
    plan.write_formula("D3", '="B2"&C2')
    other.write_formula("A1", "=Plan!B2+B2")
    other.write_formula("A2", "='It''s more'!B2")
    book.close()
    with Package.open(tmp_path / "plan.xlsx") as package:
        counts = count_dependents(package, {"Plan": [(2, 2), (5, 5)], "It's more": [(2, 2)]})
    assert counts is not None
    assert (counts["plan", 2, 2], counts["plan", 5, 5], counts["it's more", 2, 2]) == (4, 0, 2)
