"""What people enter into fields: Jira's JSON, checked as the edit screen would, turned into an issue's values.

The messages are those that users of Jira quote; Atlassian documents none of them.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from pmohub.testing.jira.world import catalogue, scheme
from pmohub.testing.jira.world.catalogue import FIELDS, FieldOf
from pmohub.testing.jira.world.company import Project
from pmohub.testing.jira.world.world import World
from pmohub.testing.sandbox.timeline import moment

UNKNOWN = "Field '{0}' cannot be set. It is not on the appropriate screen, or unknown."
LONGEST_LINE = 255
UNIT_SECONDS = {"w": 5 * 8 * 3600, "d": 8 * 3600, "h": 3600, "m": 60}


class Wrong(ValueError):  # noqa: N818  # it is what Jira says
    """What Jira says of a field's value: `text` with the parts put in."""

    def __init__(self, text: str, *parts: object) -> None:
        super().__init__(text.format(*parts))


class Screen(NamedTuple):
    """Where something is entered: the world, the project, and whether long texts are documents (REST v3)."""

    world: World
    project: Project
    cloud: bool
    documents: bool


Reader = Callable[[Screen, FieldOf, Any], Any]


def read(screen: Screen, field: str, given: Any, editable: Iterable[str]) -> dict[str, Any]:
    """Give the values that an entry in a field sets.

    Raises:
        Wrong: Jira would refuse it.
    """
    if field not in editable or field not in FIELDS:
        raise Wrong(UNKNOWN, field)
    if field == "timetracking":
        return _tracking(given)
    one = FIELDS[field]
    if given is None:
        if field in {"summary", "issuetype"}:
            raise Wrong("You must specify a summary of the issue." if field == "summary" else "Issue type is required.")
        return {field: () if field in LISTS else None}
    reader = BY_FIELD.get(field) or BY_KIND.get(one.kind)
    if reader is None:
        raise Wrong(UNKNOWN, field)
    value = reader(screen, one, given)
    return {field: value, "parent": value} if field == catalogue.EPIC_LINK else {field: value}


LISTS = {"labels", "components", "fixVersions", "versions"}


def seconds(text: object) -> int:
    """Read a duration such as `1w 2d 3h 20m`; a bare number counts minutes.

    Raises:
        Wrong: it is none.
    """
    total = 0
    parts = str(text).split()
    for part in parts:
        unit = UNIT_SECONDS.get(part[-1:])
        count = part if unit is None else part[:-1]
        try:
            total += int(float(count) * (unit or 60))
        except ValueError:
            raise Wrong("Invalid time entered.") from None
    if not parts or total < 0:
        raise Wrong("Invalid time entered.")
    return total


def instant_of(text: object) -> int:
    """Read an instant in Jira's form, `2026-01-31T10:00:00.000+0000`, as milliseconds since 1970.

    Raises:
        Wrong: it has another form, such as a zone of `+00:00`.
    """
    given = str(text)
    try:
        at = datetime.strptime(given, "%Y-%m-%dT%H:%M:%S.%f%z")
    except ValueError:
        raise Wrong("Error parsing date string: {0}", given) from None
    if len(given) < 5 or given[-5] not in "+-" or given.endswith("Z"):
        raise Wrong("Error parsing date string: {0}", given)
    return moment(at)


