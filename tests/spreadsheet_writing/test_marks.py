from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from connectors.spreadsheet.xlsx.addresses import Area
from connectors.spreadsheet.xlsx.formats import NumberKind, kind_of_code
from connectors.spreadsheet.xlsx.marks import SheetMarks, read_marks
from connectors.spreadsheet.xlsx.package import Package
from connectors.spreadsheet.xlsx.refusal import Reason, RefusedError
from tests.spreadsheet_writing.packages import make_strict, prefix_parts, rewrite

SHEET = "xl/worksheets/sheet1.xml"


def marked_workbook(path: Path) -> Path:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Plan")
    percent, elapsed = book.add_format({"num_format": "0.0%"}), book.add_format({"num_format": "[h]:mm"})
    clock, day = book.add_format({"num_format": "hh:mm"}), book.add_format({"num_format": "dd.mm.yyyy"})
    sheet.write_number("A2", 0.5, percent)
    sheet.write_number("A3", 0.7, percent)
    sheet.write_datetime("B2", timedelta(hours=57), elapsed)
    sheet.write_datetime("C2", timedelta(hours=9), clock)
    sheet.write_number("D2", 46000, day)
    sheet.write_formula("E2", "=1/0", None, "#DIV/0!")
    sheet.write_formula("E3", '=""', None, "")
    sheet.write_formula("E4", "=1+1", None, 2)
    sheet.merge_range("G2:H4", "together")
    sheet.set_row(5, None, None, {"hidden": True})
    sheet.set_row(6, None, None, {"hidden": True})
    sheet.set_column("F:F", None, None, {"hidden": True})
    sheet.write_string("B7", "in a hidden row")
    book.close()
    # Excel marks an empty text as a result; the library that made this file does not.
    return rewrite(path, {SHEET: lambda data: data.replace(b'<c r="E3">', b'<c r="E3" t="str">')})


def marks_of(path: Path, sheet: str = "Plan") -> SheetMarks:
    with Package.open(path) as package:
        return read_marks(package, package.worksheet(sheet))


def as_it_is(path: Path) -> Path:
    return path


def as_prefixed(path: Path) -> Path:
    return prefix_parts(path, SHEET)


@pytest.mark.parametrize("kind", [as_it_is, as_prefixed, make_strict])
def test_every_mark_of_a_sheet_is_found_whatever_its_namespace(tmp_path: Path, kind) -> None:
    marks = marks_of(kind(marked_workbook(tmp_path / "plan.xlsx")))
    assert marks.errors == {(2, 5): "#DIV/0!"}
    assert [marks.kind_at(2, column) for column in range(1, 5)] == [
        NumberKind.PERCENT,
        NumberKind.DURATION,
        NumberKind.CLOCK,
        None,
    ]
    assert list(marks.kinds[1, NumberKind.PERCENT]) == [(2, 3)]
    assert marks.merged == [Area(2, 7, 4, 8)]
    assert list(marks.hidden_rows) == [(6, 7)]
    assert list(marks.hidden_columns) == [(6, 6)]
    assert (marks.rows, marks.columns) == (7, 7)


def test_a_formula_that_nobody_calculated_is_told_from_one_with_an_empty_result(tmp_path: Path) -> None:
    path = tmp_path / "made.xlsx"
    book = openpyxl.Workbook()
    book.active["B2"] = "=SUM(1, 2)"
    book.active["A9"] = "text"
    book.save(path)
    assert marks_of(path, "Sheet").uncalculated == {(2, 2)}
    assert marks_of(marked_workbook(tmp_path / "plan.xlsx")).uncalculated == set()


def test_a_formula_of_an_extension_is_no_formula_of_a_cell(tmp_path: Path) -> None:
    path = marked_workbook(tmp_path / "plan.xlsx")
    extension = b'<extLst><ext uri="{x}" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><xm:f>A1</xm:f></ext></extLst>'
    rewrite(path, {SHEET: lambda data: data.replace(b"</worksheet>", extension + b"</worksheet>")})
    assert marks_of(path).uncalculated == set()


def test_rows_and_cells_without_addresses_are_counted(tmp_path: Path) -> None:
    path = marked_workbook(tmp_path / "plan.xlsx")
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row><c><v>1</v></c></row><row r="4"><c/><c t="e"><v>#REF!</v></c></row></sheetData></worksheet>'
    )
    marks = marks_of(rewrite(path, {SHEET: sheet}))
    assert marks.errors == {(4, 2): "#REF!"}
    assert (marks.rows, marks.columns) == (4, 2)


def test_formatted_empty_cells_far_away_do_not_count_as_filled(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "far.xlsx")
    sheet = book.add_worksheet("Plan")
    sheet.write_number("B3", 1)
    sheet.write_blank("XFD1048576", None, book.add_format({"bold": True}))
    book.close()
    marks = marks_of(tmp_path / "far.xlsx")
    assert (marks.rows, marks.columns) == (3, 2)


