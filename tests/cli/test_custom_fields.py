"""Rules on the admin's own fields and on the template's, from a workbook to the deviation, on both databases."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.spreadsheet.sheets import Rows, workbook

from .conftest import Run

Write: TypeAlias = Callable[..., None]
CONFIG = """\
[hub]
database = { env = "PMOHUB_TEST_STORE" }
standards = ["pmo-core", "ours.toml"]

[departments.eng]
name = "Engineering"
mode = "controlling"

[connectors.plan]
kind = "spreadsheet"
department = "eng"
path = "plan.xlsx"

[connectors.plan.sheets.tasks]
name = "Plan"
key = "No"
project = { value = "P-1" }
columns = { title = "Task", status = "Status" }

[connectors.plan.sheets.tasks.fields]
order = "Order"
risk = { name = "Risk", type = "number" }
agreed = { name = "Agreed", type = "date" }
onsite = { name = "On site", type = "yes_no" }

[connectors.register]
kind = "spreadsheet"
department = "eng"
path = "register.xlsx"

[connectors.register.sheets.projects]
name = "Register"
key = "No"
columns = { key = "No", name = "Project", status = "Status", phase = "Phase" }
"""
REGISTER = ["No", "Project", "Status", "Phase"]
SITE = 'fields = { site = "Site" }\n'
RULE = """\

[rules.own-{name}]
title = "Our own"
entity = "{entity}"
class = "integrity"
severity = "minor"
when = "true"
deviates_if = "{condition}"
message = "{{{entity}.key}}"
remedy = "Mend it."
source = "Ours"

[[rules.own-{name}.examples]]
today = 2026-03-16
given.{entity}.fields = {{ {name} = {value} }}
expect = "deviates"

[[rules.own-{name}.examples]]
today = 2026-03-16
given.{entity} = {{}}
expect = "unknown"
"""
TASKS = [
    ["No", "Task", "Status", "Order", "Risk", "Agreed", "On site"],
    [1, "Dig", "open", 4711.0, 0.5, date(2026, 3, 1), "ja"],
    [2, "Pour", "open", "A-17", "12,5", "1.9.2026", False],
    [3, "Build", "open", None, None, None, None],
]
RULES = [
    ("order", "task", "task.fields.order == '4711'", "'4711'", "1"),
    ("risk", "task", "task.fields.risk > 10", "10.5", "2"),
    ("agreed", "task", "task.fields.agreed > date('2026-06-30')", "2026-07-01", "2"),
    ("onsite", "task", "task.fields.onsite", "true", "1"),
    ("site", "project", "project.fields.site == '12'", "'12'", "P-1"),
]
CHARTER = """
[template.project.charter]
owner = "team"
from = "planning"
carrier = { CARRIER }
"""


@pytest.fixture
def written(tmp_path: Path, store_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Write configuration, standard and workbooks: `extra` ends the configuration, `register` is the PMO's."""
    monkeypatch.setenv("PMOHUB_TEST_STORE", store_url)

    def write(extra: str, register: Rows, standard: str = "") -> None:
        head = '[standard]\nid = "ours"\ntitle = "Ours"\n'
        (tmp_path / "ours.toml").write_text(head + standard, encoding="utf-8")
        (tmp_path / "config.toml").write_text(CONFIG + extra, encoding="utf-8")
        workbook(tmp_path / "plan.xlsx", {"Plan": TASKS})
        workbook(tmp_path / "register.xlsx", {"Register": register})

    return write


def deviating(pmohub: Run, rule: str) -> list[str]:
    found = json.loads(pmohub("deviations", "--rule", rule, "--json").out)
    return [one["message"] for one in found]


def test_rules_read_custom_fields_as_their_declared_types(pmohub: Run, written: Write) -> None:
    rules = [
        RULE.format(name=name, entity=entity, condition=condition, value=value)
        for name, entity, condition, value, _ in RULES
    ]
    written(SITE, [[*REGISTER, "Site"], ["P-1", "Bridge", "active", "", 12.0]], "".join(rules))
    assert "31 rules in pmo-core, ours: nothing is wrong." in pmohub("rules", "check").out
    assert pmohub("rules", "test", *[part for rule in RULES for part in ("--rule", f"own-{rule[0]}")]).code == 0
    assert pmohub("sync").code == 0
    found = {name: deviating(pmohub, f"own-{name}") for name, *_ in RULES}
    assert found == {name: [key] for name, *_, key in RULES}


def test_a_standards_own_file_is_checked_with_the_fields_of_the_configuration(
    pmohub: Run, written: Write, tmp_path: Path
) -> None:
    written(SITE, [REGISTER], RULE.format(name="site", entity="project", condition=RULES[-1][2], value="'12'"))
    assert pmohub("rules", "check", "ours.toml").code == 0
    (tmp_path / "config.toml").unlink()
    ended = pmohub("rules", "check", "ours.toml")
    assert ended.code == 2
    assert "Map it under `fields` of a connector" in ended.err


def test_a_required_team_field_deviates_where_it_is_empty_at_its_gate(pmohub: Run, written: Write) -> None:
    rows = [
        ["P-1", "Bridge", "active", "planning", None],
        ["P-2", "Tunnel", "active", "execution", "https://example.com/charter"],
        ["P-3", "Quay", "active", "initiation", None],
        ["P-4", "Dam", "active", "planning", 4711],
    ]
    written(CHARTER.replace("CARRIER", 'register = "Charter"'), [[*REGISTER, "Charter"], *rows])
    assert pmohub("sync").code == 0
    assert deviating(pmohub, "template-field-invalid") == ["Bridge: Charter is empty."]


def test_a_required_team_field_that_no_tool_carries_is_one_finding(pmohub: Run, written: Write) -> None:
    rows = [[f"P-{number}", f"Bridge {number}", "active", "planning"] for number in range(5)]
    written(CHARTER.replace("CARRIER", ""), [REGISTER, *rows])
    assert pmohub("sync").code == 0
    assert deviating(pmohub, "template-field-invalid") == []
    found = [line for line in deviating(pmohub, "field-not-supplied") if "charter" in line]
    assert found == ["register does not supply project.fields.charter: rules that need it cannot be judged there."]
