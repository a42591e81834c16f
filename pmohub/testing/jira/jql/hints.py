"""What surely holds of everything that a query finds, so that an index can leave out the rest without looking at it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from pmohub.testing.jira.jql.operands import Meaning
from pmohub.testing.jira.jql.site import Field
from pmohub.testing.jira.jql.syntax import Operator

_EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
_LATEST = datetime(9999, 12, 31, tzinfo=UTC)
_SAME = frozenset({Operator.EQUALS, Operator.IN})


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time, both ends included."""

    since: datetime = _EARLIEST
    until: datetime = _LATEST

    def within(self, other: "Span") -> "Span":
        """Give what both have; it is empty where `since` comes after `until`."""
        return Span(max(self.since, other.since), min(self.until, other.until))

    def around(self, other: "Span") -> "Span":
        """Give the shortest span that holds both."""
        return Span(min(self.since, other.since), max(self.until, other.until))


@dataclass(frozen=True, slots=True)
class Hints:
    """Bounds on what can be found, perhaps too wide: ids of projects and of issues (None: any), and spans of time.

    `exact`: everything within the bounds is found, so that no issue needs to be looked at.
    """

    projects: frozenset[str] | None = None
    issues: frozenset[str] | None = None
    created: Span = Span()
    updated: Span = Span()
    exact: bool = False

    def both(self, other: "Hints") -> "Hints":
        """Give the bounds of what satisfies both."""
        return Hints(
            _intersection(self.projects, other.projects),
            _intersection(self.issues, other.issues),
            self.created.within(other.created),
            self.updated.within(other.updated),
            exact=self.exact and other.exact,
        )

    def either(self, other: "Hints") -> "Hints":
        """Give the bounds of what satisfies one of them."""
        return Hints(
            _union(self.projects, other.projects),
            _union(self.issues, other.issues),
            self.created.around(other.created),
            self.updated.around(other.updated),
        )


def hints_of(field: Field, operator: Operator, meaning: Meaning) -> Hints:
    """Give what one clause bounds; nothing, where it allows an empty field."""
    if meaning.empty:
        return Hints()
    if field.id == "project" and operator in _SAME:
        return Hints(projects=meaning.ids, exact=True)
    if field.id == "issue" and operator in _SAME:
        return Hints(issues=meaning.ids, exact=True)
    exact = operator in {Operator.AT_LEAST, Operator.AT_MOST}
    if field.id == "created":
        return Hints(created=_span(operator, meaning), exact=exact)
    if field.id == "updated":
        return Hints(updated=_span(operator, meaning), exact=exact)
    return Hints()


def _span(operator: Operator, meaning: Meaning) -> Span:
    moments = [point for point in meaning.points if isinstance(point, datetime)]
    if not moments:
        return Span()
    match operator:
        case Operator.MORE | Operator.AT_LEAST:
            return Span(since=min(moments))
        case Operator.LESS | Operator.AT_MOST:
            return Span(until=max(moments))
        case Operator.EQUALS | Operator.IN:
            return Span(min(moments), max(moments))
        case _:
            return Span()


def _intersection(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    return other if one is None else one if other is None else one & other


def _union(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    return None if one is None or other is None else one | other
