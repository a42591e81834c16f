"""A text table keeps every byte but those of the target field; a field never becomes a formula."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.spreadsheet.patch.csv_fields import TextDialect, records
from connectors.spreadsheet.patch.csv_patch import patch_text_bytes, patch_text_table
from connectors.spreadsheet.patch.results import CellValue, Edit, PatchResult
from connectors.spreadsheet.xlsx.addresses import cell_address
from connectors.spreadsheet.xlsx.refusal import Reason, RefusedError

SEMICOLON, COMMA, TAB = TextDialect("cp1252", ";"), TextDialect("utf-8", ","), TextDialect("utf-8", "\t")
NAMED = TextDialect("utf-8", ";", sep_line=True)


def patched(raw: bytes, cell: str, value: CellValue, dialect: TextDialect) -> bytes:
    result = PatchResult()
    new = patch_text_bytes(raw, [Edit("", cell, value)], result, dialect)
    assert result.refused == []
    assert new is not None
    return new


def refusal(raw: bytes, cell: str, value: CellValue, dialect: TextDialect) -> Reason:
    result = PatchResult()
    assert patch_text_bytes(raw, [Edit("", cell, value)], result, dialect) is None
    (refused,) = result.refused
    return refused.reason


@pytest.mark.parametrize(
    ("raw", "cell", "value", "dialect", "expected"),
    [
        (b"No;Name\r\n1;M\xfcller\r\n", "B2", "Gr\xfcn", SEMICOLON, b"No;Name\r\n1;Gr\xfcn\r\n"),
        (b"\xef\xbb\xbfNo,Name\n1,a", "B2", "b, c", COMMA, b'\xef\xbb\xbfNo,Name\n1,"b, c"'),
        (b'"No","Name"\n"1","a"\n', "B2", "b", COMMA, b'"No","Name"\n"1","b"\n'),
        (b'"No","Name"\n"1",""\n', "B2", 'say "x"', COMMA, b'"No","Name"\n"1","say ""x"""\n'),
        (b'"No","Name"\n"1",\n"2","b"\n', "B2", "a", COMMA, b'"No","Name"\n"1","a"\n"2","b"\n'),
        (
            b"sep=;\r\nNo;Name\r\n1;a\r\n",
            "B3",
            "b",
            TextDialect("utf-8", ";", sep_line=True),
            b"sep=;\r\nNo;Name\r\n1;b\r\n",
        ),
        (b"No\tName\tDone\r1\ta\r2\r", "C3", "yes", TAB, b"No\tName\tDone\r1\ta\r2\t\tyes\r"),
        (b"No,Name\n1,a\n2,b\n", "B2", None, COMMA, b"No,Name\n1,\n2,b\n"),
        (b'No,Note\n1,"two\r\nlines"\n2,b\n', "B3", "c", COMMA, b'No,Note\n1,"two\r\nlines"\n2,c\n'),
        (b'No,Note\n1,5" pipe\n', "A2", "7", COMMA, b'No,Note\n7,5" pipe\n'),
        (b"No,Sum\n1,2\n", "B2", -5, COMMA, b"No,Sum\n1,-5\n"),
        (b"No,Sum\n1,2\n", "B2", "+12,5", COMMA, b'No,Sum\n1,"+12,5"\n'),
    ],
)
def test_only_the_target_field_changes(
    raw: bytes, cell: str, value: CellValue, dialect: TextDialect, expected: bytes
) -> None:
    assert patched(raw, cell, value, dialect) == expected


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_unicode_text_keeps_its_byte_order_mark(encoding: str) -> None:
    mark = "\ufeff".encode(encoding)
    raw = mark + "No\tName\r\n1\tå\r\n".encode(encoding)
    assert patched(raw, "B2", "Łódź", TextDialect(encoding, "\t")) == mark + "No\tName\r\n1\tŁódź\r\n".encode(encoding)


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-1+2", "@SUM(A1)", " =1", "\t=1", "\r=1", "- done"])
def test_a_text_that_a_program_would_calculate_is_refused(text: str) -> None:
    assert refusal(b"No,Name\n1,a\n", "B2", text, COMMA) is Reason.LOOKS_LIKE_FORMULA


