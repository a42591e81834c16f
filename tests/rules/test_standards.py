"""Loading standards: what is accepted, what is refused and how it is told."""

from pathlib import Path

import pytest

from canonical.problems import ConfigurationError, Problem
from canonical.vocabulary import Severity
from rules.standards import Standards, load_standards

RULE = """
[standard]
id = "ours"
title = "Ours"
extends = "pmo-core"

[rules.approval-overdue]
entity = "task"
class = "timeliness"
severity = "minor"
when = "'approval' in task.labels"
deviates_if = "workdays(task.due, today) > params.grace"
params.grace = { value = 3, stricter = "lower", range = [0, 5] }
message = "The approval {task.key} was due {task.due}."
remedy = "Decide."
source = "Steering group"
"""


def load(folder: Path, text: str, name: str = "ours.toml") -> Standards:
    (folder / name).write_text(text, encoding="utf-8")
    return load_standards([name], folder)


def problems(folder: Path, text: str) -> list[Problem]:
    with pytest.raises(ConfigurationError) as raised:
        load(folder, text)
    return list(raised.value.problems)


def test_pmo_core_has_26_rules_each_with_an_example_for_both_sides() -> None:
    standards = load_standards(["pmo-core"], Path())
    assert len(standards.rules) == 26
    for rule in standards.rules.values():
        expected = {example.expect for example in rule.examples}
        assert {"passes", "deviates"} <= expected, rule.id
        assert rule.remedy, rule.source


def test_a_standard_brings_the_rules_that_it_extends(tmp_path: Path) -> None:
    assert {"approval-overdue", "task-overdue"} <= set(load(tmp_path, RULE).rules)


def test_the_version_changes_with_any_text_and_not_with_the_place(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert load(tmp_path, RULE).version == load(elsewhere, RULE).version
    assert load(tmp_path, RULE).version != load(tmp_path, RULE + "\n# a comment").version


def test_all_problems_of_a_file_are_told_at_once_with_their_places(tmp_path: Path) -> None:
    broken = RULE.replace('severity = "minor"', 'severity = "grave"').replace("remedy", "remdy")
    found = problems(tmp_path, broken)
    assert [problem.where.rsplit("ours.toml:")[1] for problem in found] == [
        "10:12 (rules.approval-overdue.severity)",
        "7:2 (rules.approval-overdue.remedy)",
        "15:1 (rules.approval-overdue.remdy)",
    ]
    assert "^" in found[0].excerpt


def test_an_unknown_key_is_refused_with_the_nearest_known_one(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, RULE + "limbz = []\n")
    assert problem.next_step == "Write 'limbs' instead of 'limbz'."


def test_a_change_of_an_unknown_rule_names_the_nearest_known_one(tmp_path: Path) -> None:
    problem = problems(tmp_path, RULE + '[rules.task-overdu]\nseverity = "major"\n')[0]
    assert problem.next_step == "Write 'task-overdue' instead of 'task-overdu'."


def test_another_condition_is_another_rule(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, RULE + '[rules.task-overdue]\ndeviates_if = "true"\n')
    assert "cannot be changed here" in problem.what


def test_what_is_not_toml_is_told_with_line_and_column(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "[standard]\nid = ours\n")
    assert ":2:6" in problem.where


def test_a_missing_file_names_the_packaged_standards(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as raised:
        load_standards(["nowhere.toml"], tmp_path)
    assert "pmo-core" in raised.value.problem.next_step


def test_standards_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('[standard]\nid = "a"\ntitle = "A"\nextends = "b.toml"\n', encoding="utf-8")
    (tmp_path / "b.toml").write_text('[standard]\nid = "b"\ntitle = "B"\nextends = "a.toml"\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match="in a circle"):
        load_standards(["a.toml"], tmp_path)


def test_the_company_may_loosen(tmp_path: Path) -> None:
    standards = load(tmp_path, RULE + '[rules.task-overdue]\nseverity = "info"\nparams.grace = { value = 5 }\n')
    settings = standards.settings("task-overdue")
    assert (settings.severity, settings.params["grace"]) == (Severity.INFO, 5)
    assert settings.origins["grace"] == "ours"


@pytest.mark.parametrize(
    "change", ["on = false", 'severity = "info"', "params.grace = { value = 3 }"], ids=["off", "lighter", "looser"]
)
def test_a_department_may_only_make_a_rule_stricter(tmp_path: Path, change: str) -> None:
    (problem,) = problems(tmp_path, RULE + f"[departments.engineering.rules.task-overdue]\n{change}\n")
    assert "loosens task-overdue" in problem.what


def test_a_department_and_a_project_make_a_rule_stricter_for_themselves(tmp_path: Path) -> None:
    text = RULE + (
        "[departments.engineering.rules.task-overdue]\nparams.grace = { value = 1 }\n"
        "[projects.ENG.rules.task-overdue]\nparams.grace = { value = 0 }\n"
    )
    standards = load(tmp_path, text)
    assert standards.settings("task-overdue").params["grace"] == 2
    assert standards.settings("task-overdue", "engineering").params["grace"] == 1
    assert standards.settings("task-overdue", "engineering", ["ENG"]).params["grace"] == 0


def test_a_parameter_outside_its_range_is_refused(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, RULE + "[rules.task-overdue]\nparams.grace = { value = 50 }\n")
    assert "outside the range from 0 to 5" in problem.what


def test_shorthands_expand_to_limbs(tmp_path: Path) -> None:
    text = RULE + (
        '[rules.card-complete]\nentity = "project"\nclass = "completeness"\nseverity = "minor"\n'
        'required = ["portfolio"]\nallowed.tier = [1]\nremedy = "Fill it in."\nsource = "Ours"\n'
    )
    rule = load(tmp_path, text).rules["card-complete"]
    assert [limb.deviates_if for limb in rule.conditions()] == [
        "!has(project.portfolio)",
        "has(project.tier) && !(project.tier in [1])",
    ]


def test_a_rule_is_suppressed_only_by_a_rule_on_the_same_items(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, RULE + 'suppressed_by = ["project-dormant"]\n')
    assert "cannot be suppressed" in problem.what
