"""From an understood clause to a test of one issue."""

import operator as op
from collections.abc import Callable, Collection
from typing import Any, TypeAlias

from pmohub.testing.jira.jql.fields import COMPARISONS, TEXT_FIELDS
from pmohub.testing.jira.jql.operands import Meaning
from pmohub.testing.jira.jql.site import Field, FieldType, Issue, Site, Value
from pmohub.testing.jira.jql.syntax import NEGATIVE, Operator
from pmohub.testing.jira.jql.texts import finder

Test: TypeAlias = Callable[[Issue], bool]
_COMPARE: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.LESS: op.lt,
    Operator.AT_MOST: op.le,
    Operator.MORE: op.gt,
    Operator.AT_LEAST: op.ge,
}
_SCALES = frozenset({FieldType.INSTANT, FieldType.DATE, FieldType.NUMBER, FieldType.DURATION})


def values(issue: Issue, field: Field) -> Collection[Value]:
    """Give an issue's values of a field: its own id as an issue, all texts together as `text`."""
    if field.id == "issue":
        return (issue.id,)
    if field.id == "text":
        return [text for each in TEXT_FIELDS for text in issue.values(each)]
    found = issue.values(field.id)
    return [str(each).casefold() for each in found] if field.type is FieldType.LABEL else found


def test_of(field: Field, operator: Operator, meaning: Meaning, site: Site) -> Test:
    """Make the test of a field that is no text: an empty field satisfies nothing but IS EMPTY and its like."""
    if operator in COMPARISONS:
        if field.type in _SCALES:
            return _compared(field, operator, meaning)
        return _ranked(field, operator, meaning, site)
    wanted = frozenset(meaning.points) if field.type in _SCALES else meaning.ids
    negative = operator in NEGATIVE

    def test(issue: Issue) -> bool:
        found = values(issue, field)
        if negative:
            return bool(found) and wanted.isdisjoint(found)
        return not wanted.isdisjoint(found) if found else meaning.empty

    return test


def text_test(field: Field, operator: Operator, sought: str) -> Test:
    """Make the test of a text; one that is empty neither holds nor lacks the words."""
    found = finder(sought)
    wanted = operator is Operator.LIKE

    def test(issue: Issue) -> bool:
        texts = [str(each) for each in values(issue, field)]
        return any(texts) and found(texts) == wanted

    return test


def _compared(field: Field, operator: Operator, meaning: Meaning) -> Test:
    holds = _COMPARE[operator]
    return lambda issue: any(holds(value, point) for value in values(issue, field) for point in meaning.points)


def _ranked(field: Field, operator: Operator, meaning: Meaning, site: Site) -> Test:
    """Compare ranks of one group only: versions of one project, issues of one project."""
    holds = _COMPARE[operator]
    kind = "issue" if field.type is FieldType.ISSUE else field.id
    limits = [site.rank(kind, each) for each in meaning.ids]

    def test(issue: Issue) -> bool:
        ranks = [site.rank(kind, str(value)) for value in values(issue, field)]
        return any(rank[:-1] == limit[:-1] and holds(rank[-1], limit[-1]) for rank in ranks for limit in limits)

    return test
