"""Exports stream the documented views; a text never becomes a formula."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import insert

from canonical.database import open_engine, writing
from canonical.schema.entities import person, project
from canonical.schema.operations import quarantine
from tests.templates import set_up_store

from .conftest import Run

SEEN = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)


@pytest.fixture
def stored(pmohub: Run, tmp_path: Path) -> Run:
    pmohub("init")
    engine = open_engine(f"sqlite:///{tmp_path / 'pmohub.db'}")
    set_up_store(engine)
    row = {"id": "p1", "name": "=HYPERLINK(1)", "budget": None, "first_seen_at": SEEN, "content_hash": "x"}
    someone = {"id": "h1", "name": "Jane", "active": "yes", "first_seen_at": SEEN, "content_hash": "x"}
    kept = {
        "connector": "plan",
        "entity": "task",
        "place": "plan.xlsx, row 7",
        "reason": "No key.",
        "remedy": "Add one.",
    }
    with writing(engine) as connection:
        connection.execute(insert(project).values(row))
        connection.execute(insert(person).values(someone))
        connection.execute(
            insert(quarantine).values(kept | {"remedy": "Add one.", "raw": '{"a": 1}', "since": SEEN, "run_id": "r"})
        )
    engine.dispose()
    return pmohub


def test_json_lines_go_to_standard_output_alone(stored: Run) -> None:
    ended = stored("export", "projects")
    assert ended.code == 0
    assert json.loads(ended.out)["name"] == "=HYPERLINK(1)"


def test_a_csv_for_spreadsheets_disarms_formulas(stored: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(stored("export", "projects", "--format", "csv").out)))
    assert [row["name"] for row in rows] == ["'=HYPERLINK(1)"]


def test_a_workbook_holds_texts_as_texts(stored: Run, tmp_path: Path) -> None:
    assert "1 row written to out.xlsx" in stored("export", "projects", "-o", "out.xlsx").out
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    heads = [cell.value for cell in sheet[1]]
    cell = sheet.cell(2, heads.index("name") + 1)
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


@pytest.mark.parametrize(
    "what",
    [
        "projects",
        "tasks",
        "time-entries",
        "people",
        "dependencies",
        "changes",
        "deviations",
        "writebacks",
        "quarantine",
    ],
)
def test_everything_can_be_exported_in_every_format(stored: Run, tmp_path: Path, what: str) -> None:
    for form in ("jsonl", "csv", "xlsx"):
        assert stored("export", what, "-o", f"{what}.{form}").code == 0
        assert (tmp_path / f"{what}.{form}").exists()


def test_an_unknown_export_names_those_there_are(stored: Run) -> None:
    ended = stored("export", "projcts")
    assert ended.code == 2
    assert "Type one of: projects, tasks" in ended.err


def test_the_quarantine_says_where_why_and_what_to_do(stored: Run) -> None:
    ended = stored("quarantine")
    assert ended.code == 1
    assert ended.out.startswith("warning: No key.\n  where: plan: plan.xlsx, row 7\n  next: Add one.\n")
