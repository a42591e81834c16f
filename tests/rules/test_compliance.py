"""The compliance score, and a rule explained."""

from decimal import Decimal
from pathlib import Path

import pytest

from canonical.problems import ProblemError
from canonical.vocabulary import PmoMode
from rules.compliance import Part, Score, distribution, score
from rules.explain import explain
from rules.standards import load_standards
from tests.rules.house import OVERDUE

PASSING = Part(weight=4, judged=10, deviating=0, waived=0, unknown=0)


@pytest.mark.parametrize(
    ("parts", "value"),
    [
        ([PASSING], 100),
        ([PASSING, Part(4, 1, 1, 0, 0)], 50),
        ([PASSING, Part(4, 1000, 250, 0, 0)], Decimal("87.5")),
        ([PASSING, Part(8, 1, 1, 1, 0)], 100),
        ([PASSING, Part(0, 1, 1, 0, 0)], 100),
        ([PASSING, Part(2, 0, 0, 0, 5)], 100),
    ],
    ids=["all pass", "one project rule fails", "shares, not numbers", "waived", "info weighs nothing", "unknown"],
)
def test_a_score_is_the_weighted_share_that_holds(parts: list[Part], value: Decimal) -> None:
    assert score(parts).value == value


def test_without_coverage_there_is_no_score_but_a_reason() -> None:
    blind = score([PASSING, Part(8, 0, 0, 0, 3)])
    assert (blind.value, blind.reason, blind.band) == (None, "coverage_below", "grey")
    assert score([]).reason == "no_population"


@pytest.mark.parametrize(("capped_by", "value"), [("critical", 69), ("overdue critical", 49)])
def test_an_open_critical_deviation_holds_the_score_down(capped_by: str, value: int) -> None:
    assert score([PASSING] * 20, capped_by) == Score(Decimal(value), Decimal(1), Decimal(0), capped_by)


def test_a_department_is_the_mean_of_its_projects() -> None:
    scores = [Score(Decimal(value), Decimal(1), Decimal(0)) for value in (95, 80, 20)]
    whole = distribution([*scores, score([])])
    assert (whole.value, whole.green, whole.amber, whole.red, whole.without) == (65, 1, 1, 1, 1)


def test_a_rule_is_explained_with_the_figures_of_the_department_and_who_set_them(tmp_path: Path) -> None:
    text = OVERDUE + "[departments.engineering.rules.overdue]\nparams.grace = { value = 1 }\n"
    (tmp_path / "ours.toml").write_text(text, encoding="utf-8")
    standards = load_standards(["ours.toml"], tmp_path)
    told = explain(standards, "overdue", "engineering", PmoMode.DIRECTIVE)
    (grace,) = told.parameters
    assert (grace.value, grace.set_by) == (1, "department engineering in ours")
    assert (told.due_after, told.longest_waiver_months) == (5, 3)
    assert explain(standards, "overdue").parameters[0].set_by == "ours"


def test_an_unknown_rule_names_the_nearest() -> None:
    with pytest.raises(ProblemError) as raised:
        explain(load_standards(["pmo-core"], Path()), "task-overdu")
    assert raised.value.problem.next_step == "Did you mean task-overdue?"
