"""The reference and the words for readers come from the data that checks expressions."""

from pathlib import Path

import pytest

from canonical.schema import entities
from rules.expressions import Catalogue, Environment, Subject, in_words, reference
from tests.expressions.conftest import TODAY

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "expressions.md"
HIDDEN = {
    "connector_id", "content_hash", "deleted_at", "lost_access_at", "merged_into", "scope", "fields", "department_id",
    "source_project_id",
    "further_projects",
}  # fmt: skip


def test_the_page_is_what_the_catalogue_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(Catalogue())


@pytest.mark.parametrize("name", Catalogue().entities)
def test_every_column_can_be_asked_for_or_is_the_hubs_own(name: str) -> None:
    entity = Catalogue().entities[name]
    known = {*entity.fields, *(parent.key for parent in entity.parents.values())}
    known |= {parent.written for parent in entity.parents.values() if parent.written}
    assert set(getattr(entities, name).c.keys()) - known - HIDDEN == set()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("has(task.due) && task.due < today - days(params.grace)", "task due is before today less 2 (grace) days"),
        ("!has(task.assignee)", "task assignee is missing"),
        ("!(has(task.project.archived) && task.project.archived)", "it is not so that task project archived is yes"),
        ("!('blocked' in task.labels)", "'blocked' is not among task labels"),
        ("workdays(task.due, today) > 5", "the working days from task due to today is more than 5"),
        ("task.is_leaf || task.title.contains('x')", "task is leaf is yes or task title contains 'x'"),
        ("task.title.normalized() in params.words", "task title (case and blanks aside) is one of 'tbd', 'n/a'"),
        ("(has(task.actual_start) ? task.actual_start : task.planned_start) > today",
         "(task actual start or, without it, task planned start) is after today"),
        ("size(task.children.filter(t, t.is_leaf)) == 0", "the number of task children (t) with t is leaf is yes is 0"),
        ("phase_at_least(task.project, 'planning')", "task project is in 'planning' or a later phase"),
    ],
)  # fmt: skip
def test_an_expression_is_said_in_plain_words(text: str, words: str) -> None:
    environment = Environment.on(TODAY, {"grace": 2, "words": ["tbd", "n/a"]})
    assert in_words(Subject("task", Catalogue(), environment).condition(text)) == words
