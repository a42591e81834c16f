"""What the patch leaves alone, and why: the file is then byte for byte as it was."""

import datetime as dt
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from connectors.spreadsheet.patch.results import CellValue, Edit
from connectors.spreadsheet.patch.xlsx import patch_workbook
from connectors.spreadsheet.xlsx.refusal import Reason
from tests.spreadsheet_writing import reading, zoo
from tests.spreadsheet_writing.packages import rewrite


def refusal(path: Path, cell: str, value: CellValue, sheet: str = "Plan") -> tuple[Reason, str]:
    """Try one edit that must be refused; the file must not have moved."""
    before = path.read_bytes()
    result = patch_workbook(path, [Edit(sheet, cell, value)])
    assert result.applied == []
    assert path.read_bytes() == before
    assert result.after == result.before
    (refused,) = result.refused
    return refused.reason, refused.words


@pytest.mark.parametrize(
    ("cell", "value", "sheet", "reason"),
    [
        ("H4", 5, "Plan", Reason.FORMULA),
        ("B23", "x", "Plan", Reason.MERGED),
        ("A1", "x", "Register", Reason.TABLE_HEADER),
        ("B4", "x", "Register", Reason.TABLE_TOTALS),
        ("G4", "dreaming", "Plan", Reason.VALIDATION),
        ("B4", "Unlisted", "Plan", Reason.VALIDATION),
        ("D4", 5, "Plan", Reason.NO_FITTING_FORMAT),
        ("A4", "x" * 32_768, "Plan", Reason.UNREPRESENTABLE),
        ("A4", "\ud800", "Plan", Reason.UNREPRESENTABLE),
        ("A4", float("nan"), "Plan", Reason.UNREPRESENTABLE),
        ("A4", 12_345_678_901_234_567_891, "Plan", Reason.UNREPRESENTABLE),
        ("A4", Decimal("0.12345678901234567890"), "Plan", Reason.UNREPRESENTABLE),
        ("D4", dt.date(1899, 5, 6), "Plan", Reason.UNREPRESENTABLE),
        ("XFE1", "x", "Plan", Reason.NO_SUCH_CELL),
        ("A0", "x", "Plan", Reason.NO_SUCH_CELL),
        ("A1", "x", "Nowhere", Reason.NO_SUCH_SHEET),
    ],
)
def test_a_change_that_would_harm_is_refused(
    tmp_path: Path, cell: str, value: CellValue, sheet: str, reason: Reason
) -> None:
    assert refusal(zoo.by_xlsxwriter(tmp_path / "plan.xlsx"), cell, value, sheet)[0] is reason


@pytest.mark.parametrize(
    ("cell", "value"),
    [("G4", "closing"), ("B4", "Archive"), ("B4", 7), ("B4", None), ("A22", "the merge's first cell")],
)
def test_what_a_list_or_a_merge_allows_is_written(tmp_path: Path, cell: str, value: CellValue) -> None:
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    assert patch_workbook(path, [Edit("Plan", cell, value)]).refused == []


def test_one_refused_cell_does_not_hold_up_the_others(tmp_path: Path) -> None:
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    result = patch_workbook(
        path, [Edit("Plan", "H4", 5), Edit("Plan", "C5", "Ada"), Edit("Gone", "A1", 1), Edit("Plan", "C5", "Bob")]
    )
    assert [edit.value for edit in result.applied] == ["Ada"]
    assert sorted(refused.reason for refused in result.refused) == ["formula", "no_such_cell", "no_such_sheet"]
    assert reading.by_calamine(path)["Plan", 5, 3] == "Ada"


def test_cells_of_a_pivot_and_of_its_page_fields_are_refused(tmp_path: Path) -> None:
    path = zoo.with_pivot(tmp_path / "plan.xlsx")
    assert refusal(path, "L5", "x")[0] is Reason.PIVOT
    assert refusal(path, "M1", "x")[0] is Reason.PIVOT
    assert patch_workbook(path, [Edit("Plan", "L8", "below")]).refused == []


def test_locked_cells_of_a_protected_sheet_are_refused_and_unlocked_ones_written(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "plan.xlsx")
    sheet = book.add_worksheet("Plan")
    sheet.write("A1", "locked")
    sheet.write("B1", "open", book.add_format({"locked": False}))
    sheet.protect()
    book.close()
    assert refusal(tmp_path / "plan.xlsx", "A1", "x")[0] is Reason.LOCKED
    assert patch_workbook(tmp_path / "plan.xlsx", [Edit("Plan", "B1", "new")]).refused == []


def test_spill_areas_and_data_tables_are_refused(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "plan.xlsx")
    sheet = book.add_worksheet("Plan")
    sheet.write_array_formula("A1:A3", "{=ROW(1:3)}", None, 1)
    sheet.write_dynamic_array_formula("C1:D2", "=SEQUENCE(2,2)", None, 1)
    book.close()
    assert refusal(tmp_path / "plan.xlsx", "A2", 5)[0] is Reason.ARRAY
    assert refusal(tmp_path / "plan.xlsx", "D2", 5)[0] is Reason.ARRAY


