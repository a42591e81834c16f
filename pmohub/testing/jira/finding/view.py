"""One issue as a query looks at it. What can be known by arithmetic is, without making the issue."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pmohub.testing.jira.jql.site import Edit, Value
from pmohub.testing.jira.world import catalogue, scheme
from pmohub.testing.jira.world.documents import words
from pmohub.testing.jira.world.issue import Issue
from pmohub.testing.jira.world.numbering import FIRST_ID
from pmohub.testing.jira.world.world import World
from pmohub.testing.sandbox.timeline import day_of, instant


class View:
    """An issue by its number; `issue` is given where it was edited."""

    __slots__ = ("_issue", "_world", "id", "number")

    def __init__(self, world: World, number: int, issue: Issue | None = None) -> None:
        self.id = str(FIRST_ID + number)
        self.number, self._world, self._issue = number, world, issue

    @property
    def issue(self) -> Issue:
        """Give the whole issue."""
        if self._issue is None:
            self._issue = self._world.generated(self.number)
        return self._issue

    @property
    def project(self) -> int:
        """Give the place of its project."""
        return self._issue.project if self._issue else self._world.generator.numbering.project(self.number)

    @property
    def key(self) -> str:
        """Give its key."""
        return self._issue.key if self._issue else f"{self._world.projects[self.project].key}-{self.place}"

    @property
    def updated(self) -> int:
        """Give when it was last changed."""
        generator = self._world.generator
        return self._issue.updated if self._issue else generator.updated_at_rank(generator.numbering.rank(self.number))

    @property
    def created(self) -> int:
        """Give when it was created."""
        return self._issue.created if self._issue else self._world.generator.created(self.number)

    @property
    def place(self) -> int:
        """Give the number that its key ends with."""
        if self._issue:
            return int(self._issue.key.rpartition("-")[2])
        return self._world.generator.numbering.place(self.number) + 1

    def values(self, field: str) -> Collection[Value]:
        """Give the values of a field of JQL."""
        maker = CHEAP.get(field)
        if maker is not None:
            return (maker(self),)
        special = SPECIAL.get(field)
        if special is not None:
            return special(self._world, self.issue)
        return _plain(self.issue, STORED.get(field, field))

    def edits(self, field: str) -> Sequence[Edit]:
        """Give the changes of a field."""
        stored = STORED.get(field, field)
        return [
            Edit(instant(change.at), change.author, _ids(item.old), _ids(item.new))
            for change in self.issue.changes
            for item in change.items
            if item.field_id == stored
        ]


CHEAP: dict[str, Callable[[View], Value]] = {
    "project": lambda view: str(10_000 + view.project),
    "updated": lambda view: instant(view.updated),
    "created": lambda view: instant(view.created),
}
STORED = {
    "component": "components",
    "fixVersion": "fixVersions",
    "affectedVersion": "versions",
    "resolved": "resolutiondate",
    "statusCategoryChangedDate": "statuscategorychangedate",
    "originalEstimate": "timeoriginalestimate",
    "remainingEstimate": "timeestimate",
    "timeSpent": "timespent",
}
_CUSTOM: dict[catalogue.Kind, Callable[[Any], Value]] = {
    catalogue.MOMENT: instant,
    catalogue.DAY: date.fromisoformat,
    catalogue.FLOAT: lambda value: Decimal(str(value)),
    catalogue.AREA: words,
    catalogue.EPIC_LINK_KIND: lambda value: str(FIRST_ID + value),
}
_SYSTEM: dict[str, Callable[[Any], Value]] = {
    "resolutiondate": instant,
    "statuscategorychangedate": instant,
    "duedate": date.fromisoformat,
    "description": words,
    "environment": words,
    "parent": lambda value: str(FIRST_ID + value),
}
READ = _SYSTEM | {one.id: _CUSTOM[one.kind] for one in catalogue.CUSTOM if one.kind in _CUSTOM}


def _category(world: World, issue: Issue) -> Collection[Value]:
    category = world.projects[issue.project].category
    return (category.id,) if category else ()


SPECIAL: dict[str, Callable[[World, Issue], Collection[Value]]] = {
    "category": _category,
    "statusCategory": lambda _world, issue: (scheme.STATUSES[issue.values["status"]].category,),
    "comment": lambda _world, _issue: (),
    "worklogDate": lambda _world, issue: [day_of(one.started) for one in issue.worklogs],
    "worklogAuthor": lambda _world, issue: [one.author for one in issue.worklogs],
}


def _plain(issue: Issue, field: str) -> Collection[Value]:
    found: Any = issue.values.get(field)
    if found is None:
        return ()
    if isinstance(found, tuple):
        return [str(one) for one in found if one is not None]
    return (READ[field](found) if field in READ else found,)


def _ids(told: str | None) -> Collection[str]:
    return (told,) if told else ()
