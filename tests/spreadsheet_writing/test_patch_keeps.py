"""The proof of the patch: one record of the archive changes, and in it the target cells only."""

import datetime as dt
import re
import zipfile
from pathlib import Path

import pytest

from connectors.spreadsheet.patch.results import Edit
from connectors.spreadsheet.patch.xlsx import patch_workbook
from connectors.spreadsheet.xlsx.refusal import Reason
from tests.spreadsheet_writing import reading, zoo
from tests.spreadsheet_writing.packages import changed_records, offsets_in_directory, parts, records, rewrite

FINISH, SPONSOR, NEW, FAR = ("Plan", 4, 4), ("Plan", 5, 3), ("Plan", 6, 9), ("Plan", 3000, 2)


def made(kind, tmp_path: Path) -> Path:
    return kind(tmp_path / ("plan.xlsm" if kind is zoo.with_macros else "plan.xlsx"))


@pytest.mark.parametrize("kind", zoo.KINDS)
@pytest.mark.parametrize("cell", ["C5", "A6", "I6", "K2", "A2", "A3000"], ids=str)
def test_one_record_changes_and_in_it_one_cell(tmp_path: Path, kind, cell: str) -> None:
    path = made(kind, tmp_path)
    before, values = records(path), reading.by_calamine(path)
    value = "Grace" if kind is zoo.by_openpyxl else "=1+1 <&> “Ünï”\n_x0041_"
    result = patch_workbook(path, [Edit("Plan", cell, value)])
    assert result.refused == []
    assert changed_records(before, path) == [zoo.PLAN]
    assert set(offsets_in_directory(path)) == {b"PK\x03\x04"}
    after = reading.by_calamine(path)
    (changed,) = reading.differing(values, after)
    assert after[changed] == value
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None


@pytest.mark.parametrize("kind", [kind for kind in zoo.KINDS if kind is not zoo.strict])
def test_openpyxl_sees_the_same_values_and_styles_elsewhere(tmp_path: Path, kind) -> None:
    path = made(kind, tmp_path)
    before = reading.by_openpyxl(path)
    assert patch_workbook(path, [Edit("Plan", "A5", "P-22"), Edit("Plan", "K9", 2.5)]).refused == []
    after = reading.by_openpyxl(path)
    assert reading.differing(before, after) == {("Plan", 5, 1), ("Plan", 9, 11)}
    assert after["Plan", 5, 1] == ("P-22", *before["Plan", 5, 1][1:])


def test_many_cells_in_many_rows_change_in_one_go(tmp_path: Path) -> None:
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    before, values = records(path), reading.by_calamine(path)
    cells = ["C4", "I4", "K4", "M4", "C5", "C6", "K6", "A8", "C8", "D20", "H20", "A400", "B400"]
    result = patch_workbook(path, [Edit("Plan", cell, f"new {cell}") for cell in reversed(cells)])
    assert result.refused == []
    assert changed_records(before, path) == [zoo.PLAN]
    after = reading.by_calamine(path)
    assert len(reading.differing(values, after)) == len(cells)
    assert (after["Plan", 4, 13], after["Plan", 400, 2]) == ("new M4", "new B400")


def test_cells_of_two_sheets_change_two_records(tmp_path: Path) -> None:
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    before = records(path)
    patch_workbook(path, [Edit("Plan", "C5", "Ada"), Edit("register", "B2", "PMO-1")])
    assert changed_records(before, path) == [zoo.PLAN, "xl/worksheets/sheet3.xml"]


def test_the_stated_dimension_and_spans_grow_with_a_new_cell(tmp_path: Path) -> None:
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    patch_workbook(path, [Edit("Plan", "M4", 1), Edit("Plan", "Z4", 1)])
    sheet = parts(path)[zoo.PLAN]
    assert b'<dimension ref="A1:Z23"/>' in sheet
    assert re.search(rb'<row r="4" spans="1:26"', sheet)


def test_an_empty_sheet_takes_its_first_cell(tmp_path: Path) -> None:
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    empty = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'
    rewrite(path, {"xl/worksheets/sheet2.xml": empty})
    assert patch_workbook(path, [Edit("Lists", "B2", "first"), Edit("Lists", "A3", "second")]).refused == []
    assert reading.by_calamine(path)["Lists", 3, 1] == "second"


