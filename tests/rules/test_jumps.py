"""A jump in new deviations is a question, whatever the reason turns out to be."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeAlias

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from canonical.database import reading, writing
from canonical.problems import Problem
from canonical.schema.operations import hold
from canonical.store.holds import hold_back, holds
from rules.evaluation import evaluate
from rules.jumps import JumpLimits, jump
from tests.rules.house import MONDAY, OVERDUE, House

Build: TypeAlias = Callable[..., House]


@pytest.fixture
def home(house: Build) -> House:
    """A house in which two tasks fall overdue on each of six days."""
    home = house(OVERDUE)
    home.now += timedelta(microseconds=999)  # no database of ours keeps these
    home.evaluate()
    for _ in range(6):
        home.later(1)
        fall_overdue(home, 2)
    home.later(1)
    return home


def fall_overdue(home: House, number: int) -> Problem | None:
    for _ in range(number):
        home.plant("task", status_category="todo", due=MONDAY.date().replace(month=2), title="Late")
    return judged(home)


def judged(home: House, limits: JumpLimits = JumpLimits()) -> Problem | None:  # noqa: B008  # it cannot be changed
    found = home.evaluate()
    with reading(home.engine) as connection:
        return jump(connection, found.id, found.at, limits)


def test_more_than_three_times_the_usual_is_a_question(home: House) -> None:
    assert fall_overdue(home, 20) is None  # beyond few only
    home.later(1)
    problem = fall_overdue(home, 21)
    assert problem is not None
    assert problem.what == "21 deviations are new at once"
    assert "on the last 7 days that brought any it was 2 a day" in problem.where
    assert problem.commands[1].startswith("pmohub runs accept ")


def test_before_it_is_known_what_is_usual_only_a_number_counts(house: Build) -> None:
    home = house(OVERDUE)
    home.evaluate()
    home.later(1)
    assert fall_overdue(home, 30) is None
    home.later(1)
    for _ in range(11):
        home.plant("task", status_category="todo", due=MONDAY.date().replace(month=2), title="Late")
    problem = judged(home, JumpLimits(number=10))
    assert problem is not None
    assert "at most 10 are let through" in problem.where


def test_an_evaluation_that_opens_nothing_is_no_question_after_a_jump(home: House) -> None:
    assert fall_overdue(home, 40) is not None
    home.later(1)
    assert judged(home) is None


def test_what_was_already_so_when_a_standard_was_switched_on_is_no_jump(home: House, house: Build) -> None:
    for number in range(50):
        home.plant("project", name=f"P{number}", status="active")
    more = OVERDUE + (
        '[rules.objective]\nentity = "project"\nclass = "completeness"\nseverity = "major"\nneeds = []\n'
        'deviates_if = "!has(project.objective)"\nmessage = "{project.name}"\nremedy = "Ask."\nsource = "Us"\n'
    )
    home.standards = house(more).standards
    assert judged(home) is None
    assert len(home.deviations("objective")) == 50


def test_what_opens_and_that_it_is_held_back_are_kept_together_or_not_at_all(house: Build) -> None:
    home = house(OVERDUE)
    home.settings = replace(home.settings, jumps=JumpLimits(number=1))
    home.evaluate()
    home.later(1)
    for _ in range(2):
        home.plant("task", status_category="todo", due=MONDAY.date().replace(month=2), title="Late")
    told = (home.engine, None, home.standards, home.settings, "the run", home.now)
    with writing(home.engine) as connection:
        hold_back(connection, "the run", Problem("in the way"), home.now)
    with pytest.raises(IntegrityError):
        evaluate(*told, everything=True)
    assert home.deviations() == []
    with writing(home.engine) as connection:
        connection.execute(delete(hold))
    assert [problem.what for problem in evaluate(*told, everything=True).problems] == ["2 deviations are new at once"]
    assert [one.run_id for one in holds(home.engine)] == ["the run"]
