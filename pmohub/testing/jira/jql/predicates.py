"""The predicates of WAS and CHANGED, understood."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from pmohub.testing.jira.jql.history import When
from pmohub.testing.jira.jql.operands import Meaning, Operands, items
from pmohub.testing.jira.jql.site import Asker, Field, FieldType
from pmohub.testing.jira.jql.syntax import Literal, Operand, Predicate, Term

_PERSON = Field("assignee", FieldType.PERSON, ())


def when_of(term: Term, field: Field, operands: Operands) -> When:
    """Join a clause's predicates; one that could not be understood has been complained of and bounds nothing."""
    when = When()
    for predicate in term.predicates:
        when = _narrowed(when, predicate, term, field, operands)
    return when


def ids_of(meaning: Meaning) -> frozenset[str]:
    """Give the ids meant; an empty one stands for the empty field."""
    return meaning.ids | {""} if meaning.empty else meaning.ids


def _narrowed(when: When, predicate: Predicate, term: Term, field: Field, operands: Operands) -> When:
    match predicate.word:
        case "by":
            return replace(when, by=operands.understand(predicate.operand, _PERSON, "by").ids)
        case "from":
            return replace(when, before=ids_of(operands.understand(predicate.operand, field, term.field)))
        case "to":
            return replace(when, after=ids_of(operands.understand(predicate.operand, field, term.field)))
        case _:
            return _in_time(when, predicate, operands)


def _in_time(when: When, predicate: Predicate, operands: Operands) -> When:
    edges = [(operands.moment(item, predicate.word), item) for item in items(predicate.operand)]
    moments = [(moment, item) for moment, item in edges if moment is not None]
    if not moments:
        return when
    (first, _), (last, last_item) = moments[0], moments[-1]
    match predicate.word:
        case "after":
            return replace(when, since=max(when.since, first))
        case "before":
            return replace(when, until=min(when.until, first))
        case _:
            until = _day_after(last, operands.asker) if _is_day(last_item) else last
            return replace(when, since=max(when.since, first), until=min(when.until, until))


def _is_day(operand: Operand) -> bool:
    return isinstance(operand, Literal) and not operand.is_number and ":" not in operand.text


def _day_after(moment: datetime, asker: Asker) -> datetime:
    following = moment.astimezone(asker.timezone).date() + timedelta(days=1)
    return datetime.combine(following, time(), asker.timezone).astimezone(UTC)