def test_rows_and_cells_without_addresses_are_counted(tmp_path: Path) -> None:
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    bare = (
        b'\xef\xbb\xbf<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b"<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c/><c><v>6</v></c></row></sheetData></worksheet>"
    )
    rewrite(path, {"xl/worksheets/sheet2.xml": bare})
    edits = [Edit("Lists", "B1", 20), Edit("Lists", "B2", 40), Edit("Lists", "A3", 50)]
    assert patch_workbook(path, edits).refused == []
    values = {place[1:]: value for place, value in reading.by_calamine(path).items() if place[0] == "Lists"}
    assert values == {(1, 1): 1, (1, 2): 20, (2, 2): 40, (3, 1): 50, (3, 2): 6}


@pytest.mark.parametrize("kind", [zoo.by_xlsxwriter, zoo.from_1904, zoo.strict, zoo.with_prefix])
def test_a_date_becomes_a_serial_of_the_workbooks_own_date_system(tmp_path: Path, kind) -> None:
    path = kind(tmp_path / "plan.xlsx")
    assert patch_workbook(path, [Edit("Plan", "D4", dt.date(2027, 1, 31))]).refused == []
    assert reading.by_calamine(path)[FINISH] == dt.date(2027, 1, 31)


def test_a_date_in_a_cell_without_a_date_format_takes_an_existing_one(tmp_path: Path) -> None:
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    before = records(path)
    assert patch_workbook(path, [Edit("Plan", "C5", dt.date(2027, 1, 31))]).refused == []
    assert changed_records(before, path) == [zoo.PLAN]
    assert reading.by_calamine(path)[SPONSOR] == dt.date(2027, 1, 31)


def test_without_a_fitting_format_a_duration_is_refused_or_one_format_is_appended(tmp_path: Path) -> None:
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    edits = [Edit("Plan", "C5", dt.timedelta(hours=30)), Edit("Plan", "C6", dt.timedelta(hours=1))]
    before = records(path)
    assert {refused.reason for refused in patch_workbook(path, edits).refused} == {Reason.NO_FITTING_FORMAT}
    result = patch_workbook(path, edits, append_formats=True)
    assert result.changed_parts == [zoo.PLAN, "xl/styles.xml"]
    assert sorted(changed_records(before, path)) == ["xl/styles.xml", zoo.PLAN]
    assert reading.by_calamine(path)[SPONSOR] == dt.timedelta(hours=30)
    assert reading.by_openpyxl(path)[SPONSOR][1] == "[h]:mm:ss"


def test_other_values_keep_their_type(tmp_path: Path) -> None:
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    edits = [Edit("Plan", "K4", True), Edit("Plan", "K5", 0.1), Edit("Plan", "K6", "007"), Edit("Plan", "C4", None)]
    assert patch_workbook(path, edits).refused == []
    values = reading.by_calamine(path)
    assert (values["Plan", 4, 11], values["Plan", 5, 11], values["Plan", 6, 11]) == (True, 0.1, "007")
    assert ("Plan", 4, 3) not in values


def test_a_new_cell_looks_like_the_body_of_its_list_not_like_its_heading(tmp_path: Path) -> None:
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    patch_workbook(path, [Edit("Plan", "E7", 0.75), Edit("Plan", "I4", "beside a heading")])
    seen = reading.by_openpyxl(path)
    assert seen["Plan", 7, 5] == (0.75, "0%", False)
    assert seen["Plan", 4, 9] == ("beside a heading", "General", False)


def test_mode_stays_and_nothing_is_left_beside_the_file(tmp_path: Path) -> None:
    path = zoo.by_xlsxwriter(tmp_path / "plan.xlsx")
    path.chmod(0o640)
    patch_workbook(path, [Edit("Plan", "C5", "Ada")])
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    folder = tmp_path / "real"
    folder.mkdir()
    path = zoo.by_xlsxwriter(folder / "plan.xlsx")
    link = tmp_path / "link.xlsx"
    link.symlink_to(path)
    assert patch_workbook(link, [Edit("Plan", "C5", "Ada")]).applied
    assert link.is_symlink()
    assert reading.by_calamine(path)[SPONSOR] == "Ada"
