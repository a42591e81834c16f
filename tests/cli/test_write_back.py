"""Write-back as a person types it, from the plan to the log, in words."""

from pathlib import Path

import pytest

from .conftest import Run

TEMPLATE = """
[template.task.pmo_phase]
owner = "team"
values = ["planning", "execution"]
default = "execution"
carrier = { plan = "PMO phase" }

[writeback]
max_changes_per_run = 12
"""


@pytest.fixture
def plan(pmohub: Run, tmp_path: Path) -> Run:
    """A plan of 12 tasks, read; its template is not configured yet."""
    rows = "".join(f"T-{n};Draw {n};Jo;\n" for n in range(1, 13))
    (tmp_path / "plan.csv").write_text(f"No;Task;Owner;PMO phase\n{rows}", encoding="utf-8")
    assert pmohub("init", "--workbook", "plan.csv").code == 0
    return pmohub


def with_template(folder: Path, text: str = TEMPLATE) -> None:
    with (folder / "config.toml").open("a", encoding="utf-8") as config:
        config.write(text)


def test_a_plan_without_a_template_says_that_there_is_none(plan: Run) -> None:
    plan("sync")
    assert "Nothing is to be written: the configuration names no template field." in plan("writeback", "plan").out


def test_items_stand_in_the_order_of_their_numbers(plan: Run, tmp_path: Path) -> None:
    with_template(tmp_path)
    plan("sync")
    shown = plan("writeback", "plan", "--all").out
    assert shown.index("T-2\n") < shown.index("T-10\n")


def test_what_fits_nothing_that_waits_is_told(plan: Run, tmp_path: Path) -> None:
    with_template(tmp_path)
    plan("sync")
    plan("writeback", "plan")
    wrong = plan("writeback", "approve", "--for", "Jo", "--field", "phase")
    assert (wrong.code, "No change of P1 that waits for a decision fits phase" in wrong.err) == (1, True)
    assert plan("writeback", "approve", "--for", "Jo").code == 0
    again = plan("writeback", "approve", "--for", "Jo")
    assert (again.code, "No change of P1 waits for a decision" in again.err) == (1, True)
    assert "No change of P1 that waits" in plan("writeback", "reject", "--reason", "no", "--item", "X-1").err


def test_the_log_says_who_approved_and_on_whose_word_and_an_undo_is_put_back(plan: Run, tmp_path: Path) -> None:
    with_template(tmp_path)
    plan("sync")
    plan("writeback", "plan")
    plan("writeback", "approve", "--for", "Ana Ruiz")
    plan("writeback", "apply")
    assert " for Ana Ruiz" in plan("writeback", "log").out
    undone = plan("writeback", "undo")
    assert "put back." in undone.out
    assert "writeback undo" not in undone.out
    assert "put back" in plan("writeback", "log").out


def test_the_log_leaves_out_what_a_newer_plan_took_the_place_of_and_is_no_longer_than_asked(
    plan: Run, tmp_path: Path
) -> None:
    with_template(tmp_path)
    plan("sync")
    plan("writeback", "plan")
    rows = (tmp_path / "plan.csv").read_text(encoding="utf-8")
    (tmp_path / "plan.csv").write_text(rows.replace("Draw 1;Jo;\n", "Draw 1;Jo;planning\n"), encoding="utf-8")
    plan("sync")
    plan("writeback", "plan")
    assert "Nothing was written yet." in plan("writeback", "log").out
    plan("writeback", "reject", "--reason", "not now")
    assert plan("writeback", "log").out.count("\trejected") == 11
    assert "2 of 11 changes shown." in plan("writeback", "log", "-n", "2").out


def test_what_is_over_the_limit_is_told_in_a_sentence(plan: Run, tmp_path: Path) -> None:
    with_template(tmp_path, TEMPLATE.replace("12", "11"))
    plan("sync")
    plan("writeback", "plan")
    refused = plan("writeback", "approve", "--for", "Jo")
    assert (refused.code, "error: plan is over the limit" in refused.err) == (4, True)
