"""What an analyst reads when an expression cannot be used: what is wrong, where, and what to write instead."""

from datetime import date

import pytest

from rules.expressions import (
    Catalogue,
    Environment,
    ExpressionError,
    Kind,
    Subject,
    ValueType,
    compile_condition,
    for_people,
    parse,
    rendered,
)
from rules.expressions.parser import MAX_DEPTH, MAX_LENGTH
from tests.expressions.conftest import TODAY

ENV = Environment.on(TODAY, {"grace": 2, "words": ["tbd"]})
CATALOGUE = Catalogue({"task": {"pmo_phase": ValueType(Kind.TEXT)}})


def refusal(text: str, entity: str = "task") -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        compile_condition(text, entity, CATALOGUE, ENV)
    return caught.value


@pytest.mark.parametrize(
    ("text", "place", "next_step"),
    [
        ("task.due = today", 10, "Use == to compare."),
        ("has(task.due) and has(task.title)", 15, "Use && for 'and'."),
        ("has(task.due) or has(task.title)", 15, "Use || for 'or'."),
        ("not has(task.due)", 5, ""),
        ("task.title <> 'a'", 13, "Use != for 'not equal'."),
        ("task.title == 'a", 15, "Add the closing '."),
        ("task.title == \u2018a\u2019", 15, "Use straight quotes: '...'."),
        ("", 1, "Write a condition, such as has(task.due)."),
        ("task.titel == 'a'", 1, "Did you mean 'title'?"),
        ("due < today", 1, "Did you mean 'task.due'?"),
        ("project.name == 'a'", 1, "Did you mean 'task.project'?"),
        ("time_entry.note == 'a'", 1, "This expression is about a task; start with task."),
        ("task.pmo_phase == 'a'", 1, "Did you mean 'task.fields.pmo_phase'?"),
        ("task.fields.pmo_fase == 'a'", 1, "Did you mean 'pmo_phase'?"),
        ("task.project.status == 'activ'", 24, "Did you mean 'active'?"),
        ("task.project.status in ['active', 'onhold']", 24, "Did you mean 'on_hold'?"),
        ("task.due < today - days(params.grase)", 25, "Did you mean 'grace'?"),
        ("task.completed_at < today", 1, "A date is not an instant: turn the instant into a date by date(...)."),
        ("task.due < '2026-03-01'", 1, "Write a date as date('2026-03-31')."),
        ("today - task.due > 3", 1, "Write days(task.due, today)."),
        ("task.due < today - 3", 12, "Write - days(3)."),
        ("task.is_leaf == 'yes'", 1, "Write the yes-or-no field alone, or with ! before it."),
        ("len(task.title) > 3", 1, "Use size()."),
        ("size(task.title) > 3 && task.title", 25, ""),
        ("networkdays(task.due, today) > 3", 1, "Use workdays(from, to)."),
        ("task.assignee == 'Jane'", 1, "Name one of its fields, such as .name, or ask has(...)."),
        ("has(task.labels)", 1, "For a collection write .size() > 0."),
        ("task.project.phase > 'planning'", 1, "Use phase_at_least(project, '...')."),
        ("phase_at_least(task.project, 'plan')", 30, "Did you mean 'planning'?"),
        ("task.time_spent / 1.5 > 2", 1, "Multiply the other side of the comparison instead."),
        ("task.title.matches(task.key)", 20, ""),
        ("task.due == None", 13, "Write !has(field) for an absent value."),
    ],
)
def test_a_refusal_names_the_place_and_the_way_out(text: str, place: int, next_step: str) -> None:
    error = refusal(text)
    assert (error.line, error.column) == (1, place)
    assert error.problem.next_step == next_step


def test_a_caret_stands_below_the_place_in_its_line() -> None:
    problem = refusal("has(task.due) &&\n  task.titel == 'a'").problem
    assert problem.where == "line 2, column 3"
    assert problem.excerpt == "  task.titel == 'a'\n  ^^^^^^^^^^"


def test_an_optional_field_in_a_filter_must_be_asked_for() -> None:
    problem = refusal("project.tasks.filter(t, t.due < today).size() > 3", "project").problem
    assert problem.what == "t.due may be absent, which would leave the whole result unknown."
    assert problem.next_step == "Write has(t.due) && ... in filter()."


def test_a_filter_covers_the_sum_after_it() -> None:
    unguarded = "project.tasks.map(t, t.time_spent).sum() > 3"
    assert "may be absent" in refusal(unguarded, "project").problem.what
    guarded = "project.tasks.filter(t, has(t.time_spent)).map(x, x.time_spent).sum() > 3"
    assert compile_condition(guarded, "project", CATALOGUE, ENV).optional == ()


def test_asking_for_a_field_twice_proves_nothing_of_itself() -> None:
    compiled = compile_condition("has(task.due) && has(task.due)", "task", CATALOGUE, ENV)
    assert "IS NOT NULL" in str(compiled.sql)


def test_a_condition_says_what_can_leave_it_unknown() -> None:
    compiled = compile_condition("task.is_leaf && task.due < today && has(task.title)", "task", CATALOGUE, ENV)
    assert compiled.optional == ("task.due",)
    assert compiled.uses_today
    assert compiled.reads == {("task", "is_leaf"), ("task", "due"), ("task", "title")}
    assert set(compiled.inputs) == {"task.is_leaf", "task.due", "task.title"}


def test_depth_and_length_are_limited() -> None:
    parse("(" * (MAX_DEPTH - 1) + "true" + ")" * (MAX_DEPTH - 1))
    for text in ("(" * MAX_DEPTH + "true" + ")" * MAX_DEPTH, "1" + "+1" * (MAX_DEPTH + 1), "x" * (MAX_LENGTH + 1)):
        with pytest.raises(ExpressionError):
            parse(text)


def test_a_long_chain_of_conditions_does_not_nest() -> None:
    compile_condition(" || ".join(["task.due < today"] * 200), "task", CATALOGUE, ENV)


def test_a_fault_in_a_message_is_placed_in_the_message() -> None:
    with pytest.raises(ExpressionError) as caught:
        Subject("task", CATALOGUE, ENV).message("{task.key} was due {task.deu}")
    assert caught.value.column == 21
    assert caught.value.problem.next_step == "Did you mean 'due'?"


def test_a_date_is_written_for_people() -> None:
    assert for_people("2026-11-24", ValueType(Kind.DATE)) == "24 Nov 2026"
    assert for_people(date(2026, 3, 9), ValueType(Kind.DATE)) == "9 Mar 2026"


@pytest.mark.parametrize(
    ("key", "told"), [("ENG-1", "Of ENG-1: Interviews, due (none)."), (None, "Of Interviews, due (none).")]
)
def test_what_has_no_key_in_its_tool_is_called_by_its_name_alone(key: str | None, told: str) -> None:
    message = Subject("task", CATALOGUE, ENV).message("Of {task.key}: {task.title}, due {task.due}.")
    assert rendered(message, [key, "Interviews", None]) == told
