"""Text comes back as it was given, whatever it holds, and is never a formula."""

import tempfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.spreadsheet.patch.results import Edit
from connectors.spreadsheet.patch.xlsx import patch_workbook
from tests.spreadsheet_writing import reading


@pytest.fixture(scope="module")
def workbook() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "plan.xlsx")
        book = openpyxl.Workbook()
        book.active["A1"] = "Heading"
        book.save(path)
        return path.read_bytes()


ODD = st.sampled_from(
    [
        "=1+1",
        "+1",
        "-1",
        "@cmd",
        "_x000D_",
        "_x0041_x0042_",
        "_x005F_",
        "]]>",
        "<c>",
        "&amp;",
        "\r\n",
        "\t",
        " ",
        "\x01",
    ]
)
CHARACTERS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
TEXT = st.lists(ODD | CHARACTERS, min_size=1, max_size=6).map("".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXT, min_size=1, max_size=4))
def test_any_text_comes_back_equal_and_is_no_formula(workbook: bytes, tmp_path: Path, texts: list[str]) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(workbook)
    edits = [Edit("Sheet", f"B{row}", text) for row, text in enumerate(texts, 1)]
    assert patch_workbook(path, edits).refused == []
    found = reading.by_calamine(path)
    # calamine gives an empty text for an empty cell, which these never are, except for the empty text itself.
    assert [found.get(("Sheet", row, 2), "") for row in range(1, len(texts) + 1)] == texts
