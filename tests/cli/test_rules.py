"""Standards are checked, tried and explained from the command line."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from pmohub.clock import now

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
    assert "26 rules in pmo-core: nothing is wrong." in started("rules", "check").out


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


DRAFT = """\
[standard]
id = "draft"
title = "Draft"
extends = "pmo-core"

[rules.project-sponsor-missing]
on = false
"""
REGISTER = """
[connectors.register]
kind = "spreadsheet"
department = "my-department"
path = "register.csv"
sheets.projects = { key = "No.", columns = { name = "Project", status = "Status", sponsor = "Sponsor" } }
"""


@pytest.fixture
def synced(started: Run, tmp_path: Path) -> Run:
    (tmp_path / "register.csv").write_text("No.;Project;Status;Sponsor\nP-1;Bridge;active;\n", encoding="utf-8")
    (tmp_path / "draft.toml").write_text(DRAFT, encoding="utf-8")
    with (tmp_path / "config.toml").open("a", encoding="utf-8") as config:
        config.write(REGISTER)
    assert started("sync").code == 0
    return started


def test_another_standard_is_compared_with_the_one_in_force(synced: Run) -> None:
    ended = synced("rules", "diff", "draft.toml")
    assert ended.code == 1
    assert "1 rule differs: project-sponsor-missing." in ended.out
    assert "no longer deviates: 1" in ended.out
    assert "P-1 Bridge" in ended.out


def test_announced_standards_are_compared_where_none_is_named(synced: Run, tmp_path: Path) -> None:
    assert "none are announced" in synced("rules", "diff").err
    config = tmp_path / "config.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("[hub]\n", '[hub]\ncoming = ["draft.toml"]\n'), encoding="utf-8")
    ended = synced("rules", "diff", "--json", "--examples", "0")
    (impact,) = json.loads(ended.out)["impacts"]
    assert impact == {
        "rule": "project-sponsor-missing",
        "department": "my-department",
        "kind": "no_longer_deviates",
        "number": 1,
        "examples": [],
    }
    assert synced("report").code == 0
    page = next(tmp_path.glob("*.html")).read_text(encoding="utf-8")
    assert "They would change: My department 1 no longer deviate." in page
    assert "sponsor" in synced("deviations").out


def test_the_same_standards_end_with_nothing_to_look_at(synced: Run) -> None:
    ended = synced("rules", "diff", "pmo-core", "pmo-core")
    assert (ended.code, "No rule differs." in ended.out) == (0, True)


def test_a_standard_that_is_not_there_is_refused(synced: Run) -> None:
    ended = synced("rules", "diff", "nowhere.toml")
    assert ended.code == 2
    assert "there is no such file" in ended.err


PEOPLE = """
[connectors.people]
kind = "spreadsheet"
department = "my-department"
path = "people.csv"
sheets.people = { key = "E-mail", columns = { name = "Name", email = "E-mail", active = "Active" } }
"""


def test_a_waiver_of_somebody_who_has_left_is_named_to_be_looked_at(
    synced: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "Ana Ruiz")
    until = f"{now().date() + timedelta(days=30)}"
    assert synced("waive", "P-1", "project-sponsor-missing", "--until", until, "--reason", "Agreed").code == 0
    with (tmp_path / "config.toml").open("a", encoding="utf-8") as config:
        config.write(PEOPLE)
    for active, told in (("yes", False), ("no", True)):
        people = f"Name;E-mail;Active\nAna Ruiz;ana@example.com;{active}\n"
        (tmp_path / "people.csv").write_text(people, encoding="utf-8")
        synced("sync")
        assert ("Ana Ruiz, who has left" in synced("waive").out) is told
        assert json.loads(synced("waive", "--json").out)[0]["author_left"] is told