@pytest.mark.parametrize(
    ("raw", "cell", "value", "dialect", "reason"),
    [
        (b"No;Name\n1;a\n", "B2", "Łódź", SEMICOLON, Reason.UNREPRESENTABLE),
        (b"No,Name\n1,a\n", "B3", "x", COMMA, Reason.NO_SUCH_CELL),
        (b"No,Name\n\n1,a\n", "B2", "x", COMMA, Reason.NO_SUCH_CELL),
        (b"sep=;\nNo;Name\n", "A1", "x", NAMED, Reason.NO_SUCH_CELL),
        (b"No,Name\n", "name", "x", COMMA, Reason.NO_SUCH_CELL),
    ],
)
def test_what_cannot_be_written_is_refused(
    raw: bytes, cell: str, value: str, dialect: TextDialect, reason: Reason
) -> None:
    assert refusal(raw, cell, value, dialect) is reason


@pytest.mark.parametrize(
    ("raw", "dialect"),
    [
        (b"No,Name\n1,\xff\n", COMMA),
        (b'No,Name\n1,"never closed\n', COMMA),
        (b"+AGE-,b", TextDialect("utf-7", ",")),
    ],
)
def test_a_table_that_cannot_be_taken_apart_surely_is_refused(raw: bytes, dialect: TextDialect) -> None:
    with pytest.raises(RefusedError):
        patch_text_bytes(raw, [Edit("", "A1", "x")], PatchResult(), dialect)


def test_a_file_is_patched_in_its_place_and_says_what_it_was(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_bytes(b"No,Name,Done\n1,a,\n2,b,\n")
    edits = [Edit("", "C2", "yes"), Edit("", "C3", "no"), Edit("", "C9", "lost")]
    result = patch_text_table(path, edits, COMMA)
    assert path.read_bytes() == b"No,Name,Done\n1,a,yes\n2,b,no\n"
    assert (result.applied, [refused.edit for refused in result.refused]) == (edits[:2], edits[2:])
    assert patch_text_table(path, edits, COMMA, expected=result.before).applied == []


CELL = st.text(st.sampled_from("ab;,\"'\r\n \té=5"), max_size=6)
TABLE = st.lists(st.lists(CELL, min_size=1, max_size=4), min_size=1, max_size=5)
QUOTING = st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC])


def parsed(raw: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw.decode(), newline=""), delimiter=";"))


@settings(max_examples=300, deadline=None)
@given(TABLE, QUOTING, st.sampled_from(["\n", "\r\n", "\r"]), st.data())
def test_a_parser_sees_the_target_changed_and_nothing_else(table, quoting, line_end, data) -> None:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=";", quoting=quoting, lineterminator=line_end).writerows(table)
    raw = target.getvalue().encode()
    before = parsed(raw)
    row = data.draw(st.integers(1, len(before)))
    column = data.draw(st.integers(1, len(before[row - 1]) + 2))
    value = data.draw(CELL)
    result = PatchResult()
    new = patch_text_bytes(raw, [Edit("", cell_address(row, column), value)], result, TextDialect("utf-8", ";"))
    if new is None:
        assert result.refused
        return
    expected = [list(cells) for cells in before]
    expected[row - 1] += [""] * (column - len(expected[row - 1]))
    expected[row - 1][column - 1] = value
    after = parsed(new)
    assert [cells or [""] for cells in after] == [cells or [""] for cells in expected]


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from('a;"\r\n x'), max_size=20))
def test_records_and_fields_are_cut_as_pythons_csv_cuts_them(text: str) -> None:
    try:
        found = [len(record.fields) for record in records(text, TextDialect("utf-8", ";"))]
    except RefusedError:
        return
    assert found == [max(1, len(cells)) for cells in parsed(text.encode())]
