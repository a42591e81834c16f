"""WAS and CHANGED: what a field held, when, and who set it.

Source: Atlassian, "JQL operators": WAS finds what holds the value now or has held it; predicates AFTER, BEFORE, ON,
DURING, BY, and for CHANGED also FROM and TO. A date alone is the whole day for ON and DURING.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from pmohub.testing.jira.jql.site import Edit, Issue

_EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
_LATEST = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class When:
    """The predicates of one clause: the time from `since` to before `until`, by whom, from which ids to which."""

    since: datetime = _EARLIEST
    until: datetime = _LATEST
    by: frozenset[str] | None = None
    before: frozenset[str] | None = None
    after: frozenset[str] | None = None


def was(issue: Issue, field: str, wanted: Collection[str], when: When) -> bool:
    """Say whether the field held one of the ids at some moment of the time; an empty id stands for an empty field."""
    return any(
        start < when.until
        and end > when.since
        and not wanted_ids.isdisjoint(held or {""})
        and (when.by is None or by in when.by)
        for wanted_ids in (frozenset(wanted),)
        for start, end, held, by in _held(issue, field)
    )


def changed(issue: Issue, field: str, when: When) -> bool:
    """Say whether the field was changed in that time, by one of them, from and to one of those."""
    return any(
        when.since <= edit.at < when.until
        and (when.by is None or edit.by in when.by)
        and _among(edit.before, when.before)
        and _among(edit.after, when.after)
        for edit in issue.edits(field)
    )


def _among(ids: Collection[str], wanted: frozenset[str] | None) -> bool:
    return wanted is None or not wanted.isdisjoint(ids or {""})


def _held(issue: Issue, field: str) -> Iterator[tuple[datetime, datetime, Collection[str], str]]:
    edits = issue.edits(field)
    created = next((each for each in issue.values("created") if isinstance(each, datetime)), _EARLIEST)
    reporter = next((str(each) for each in issue.values("reporter")), "")
    current = [str(each) for each in issue.values(field)]
    first = Edit(created, reporter, (), edits[0].before if edits else current)
    steps = (first, *edits)
    for step, following in zip(steps, (*steps[1:], None), strict=True):
        yield step.at, following.at if following else _LATEST, step.after, step.by
