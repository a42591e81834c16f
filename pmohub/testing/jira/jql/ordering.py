"""ORDER BY: empty fields come last, or first where the order is descending.

Source: Atlassian, "JQL keywords" (ORDER BY): without ASC or DESC a field has an order of its own. Dates and priorities
have the newest and the highest first, as Jira's issue navigator does; whoever needs an order should say which.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pmohub.testing.jira.jql.matching import values
from pmohub.testing.jira.jql.site import Field, FieldType, Issue, Site

_BY_RANK = frozenset({FieldType.CHOICE, FieldType.RANKED, FieldType.ISSUE, FieldType.PERSON})


@dataclass(frozen=True, slots=True)
class Order:
    """One field to order by."""

    field: Field
    descending: bool


def descends_by_itself(field: Field) -> bool:
    """Say whether a field is in descending order where none is asked for."""
    return field.type in {FieldType.INSTANT, FieldType.DATE} or field.id == "priority"


def ordered(issues: Iterable[Issue], orders: Iterable[Order], site: Site) -> list[Issue]:
    """Put issues in order; what is equal in all fields stays as it came."""
    found = list(issues)
    for order in reversed(list(orders)):
        found.sort(key=_key(order.field, site), reverse=order.descending)
    return found


def _key(field: Field, site: Site) -> Callable[[Issue], tuple[Any, ...]]:
    kind = "issue" if field.type is FieldType.ISSUE else field.id

    def key(issue: Issue) -> tuple[Any, ...]:
        found = values(issue, field)
        if not found:
            return (True,)
        if field.type in _BY_RANK:
            return (False, min(site.rank(kind, str(each)) for each in found))
        return (False, min(str(each).casefold() if isinstance(each, str) else each for each in found))

    return key
