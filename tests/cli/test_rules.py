"""Standards are checked, tried and explained from the command line."""

from pathlib import Path

import pytest

from .conftest import Run

STANDARD = """\
[standard]
id = "ours"
title = "Ours"
extends = "pmo-core"

[rules.task-overdue]
severity = "majr"
"""


@pytest.fixture
def started(pmohub: Run) -> Run:
    pmohub("init")
    return pmohub


def test_the_packaged_standard_is_right(started: Run) -> None:
    assert "24 rules in pmo-core: nothing is wrong." in started("rules", "check").out


def test_the_examples_of_one_rule_can_be_run(started: Run) -> None:
    ended = started("rules", "test", "--rule", "task-overdue")
    assert ended.code == 0
    assert "4 of 4 examples came out as written." in ended.out


@pytest.mark.parametrize("command", [["rules", "check", "ours.toml"], ["rules", "test", "ours.toml"]])
def test_a_wrong_standard_is_told_with_its_place(started: Run, tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "ours.toml").write_text(STANDARD, encoding="utf-8")
    ended = started(*command)
    assert ended.code == 2
    assert "ours.toml:7" in ended.err


def test_check_reads_the_standards_too(started: Run, tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(STANDARD, encoding="utf-8")
    config = tmp_path / "config.toml"
    text = config.read_text(encoding="utf-8").replace('["pmo-core"]', '["pmo-core", "ours.toml"]')
    config.write_text(text, encoding="utf-8")
    ended = started("check")
    assert ended.code == 2
    assert "ours.toml:7" in ended.out


def test_a_rule_is_explained_for_a_department(started: Run) -> None:
    ended = started("rules", "explain", "task-overdue", "--for", "my-department")
    assert ended.code == 0
    assert "grace = 2 working days" in ended.out


@pytest.mark.parametrize(
    ("arguments", "said"), [(["task-overduee"], "task-overdue"), (["task-overdue", "--for", "x"], "my-department")]
)
def test_what_does_not_exist_names_what_does(started: Run, arguments: list[str], said: str) -> None:
    ended = started("rules", "explain", *arguments)
    assert ended.code == 2
    assert said in ended.err