def test_a_plain_sheet_is_measured_without_a_full_pass(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "plain.xlsx")
    sheet = book.add_worksheet("Plan")
    for row in range(40_000):
        sheet.write_row(row, 0, [row, row * 2, "text", 5])
    book.close()
    marks = marks_of(tmp_path / "plain.xlsx")
    assert (marks.rows, marks.columns, marks.errors) == (40_000, 4, {})


def test_number_formats_are_found_alike_with_and_without_a_full_pass(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "plan.xlsx")
    sheet = book.add_worksheet("Plan")
    percent, clock, bold = (
        book.add_format(form) for form in ({"num_format": "0%"}, {"num_format": 20}, {"bold": True})
    )
    for row in range(12_000):
        sheet.write_row(row, 0, ["text", row], bold)
        sheet.write_number(row, 2, 0.5, percent if row % 3 else bold)
        sheet.write_number(row, 3, 0.25, clock)
    sheet.write_blank(50, 5, None, percent)
    book.close()
    quick = marks_of(tmp_path / "plan.xlsx")
    whole = marks_of(prefix_parts(tmp_path / "plan.xlsx", SHEET))
    assert {place: list(rows) for place, rows in quick.kinds.items()} == {
        place: list(rows) for place, rows in whole.kinds.items()
    }
    assert len(list(quick.kinds[3, NumberKind.PERCENT])) == 4_000


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    path = marked_workbook(tmp_path / "plan.xlsx")
    rewrite(path, {SHEET: lambda data: data.replace(b"<worksheet", b'<!DOCTYPE w [<!ENTITY a "b">]><worksheet', 1)})
    with pytest.raises(RefusedError, match="document type"):
        marks_of(path)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("0%", NumberKind.PERCENT),
        ('0.0" %"', NumberKind.NUMBER),
        ("[h]:mm", NumberKind.DURATION),
        ("[Red]h:mm", NumberKind.CLOCK),
        ("h:mm AM/PM", NumberKind.CLOCK),
        ("dd/mm/yyyy hh:mm", NumberKind.DATE_TIME),
        ("[$-407]d. mmmm yyyy;@", NumberKind.DATE),
        ("mmm-yy", NumberKind.DATE),
        ("General", NumberKind.NUMBER),
        ('#,##0.00 "days"', NumberKind.NUMBER),
        ("@", NumberKind.TEXT),
        (r"0\d", NumberKind.NUMBER),
    ],
)
def test_a_number_format_tells_its_kind(code: str, kind: NumberKind) -> None:
    assert kind_of_code(code) is kind


def test_a_package_knows_its_sheets_tables_and_date_system(tmp_path: Path) -> None:
    path = tmp_path / "two.xlsx"
    book = xlsxwriter.Workbook(path, {"date_1904": True})
    sheet = book.add_worksheet("Register")
    sheet.add_table("B3:D7", {"name": "Projects", "total_row": True, "columns": [{"header": h} for h in "ABC"]})
    book.add_worksheet("Old").hide()
    book.close()
    with Package.open(path) as package:
        assert [(sheet.name, sheet.state) for sheet in package.sheets] == [("Register", "visible"), ("Old", "hidden")]
        assert package.date_1904
        (table,) = package.tables(package.worksheet("register"))
        assert (table.name, str(table.area), table.header_rows, table.totals_rows) == ("Projects", "B3:D7", 1, 1)
        with pytest.raises(RefusedError, match="no sheet “Nowhere”"):
            package.worksheet("Nowhere")


@pytest.mark.parametrize(
    ("contents", "reason"),
    [
        (b"", Reason.DAMAGED),
        (b"PK\x03\x04 torn", Reason.DAMAGED),
        (b"<html><table/></html>", Reason.NOT_A_WORKBOOK),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), Reason.ENCRYPTED),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "Workbook".encode("utf-16-le"), Reason.READ_ONLY_FORMAT),
    ],
)
def test_what_is_no_workbook_is_refused_with_its_reason(tmp_path: Path, contents: bytes, reason: Reason) -> None:
    path = tmp_path / "odd.xlsx"
    path.write_bytes(contents)
    with pytest.raises(RefusedError) as caught:
        Package.open(path)
    assert caught.value.reason is reason


def test_a_text_document_named_as_a_workbook_is_refused(tmp_path: Path) -> None:
    path = marked_workbook(tmp_path / "letter.xlsx")
    word = b"wordprocessingml.document.main"
    rewrite(path, {"[Content_Types].xml": lambda data: data.replace(b"spreadsheetml.sheet.main", word)})
    with pytest.raises(RefusedError, match="no workbook"):
        Package.open(path)
