"""Fields of the admin's own are for rules too, whatever people typed into them."""

import json
from pathlib import Path

import openpyxl
import pytest

from .conftest import Run

CONFIG = """
[hub]
standards = ["pmo-core", "ours.toml"]

[departments.it]
name = "IT"

[connectors.register]
kind = "spreadsheet"
department = "it"
path = "register.xlsx"

[connectors.register.sheets.projects]
key = "No."
columns = { name = "Project", status = "Status", phase = "Phase" }
fields = { cost_centre = "Cost centre" }

[template.project.charter]
owner = "team"
from = "planning"
carrier = { register = "Charter" }
"""
STANDARD = """
[standard]
id = "ours"
title = "Ours"
extends = "pmo-core"

[rules.cost-centre-missing]
entity = "project"
class = "completeness"
severity = "minor"
deviates_if = "!has(project.fields.cost_centre)"
message = "{project.key} has no cost centre."
remedy = "Ask finance."
source = "Charter"
"""
ROWS = [
    ["No.", "Project", "Status", "Phase", "Cost centre", "Charter"],
    ["P-1", "Website", "Active", "Execution", 4711, 12.5],
    ["P-2", "Intranet", "Active", "Execution", "K-12", "C-1"],
    ["P-3", "Shop", "Active", "Execution", None, None],
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.save(tmp_path / "register.xlsx")
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "ours.toml").write_text(STANDARD, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("rule", ["cost-centre-missing", "template-field-invalid"])
def test_a_number_in_a_field_is_a_value_like_a_text(folder: Path, pmohub: Run, rule: str) -> None:
    assert pmohub("sync").code == 0
    found = json.loads(pmohub("deviations", "--rule", rule, "--json").out)
    assert [one["project"] for one in found] == ["Shop"]


def test_a_standards_own_file_is_checked_with_the_fields_of_the_configuration(folder: Path, pmohub: Run) -> None:
    assert pmohub("rules", "check", "ours.toml").code == 0
    (folder / "config.toml").unlink()
    ended = pmohub("rules", "check", "ours.toml")
    assert ended.code == 2
    assert "Map it under `fields` of a connector" in ended.err
