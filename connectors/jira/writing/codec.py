"""A canonical value to what Jira takes for a field, checked against `editmeta` before anything is sent.

Sources: REST API v3, "Edit issue" and "Get edit issue metadata"; the forms of custom fields in Atlassian's "JIRA REST
API examples" (developer.atlassian.com/server/jira/platform/jira-rest-api-examples/).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from canonical.values import FieldValue
from canonical.values import shown as as_text
from connectors.jira.client.api import JSON
from connectors.jira.mapping.catalogue import BY_CHOICE, TIME_TRACKING
from connectors.jira.writing.choices import choose_cascade, named
from connectors.jira.writing.documents import to_document
from connectors.writing import scalars
from connectors.writing.choices import choose, choose_answer
from connectors.writing.lists import members
from connectors.writing.refusal import RefusedError

LISTED = frozenset({"string", "option", "user", "version", "component", "group"})
RICH = frozenset({"description", "environment"})


class Sides(NamedTuple):
    """What a field holds now and what it shall hold."""

    before: FieldValue
    after: FieldValue


@dataclass(frozen=True, slots=True)
class Editable:
    """A field as `editmeta` gives it for one issue."""

    id: str
    label: str
    type: str
    items: str
    custom: str
    required: bool
    operations: frozenset[str]
    allowed: Sequence[JSON]

    @property
    def is_rich(self) -> bool:
        """Whether it holds a document on Cloud."""
        return self.custom.endswith(":textarea") or self.id in RICH


@dataclass(frozen=True, slots=True)
class Dialect:
    """How this Jira wants values: documents for rich texts (`cloud`), and a user by what `user` finds for a text.

    `user` raises RefusedError where nobody, or more than one, is meant.
    """

    cloud: bool
    user: Callable[[str], JSON]


def editable(field_id: str, raw: JSON) -> Editable:
    """Read an entry of `editmeta`."""
    schema = raw.get("schema") or {}
    return Editable(
        field_id,
        str(raw.get("name") or field_id),
        str(schema.get("type") or "any"),
        str(schema.get("items") or ""),
        str(schema.get("custom") or ""),
        raw.get("required") is True,
        frozenset(map(str, raw.get("operations") or ())),
        [value for value in raw.get("allowedValues") or () if isinstance(value, dict)],
    )


def edit(field: Editable, sides: Sides, dialect: Dialect) -> dict[str, Any]:
    """Give the body of an edit that changes this field and nothing else.

    Raises:
        RefusedError: the field does not take the value, or may not be emptied.
    """
    if field.required and (sides.after is None or sides.after == []):
        message = f"{field.label} is required and may not be emptied"
        raise RefusedError(message)
    if field.type == "array":
        return {"update": {field.id: _members(field, sides, dialect)}}
    if "set" not in field.operations:
        message = f"Jira does not let {field.label} be set"
        raise RefusedError(message)
    return {"fields": {field.id: None if sides.after is None else value_of(field, sides.after, dialect)}}


def _members(field: Editable, sides: Sides, dialect: Dialect) -> list[dict[str, Any]]:
    """Add and remove, never replace: what somebody else adds meanwhile stays."""
    if field.items not in LISTED:
        message = f"{field.label} is a list of {field.items or 'something'}, which pmohub does not write"
        raise RefusedError(message)
    if not {"add", "remove"} <= field.operations:
        message = f"Jira lets {field.label} be replaced as a whole only, which would lose what others add"
        raise RefusedError(message)
    before = members(sides.before)
    after = _ticked(field, sides.after) if isinstance(sides.after, bool) else members(sides.after)
    added, removed = [one for one in after if one not in before], [one for one in before if one not in after]
    return [
        *({"add": _member(field, one, dialect)} for one in added),
        *({"remove": _member(field, one, dialect)} for one in removed),
    ]


def _ticked(field: Editable, after: bool) -> list[str]:
    chosen = choose_answer(after, field.allowed, named, field.label)
    return [] if chosen is None else [str(chosen.get("value") or chosen.get("name"))]


def _member(field: Editable, name: str, dialect: Dialect) -> Any:
    if field.items == "string":
        if any(letter.isspace() for letter in name):
            message = f"{field.label} cannot hold “{name}”: a label has no blanks"
            raise RefusedError(message)
        return name
    if field.items == "user":
        return dialect.user(name)
    if field.allowed:
        return {"id": str(choose(name, field.allowed, named, field.label)["id"])}
    return {"value" if field.items == "option" else "name": name}


def value_of(field: Editable, after: FieldValue, dialect: Dialect) -> Any:
    """Give the JSON of a single value.

    Raises:
        RefusedError: the field does not take it.
    """
    if field.type in BY_CHOICE:
        return _choice(field, after)
    if field.type == "option-with-child":
        return choose_cascade(as_text(after), field.allowed, field.label)
    write = BY_TYPE.get(field.type)
    if write is not None:
        return write(field, after)
    if field.type == "user":
        return dialect.user(as_text(after))
    if field.type == "string" or field.custom.endswith(":gh-epic-link"):
        text = as_text(after)
        return to_document(text) if field.is_rich and dialect.cloud else text
    message = f"{field.label} is of the type {field.type}, which pmohub does not write"
    raise RefusedError(message)


def _choice(field: Editable, after: FieldValue) -> Any:
    if isinstance(after, bool):
        chosen = choose_answer(after, field.allowed, named, field.label)
        return None if chosen is None else {"id": str(chosen["id"])}
    if field.allowed:
        return {"id": str(choose(as_text(after), field.allowed, named, field.label)["id"])}
    return {"value" if field.type == "option" else "name": as_text(after)}


def _number(field: Editable, after: FieldValue) -> int | float:
    number = scalars.number(field.label, after)
    return number if isinstance(number, int) else float(number)


def _day(field: Editable, after: FieldValue) -> str:
    return scalars.day(field.label, after)


def _instant(field: Editable, after: FieldValue) -> str:
    """Write an instant as Jira reads it; it does not read an offset with a colon."""
    moment = scalars.instant(field.label, after)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}+0000"


def _group(_field: Editable, after: FieldValue) -> JSON:
    return {"name": as_text(after)}


BY_TYPE: Mapping[str, Callable[[Editable, FieldValue], Any]] = {
    "number": _number,
    "date": _day,
    "datetime": _instant,
    "group": _group,
}


def estimate(field_id: str, label: str, after: FieldValue, now: Mapping[str, Any]) -> dict[str, Any]:
    """Give the body of an edit of one estimate, in minutes; the other one is sent as it is, or Jira would move it.

    `now` holds the seconds of both, by the fields' ids.

    Raises:
        RefusedError: it is no whole number of minutes.
    """
    wanted: dict[str, FieldValue] = {**{name: now.get(name) for name in TIME_TRACKING}, field_id: after}
    parts = {}
    for name, part in TIME_TRACKING.items():
        seconds = wanted[name]
        if seconds is None and name != field_id:
            continue
        if seconds is not None and (isinstance(seconds, bool) or not isinstance(seconds, int) or seconds % 60):
            message = f"{label} is a whole number of minutes, and “{as_text(seconds)}” seconds are not"
            raise RefusedError(message)
        parts[part] = f"{(seconds or 0) // 60}m" if seconds is not None else ""
    return {"update": {"timetracking": [{"edit": parts}]}}
