"""What a standard would change is told before it counts: as evaluating it would, and with nothing stored."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rules.evaluation.comparing import Comparison, Kind, compare
from rules.standards import Standards, load_standards
from tests.rules.house import HEAD, House

RULE = (
    '[rules.{name}]\nentity = "task"\nclass = "timeliness"\nseverity = "{severity}"\nwhen = "true"\n'
    'deviates_if = "{condition}"\nneeds = []\n{more}'
    'message = "{{task.title}} is late."\nremedy = "Do it."\nsource = "Us"\n'
)
LATE = "task.due < today"


def rule(name: str, condition: str = LATE, severity: str = "minor", more: str = "") -> str:
    return RULE.format(name=name, condition=condition, severity=severity, more=more)


@pytest.fixture
def standard(tmp_path: Path) -> Callable[..., Standards]:
    def build(*rules: str) -> Standards:
        (tmp_path / "new.toml").write_text(HEAD + "".join(rules), encoding="utf-8")
        return load_standards(["new.toml"], tmp_path)

    return build


def told(house: House, new: Standards) -> Comparison:
    return compare(house.engine, house.standards, new, house.settings, house.now)


def numbers(found: Comparison) -> dict[tuple[str, str], int]:
    return {(one.rule, one.kind.value): one.number for one in found.impacts}


@pytest.fixture
def planted(house: Callable[..., House]) -> House:
    built = house(HEAD + rule("late") + rule("other", "task.title == 'B'"))
    built.department("build")
    project = built.plant("project", key="P", name="P", department="build")
    for title, due in (("A", -6), ("B", -1), ("C", 16), ("D", None)):
        day = None if due is None else built.now.date() + timedelta(days=due)
        built.plant("task", project_id=project, title=title, due=day, key=title)
    return built


def test_a_stricter_condition_names_who_newly_deviates_by_department(planted: House, standard: Any) -> None:
    found = told(planted, standard(rule("late", "task.due < date('2026-12-31')"), rule("other", "task.title == 'B'")))
    assert found.rules == ("late",)
    (one,) = found.impacts
    assert (one.department, one.kind, one.number) == ("build", Kind.NEWLY_DEVIATES, 1)
    assert one.examples[0].message == "C is late."


def test_a_rule_taken_out_lets_its_deviations_go_and_a_graver_one_is_told(planted: House, standard: Any) -> None:
    found = told(planted, standard(rule("late", severity="major")))
    assert numbers(found) == {("late", "other_severity"): 2, ("other", "no_longer_deviates"): 1}


def test_what_a_rule_reads_and_is_not_there_becomes_unknown(planted: House, standard: Any) -> None:
    more = rule("started", "task.planned_start > today")
    assert numbers(told(planted, standard(rule("late"), rule("other", "task.title == 'B'"), more))) == {
        ("started", "becomes_unknown"): 4
    }


def test_a_rule_silenced_by_a_changed_one_is_judged_again(planted: House, standard: Any) -> None:
    silenced = rule("other", "task.title == 'B'", more='suppressed_by = ["late"]\n')
    assert numbers(told(planted, standard(rule("late"), silenced))) == {("other", "no_longer_deviates"): 1}


def test_the_same_standards_differ_in_nothing(planted: House) -> None:
    assert told(planted, planted.standards) == Comparison((), (), (), ())


def test_a_change_in_one_department_is_a_difference(planted: House, standard: Any, tmp_path: Path) -> None:
    layer = '[departments.build.rules.late]\nseverity = "critical"\n'
    found = told(planted, standard(rule("late"), rule("other", "task.title == 'B'"), layer))
    assert numbers(found) == {("late", "other_severity"): 2}


def test_comparing_stores_nothing_and_says_what_evaluating_would_do(planted: House, standard: Any) -> None:
    planted.evaluate()
    before = {name: planted.rows(name) for name in ("deviation", "evaluation", "item_verdict", "rule_state")}
    new = standard(rule("late", "task.due != today"), rule("other", "task.title == 'A'"))
    found = told(planted, new)
    assert {name: planted.rows(name) for name in before} == before
    planted.standards = new
    evaluated = planted.evaluate()
    assert sum(number for (_, kind), number in numbers(found).items() if kind == "newly_deviates") == evaluated.opened
    assert (
        sum(number for (_, kind), number in numbers(found).items() if kind == "no_longer_deviates") == evaluated.closed
    )


def test_groups_are_compared_as_groups(planted: House, standard: Any) -> None:
    grouped = rule("all-late", more='group_by = ["task.project", "task.status"]\n').replace(
        "{task.title} is late.", "{count} are late."
    )
    found = told(planted, standard(rule("late"), rule("other", "task.title == 'B'"), grouped))
    assert numbers(found) == {("all-late", "newly_deviates"): 1}
    assert found.impacts[0].examples[0].message == "2 are late."
