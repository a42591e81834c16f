"""What a changelog says of a change: the field under the name that changelogs use, ids and texts before and after."""

from collections.abc import Callable, Iterator
from typing import Any

from pmohub.testing.jira.world import catalogue, scheme
from pmohub.testing.jira.world.catalogue import FIELDS
from pmohub.testing.jira.world.company import Project
from pmohub.testing.jira.world.documents import words
from pmohub.testing.jira.world.issue import Item
from pmohub.testing.jira.world.numbering import FIRST_ID
from pmohub.testing.jira.world.sprints import sprint_of
from pmohub.testing.jira.world.world import World
from pmohub.testing.sandbox.timeline import instant

Told = tuple[str | None, str | None]
ONE_BY_ONE = {"components": "Component", "fixVersions": "Fix Version", "versions": "Version"}
NAMES = {**ONE_BY_ONE, "parent": "IssueParentAssociation", "project": "project", "key": "Key"}
QUIET = frozenset({"statuscategorychangedate", "resolutiondate"})
"""Values that follow from others and have no history of their own."""


def items(world: World, project: Project, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Item]:
    """Give what changed between two states of an issue's values."""
    for field, value in after.items():
        old = before.get(field)
        if field in QUIET or old == value:
            continue
        name = FIELDS[field].name if field in FIELDS and FIELDS[field].custom else NAMES.get(field, field)
        custom = field in FIELDS and FIELDS[field].custom
        if field in ONE_BY_ONE:
            yield from _parts(project, field, set(old or ()), set(value or ()))
        else:
            yield Item(name, field, custom, *told(world, field, old), *told(world, field, value))


def _parts(project: Project, field: str, old: set[str], new: set[str]) -> Iterator[Item]:
    source: Any = project.components if field == "components" else project.releases
    names = {one.id: one.name for one in source}
    for gone in sorted(old - new):
        yield Item(ONE_BY_ONE[field], field, False, gone, names.get(gone), None, None)
    for come in sorted(new - old):
        yield Item(ONE_BY_ONE[field], field, False, None, None, come, names.get(come))


def told(world: World, field: str, value: Any) -> Told:
    """Give the id and the text of a field's value."""
    if value is None:
        return None, None
    if field in TELLERS:
        return TELLERS[field](world, field, value)
    kind = FIELDS[field].kind if field in FIELDS else catalogue.TEXT
    return BY_KIND.get(kind, _text)(world, field, value)


def _text(_world: World, _field: str, value: Any) -> Told:
    return None, words(value)


def _same(_world: World, _field: str, value: Any) -> Told:
    return str(value), str(value)


def _person(world: World, _field: str, value: Any) -> Told:
    user = world.user(value)
    return value, user.display_name if user else value


def _people(world: World, _field: str, value: Any) -> Told:
    names = [_person(world, "", one)[1] or "" for one in value]
    return f"[{', '.join(value)}]", f"[{', '.join(names)}]"


def _issue(world: World, _field: str, value: Any) -> Told:
    other = world.issue(value)
    return str(FIRST_ID + value), other.key if other else None


def _option(_world: World, field: str, value: Any) -> Told:
    return value, next(one.value for one in FIELDS[field].options if one.id == value)


def _options(world: World, field: str, value: Any) -> Told:
    return f"[{', '.join(value)}]", ",".join(_option(world, field, one)[1] or "" for one in value)


def _cascade(_world: World, field: str, value: Any) -> Told:
    first, second = value
    above = next(one for one in FIELDS[field].options if one.id == first)
    text = f"Parent values: {above.value}({first})"
    below = next((one for one in above.children if one.id == second), None)
    return None, text if below is None else f"{text}Level 1 values: {below.name}({below.id})"


def _sprints(world: World, _field: str, value: Any) -> Told:
    first = world.generator.first_day
    names = [sprint_of(one, first, world.today).name for one in value]
    return ", ".join(map(str, value)), ", ".join(names)


def _day(_world: World, field: str, value: Any) -> Told:
    return value, f"{value} 00:00:00.0" if field == "duedate" else value


def _moment(_world: World, _field: str, value: Any) -> Told:
    at = instant(value)
    return f"{at:%Y-%m-%dT%H:%M:%S%z}", f"{at:%d/%b/%y %I:%M %p}"


def _named(among: dict[str, Any]) -> Callable[[World, str, Any], Told]:
    return lambda _world, _field, value: (value, among[value].name)


def _listed(_world: World, _field: str, value: Any) -> Told:
    return None, " ".join(value)


TELLERS: dict[str, Callable[[World, str, Any], Told]] = {
    "status": _named(scheme.STATUSES),
    "priority": _named(scheme.PRIORITIES),
    "resolution": _named(scheme.RESOLUTIONS),
    "issuetype": _named(scheme.TYPES),
    "assignee": _person,
    "reporter": _person,
    "labels": _listed,
    "duedate": _day,
    "parent": _issue,
    "timeoriginalestimate": _same,
    "timeestimate": _same,
    "timespent": _same,
    "project": lambda world, _field, value: (value, next(one.name for one in world.projects if one.id == value)),
    "security": lambda _world, _field, value: (value, "Board only"),
    catalogue.SPRINT: _sprints,
    catalogue.EPIC_LINK: _issue,
}
BY_KIND: dict[catalogue.Kind, Callable[[World, str, Any], Told]] = {
    catalogue.FLOAT: lambda _world, _field, value: (None, f"{value:.15g}"),
    catalogue.DAY: _day,
    catalogue.MOMENT: _moment,
    catalogue.PERSON: _person,
    catalogue.PEOPLE: _people,
    catalogue.ONE: _option,
    catalogue.BUTTONS: _option,
    catalogue.SEVERAL: _options,
    catalogue.CASCADE: _cascade,
    catalogue.TAGS: _listed,
}
