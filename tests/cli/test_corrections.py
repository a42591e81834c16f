"""What people correct in their workbooks, and what an admin corrects in the configuration, leaves nothing behind."""

import csv
import io
from pathlib import Path

from .conftest import Run

MAPPING = """
[departments.pmo]
name = "PMO"

[connectors.plan]
kind = "spreadsheet"
department = "pmo"
path = "plan.csv"
sheets.tasks = { key = "WBS", columns = { title = "Activity", assignee = "Who", status = "Status" } }
"""


def write_plan(folder: Path, *rows: str) -> None:
    (folder / "plan.csv").write_text("\n".join(["WBS;Activity;Who;Status", *rows, ""]), encoding="utf-8")


def exported(pmohub: Run, what: str, column: str) -> list[str]:
    ended = pmohub("export", what, "--format", "csv")
    assert ended.code == 0, ended.err
    return sorted(row[column] for row in csv.DictReader(io.StringIO(ended.out)))


def test_a_misspelt_name_that_is_corrected_is_no_person_any_more(pmohub: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(MAPPING, encoding="utf-8")
    write_plan(tmp_path, "1;Design;Ada Wong;open", "2;Build;Ada Wnog;open")
    pmohub("sync")
    assert exported(pmohub, "people", "name") == ["Ada Wnog", "Ada Wong"]
    write_plan(tmp_path, "1;Design;Ada Wong;open", "2;Build;Ada Wong;open")
    pmohub("sync")
    assert exported(pmohub, "people", "name") == ["Ada Wong"]
    assert "Wnog" not in pmohub("people").out