def test_a_list_from_another_place_of_the_extension_is_read_too(tmp_path: Path) -> None:
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    extension = (
        b'<ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/'
        b'2009/9/main"><x14:dataValidations xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" count="1">'
        b'<x14:dataValidation type="list"><x14:formula1><xm:f>Lists!$A$1:$A$2</xm:f></x14:formula1><xm:sqref>A4:A9'
        b"</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
    )
    rewrite(path, {zoo.PLAN: lambda data: data.replace(b"</extLst>", extension)})
    assert refusal(path, "A5", "Archive") == (Reason.VALIDATION, "it allows only these values: Intranet, Payroll")
    assert patch_workbook(path, [Edit("Plan", "A5", "Payroll")]).refused == []


@pytest.mark.parametrize(
    ("formula", "written"),
    [("Phases", True), ("=Phases", True), ("INDIRECT(B4)", False), ("OFFSET(Lists!$A$1,0,0,3,1)", False)],
)
def test_a_list_by_name_is_read_and_a_calculated_one_is_never_guessed(
    tmp_path: Path, formula: str, written: bool
) -> None:
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    rewrite(path, {zoo.PLAN: lambda data: data.replace(b"Lists!$A$1:$A$5", formula.encode())})
    result = patch_workbook(path, [Edit("Plan", "B4", "Archive")])
    assert bool(result.applied) is written


def test_linked_data_types_are_refused(tmp_path: Path) -> None:
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    rewrite(path, {zoo.PLAN: lambda data: data.replace(b'<c r="A5"', b'<c r="A5" vm="1"')})
    assert refusal(path, "A5", "x")[0] is Reason.RICH_DATA


def test_a_table_filled_by_a_query_is_refused(tmp_path: Path) -> None:
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    links = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/queryTable" Target="../q.xml"/>'
        b"</Relationships>"
    )
    rewrite(path, {"xl/tables/_rels/table1.xml.rels": links})
    assert refusal(path, "B2", "PMO-1", "Register")[0] is Reason.EXTERNAL_DATA


def test_a_signed_package_is_refused(tmp_path: Path) -> None:
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    rewrite(path, {"_xmlsignatures/origin.sigs": b"signature"})
    assert refusal(path, "A5", "x")[0] is Reason.SIGNED


def test_a_document_type_and_another_encoding_are_refused(tmp_path: Path) -> None:
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    rewrite(path, {zoo.PLAN: lambda data: data.replace(b"<worksheet", b'<!DOCTYPE w [<!ENTITY a "b">]><worksheet', 1)})
    assert refusal(path, "A5", "x")[0] is Reason.DOCTYPE
    zoo.by_xlsxwriter(path)
    rewrite(path, {zoo.PLAN: lambda data: data.replace(b'encoding="UTF-8"', b'encoding="ISO-8859-1"', 1)})
    assert refusal(path, "A5", "x")[0] is Reason.NOT_UTF8


def test_rows_out_of_order_are_refused(tmp_path: Path) -> None:
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    rewrite(path, {zoo.PLAN: lambda data: data.replace(b'<row r="5"', b'<row r="9"', 1)})
    assert refusal(path, "A5", "x")[0] is Reason.DAMAGED


def test_two_parts_whose_names_differ_in_case_only_are_refused(tmp_path: Path) -> None:
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    rewrite(path, {"xl/Worksheets/Sheet1.xml": b"<worksheet/>"})
    assert refusal(path, "A5", "x")[0] is Reason.DUPLICATE_NAMES


def test_an_archive_of_the_64_bit_kind_is_refused(tmp_path: Path) -> None:
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    raw = path.read_bytes()
    end = raw.rindex(b"PK\x05\x06")
    path.write_bytes(raw[:end] + b"PK\x06\x07".ljust(20, b"\0") + raw[end:])
    assert refusal(path, "A5", "x")[0] in {Reason.UNUSUAL_ARCHIVE, Reason.DAMAGED}


@pytest.mark.parametrize("name", ["plan.xls", "plan.xlsb", "plan.ods"])
def test_formats_that_are_only_read_say_so(tmp_path: Path, name: str) -> None:
    path = zoo.by_xlsxwriter(tmp_path / name)
    reason, words = refusal(path, "A5", "x")
    assert reason is Reason.READ_ONLY_FORMAT
    assert path.suffix in words


def test_every_truncation_of_a_workbook_is_refused(tmp_path: Path) -> None:
    whole = zoo.by_xlsxwriter(tmp_path / "whole.xlsx").read_bytes()
    path = tmp_path / "torn.xlsx"
    for length in range(0, len(whole), 997):
        path.write_bytes(whole[:length])
        assert refusal(path, "A5", "x")[0] in {Reason.DAMAGED, Reason.NOT_A_WORKBOOK}


def test_a_part_with_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo(zoo.PLAN)
    raw = bytearray(path.read_bytes())
    raw[entry.header_offset + 60] ^= 0xFF
    path.write_bytes(raw)
    assert refusal(path, "A5", "x")[0] is Reason.DAMAGED


def test_a_hidden_row_is_written_and_told(tmp_path: Path) -> None:
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    rewrite(path, {zoo.PLAN: lambda data: data.replace(b'<row r="5"', b'<row r="5" hidden="1"', 1)})
    edit = Edit("Plan", "C5", "Ada")
    assert patch_workbook(path, [edit]).notes == {edit: "the row is hidden"}


def test_a_row_below_a_table_is_written_and_told(tmp_path: Path) -> None:
    edit = Edit("Register", "B5", "PMO-9")
    result = patch_workbook(zoo.by_xlsxwriter(tmp_path / "plan.xlsx"), [edit])
    assert "below the table Projects" in result.notes[edit]
