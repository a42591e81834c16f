"""Every rule of the packaged standard comes with examples, and they hold."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from rules.examples import ExampleResult, run_example, run_examples
from rules.expressions import Catalogue
from rules.standards import load_standards
from tests.rules.house import OVERDUE

CORE = load_standards(["pmo-core"], Path())


@pytest.fixture(scope="module")
def results() -> dict[str, list[ExampleResult]]:
    by_rule: dict[str, list[ExampleResult]] = {}
    for result in run_examples(CORE):
        by_rule.setdefault(result.rule, []).append(result)
    return by_rule


@pytest.mark.parametrize("rule_id", list(CORE.rules))
def test_the_examples_of_pmo_core_come_out_as_written(results: dict[str, list[ExampleResult]], rule_id: str) -> None:
    assert [result.problem for result in results[rule_id] if not result.passed] == []


@pytest.mark.long
def test_the_examples_of_pmo_core_come_out_alike_on_both_databases(engine: Engine) -> None:
    results = [
        run_example(engine, CORE, rule, number, Catalogue())
        for rule in CORE.rules.values()
        for number in range(len(rule.examples))
    ]
    assert [result.problem for result in results if not result.passed] == []


def run(folder: Path, expect: str, more: str = "") -> ExampleResult:
    example = (
        "[[rules.overdue.examples]]\ntoday = 2026-03-16\n"
        f'given.task = {{ status_category = "todo", due = 2026-03-09{more} }}\nexpect = "{expect}"\n'
    )
    (folder / "ours.toml").write_text(OVERDUE + example, encoding="utf-8")
    (result,) = run_examples(load_standards(["ours.toml"], folder))
    return result


def test_an_example_that_comes_out_otherwise_says_how(tmp_path: Path) -> None:
    result = run(tmp_path, "passes")
    assert result.problem is not None
    assert result.problem.what == "The example 'example 1' of overdue gave verdict deviates instead of passes."


def test_an_example_with_an_unknown_field_says_so(tmp_path: Path) -> None:
    result = run(tmp_path, "deviates", ", colour = 'red'")
    assert result.problem is not None
    assert "a task has no field 'colour'" in result.problem.what