def _tracking(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise Wrong("expected Object")
    told = {}
    for name, field in (("originalEstimate", "timeoriginalestimate"), ("remainingEstimate", "timeestimate")):
        if name in given:
            told[field] = None if given[name] in {None, ""} else seconds(given[name])
    if "timeoriginalestimate" in told and "timeestimate" not in told:
        told["timeestimate"] = told["timeoriginalestimate"]
    return told


def _line(_screen: Screen, one: FieldOf, given: Any) -> str:
    if not isinstance(given, str):
        raise Wrong("Operation value must be a string")
    if one.id == "summary":
        if not given.strip():
            raise Wrong("You must specify a summary of the issue.")
        if "\n" in given or "\r" in given:
            raise Wrong("The summary is invalid because it contains newline characters.")
        if len(given) > LONGEST_LINE:
            raise Wrong("Summary must be less than 255 characters.")
    elif len(given) > LONGEST_LINE:
        raise Wrong("The entered text is too long. It exceeds the allowed limit of 255 characters.")
    return given


def _long(screen: Screen, _one: FieldOf, given: Any) -> Any:
    if screen.documents:
        if not isinstance(given, dict) or given.get("type") != "doc" or given.get("version") != 1:
            raise Wrong("Operation value must be an Atlassian Document (see the Atlassian Document Format)")
        return given
    if not isinstance(given, str):
        raise Wrong("Operation value must be a string")
    return given


def _number(_screen: Screen, _one: FieldOf, given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise Wrong("Operation value must be a number")
    return float(given)


def _day(_screen: Screen, _one: FieldOf, given: Any) -> str:
    try:
        return date.fromisoformat(given).isoformat() if len(given) == 10 else _no_day(given)
    except (TypeError, ValueError):
        return _no_day(given)


def _no_day(given: object) -> str:
    raise Wrong("Error parsing date string: {0}", given)


def _moment(_screen: Screen, _one: FieldOf, given: Any) -> int:
    return instant_of(given)


def _person(screen: Screen, _one: FieldOf, given: Any) -> str | None:
    names = ("accountId", "id") if screen.cloud else ("name", "key")
    if not isinstance(given, dict):
        raise Wrong("data was not an object")
    name = next((given[key] for key in names if key in given), "")
    if name is None:
        return None
    user = screen.world.user(str(name)) if name else None
    if user is None:
        raise Wrong("User '{0}' does not exist." if name else "expected 'accountId' property to be provided", name)
    if not user.active:
        raise Wrong("User '{0}' cannot be assigned issues.", name)
    return user.id


def _listed(given: Any) -> list[Any]:
    if not isinstance(given, list):
        raise Wrong("data was not an array")
    return given


def _people(screen: Screen, one: FieldOf, given: Any) -> tuple[str, ...]:
    return tuple(found for entry in _listed(given) if (found := _person(screen, one, entry)) is not None)


def _labels(_screen: Screen, _one: FieldOf, given: Any) -> tuple[str, ...]:
    for label in _listed(given):
        if not isinstance(label, str) or not label:
            raise Wrong("Operation value must be a string")
        if any(letter.isspace() for letter in label):
            raise Wrong("The label '{0}' contains spaces which is invalid.", label)
    return tuple(dict.fromkeys(given))


def _option(_screen: Screen, one: FieldOf, given: Any) -> str:
    if not isinstance(given, dict):
        raise Wrong("Specify a valid 'id' or 'name' for {0}", one.name)
    if "id" in given:
        if any(option.id == str(given["id"]) for option in one.options):
            return str(given["id"])
        raise Wrong("Option id '{0}' is not valid", given["id"])
    value = given.get("value")
    for option in one.options:
        if option.value == value:
            return option.id
    raise Wrong("Option value '{0}' is not valid", value)


def _options(screen: Screen, one: FieldOf, given: Any) -> tuple[str, ...] | None:
    return tuple(dict.fromkeys(_option(screen, one, entry) for entry in _listed(given))) or None


def _cascade(screen: Screen, one: FieldOf, given: Any) -> tuple[str, str | None]:
    first = _option(screen, one, given)
    child = given.get("child")
    if child is None:
        return first, None
    offered = next(option for option in one.options if option.id == first).children
    for option in offered:
        if str(child.get("id", option.id)) == option.id and child.get("value", option.name) == option.name:
            return first, option.id
    raise Wrong("Option value '{0}' is not valid", child.get("value", child.get("id")))


def _chosen(among: dict[str, Any], wrong: str) -> Reader:
    def reader(_screen: Screen, _one: FieldOf, given: Any) -> str:
        for one in among.values():
            if isinstance(given, dict) and (str(given.get("id", "")) == one.id or given.get("name") == one.name):
                return str(one.id)
        raise Wrong(wrong)

    return reader


def _parts(kind: str, of: Callable[[Project], Iterable[Any]]) -> Reader:
    def reader(screen: Screen, _one: FieldOf, given: Any) -> tuple[str, ...]:
        found = []
        for entry in _listed(given):
            told = entry if isinstance(entry, dict) else {}
            match = (
                one.id for one in of(screen.project) if str(told.get("id")) == one.id or told.get("name") == one.name
            )
            identity = next(match, None)
            if identity is None:
                raise Wrong("{0} name '{1}' is not valid", kind, told.get("name", told.get("id")))
            found.append(identity)
        return tuple(dict.fromkeys(found))

    return reader


def _issue(screen: Screen, _one: FieldOf, given: Any) -> int | None:
    if isinstance(given, dict) and given.get("none"):
        return None
    name = given.get("key") or given.get("id") if isinstance(given, dict) else given
    found = screen.world.find(str(name)) if name else None
    if found is None:
        raise Wrong("Could not find issue by id or key.")
    return found.number


def _sprint(screen: Screen, _one: FieldOf, given: Any) -> tuple[int, ...]:
    identity = given if isinstance(given, int) else int(given) if str(given).isdigit() else 0
    if not 0 < identity // 1000 <= len(screen.world.projects):
        raise Wrong("Number value expected as the Sprint id.")
    return (identity,)


BY_FIELD: dict[str, Reader] = {
    "description": _long,
    "environment": _long,
    "priority": _chosen(scheme.PRIORITIES, "The priority selected is invalid."),
    "issuetype": _chosen(scheme.TYPES, "The issue type selected is invalid."),
    "resolution": _chosen(scheme.RESOLUTIONS, "The resolution selected is invalid."),
    "components": _parts("Component", lambda project: project.components),
    "fixVersions": _parts("Version", lambda project: project.releases),
    "versions": _parts("Version", lambda project: project.releases),
    "parent": _issue,
    catalogue.EPIC_LINK: _issue,
}
BY_KIND: dict[catalogue.Kind, Reader] = {
    catalogue.TEXT: _line,
    catalogue.LINE: _line,
    catalogue.LINK: _line,
    catalogue.EPIC_NAME_KIND: _line,
    catalogue.AREA: _long,
    catalogue.DATE: _day,
    catalogue.DAY: _day,
    catalogue.MOMENT: _moment,
    catalogue.FLOAT: _number,
    catalogue.LABELS: _labels,
    catalogue.TAGS: _labels,
    catalogue.USER: _person,
    catalogue.PERSON: _person,
    catalogue.PEOPLE: _people,
    catalogue.ONE: _option,
    catalogue.BUTTONS: _option,
    catalogue.SEVERAL: _options,
    catalogue.CASCADE: _cascade,
    catalogue.SPRINT_KIND: _sprint,
}
EDITABLE = frozenset(one.id for one in FIELDS.values() if one.edited)
