"""A field's JSON to a canonical value, by the type that Jira gives it, and on to the type that is declared for it."""

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from functools import partial
from typing import Any

from canonical.values import FieldValue
from canonical.values import shown as as_text
from canonical.vocabulary import FieldType
from connectors.jira.mapping.adf import is_document, to_markdown
from connectors.jira.mapping.catalogue import PARENT_LINK, SPRINT, JiraField
from connectors.jira.mapping.reading import name_of, user_ref
from connectors.jira.mapping.sprints import read_sprint
from connectors.mapping.declaring import Decode, as_json, declared
from connectors.mapping.reading import UnmappableError, day_of, instant_of, number_of, seconds_of, text_of
from connectors.mapping.tasks import DAYS, DURATIONS, MOMENTS, PEOPLE, labels_of, points

CASCADE = " - "
"""Between the levels of a cascading select, as Jira's own exports write them."""


def text_or_document(raw: Any) -> str | None:
    """Read a text: as it stands, or a document as Markdown."""
    return to_markdown(raw) or None if is_document(raw) else text_of(raw)


def any_form(raw: Any) -> FieldValue:
    """Give anything as text: its name where it has one, else its JSON."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int | float):
        return number_of(raw)
    if isinstance(raw, str) or is_document(raw):
        return text_or_document(raw)
    if isinstance(raw, list):
        return [str(any_form(part)) for part in raw if part is not None]
    try:
        return name_of(raw)
    except UnmappableError:
        return as_json(raw)


def user_name(raw: Any) -> str | None:
    """Give the name by which people know a user; the reference where it is hidden."""
    if isinstance(raw, dict) and (name := raw.get("displayName")):
        return text_of(name)
    return text_of(raw) if isinstance(raw, str) else user_ref(raw)


def cascade(raw: Any) -> str | None:
    """Give a cascading select as `A - B`."""
    parts: list[str] = []
    at = raw
    while isinstance(at, dict) and len(parts) < 10:
        name = name_of(at)
        if name is not None:
            parts.append(name)
        at = at.get("child")
    return CASCADE.join(parts) if parts else name_of(raw)


def sprint_name(raw: Any) -> str | None:
    """Give a sprint's name."""
    sprint = read_sprint(raw)
    return sprint.name or sprint.id


def parent_link(raw: Any) -> str | None:
    """Give the key, or else the id, in a Parent Link: a text on Data Center, an object with `data` on Cloud."""
    data = raw.get("data", raw) if isinstance(raw, dict) else raw
    if isinstance(data, dict):
        return text_of(data.get("key") or data.get("id"))
    return text_of(data)


def _instant(raw: Any) -> datetime | None:
    return instant_of(raw)


SIMPLE: Mapping[str, Decode] = {
    "string": text_or_document,
    "number": number_of,
    "datetime": _instant,
    "user": user_name,
    "option": name_of,
    "option-with-child": cascade,
    **dict.fromkeys(
        ("priority", "status", "resolution", "issuetype", "project", "version", "component", "group", "securitylevel"),
        name_of,
    ),
    **dict.fromkeys(("issuelink", "team"), name_of),
    "timetracking": any_form,
}
LISTED: Mapping[str, Decode] = {
    "string": text_or_document,
    "user": user_name,
    "option": name_of,
    "version": name_of,
    "component": name_of,
    "group": name_of,
    "json": sprint_name,
}


def is_known(field: JiraField) -> bool:
    """Say whether the field's type is one that is read as what it is; any other is kept as its text form."""
    if field.type == "array":
        return field.items in LISTED and (field.items != "json" or field.custom == SPRINT)
    return field.type in SIMPLE or field.type == "date" or field.custom == PARENT_LINK


def decoder(field: JiraField, zone: tzinfo) -> Decode:
    """Make the function that reads a field's JSON; it is never asked about null.

    Raises (the function): UnmappableError.
    """
    if field.custom == PARENT_LINK:
        return parent_link
    if field.type == "date":
        return partial(day_of, zone=zone)
    if field.type == "array":
        of_each = LISTED.get(field.items, any_form) if is_known(field) else any_form
        return partial(_listed, of_each=of_each)
    return SIMPLE.get(field.type, any_form)


def _listed(raw: Any, of_each: Decode) -> FieldValue:
    if not isinstance(raw, list):
        # Older servers print the single value of a list that never holds more.
        raw = [raw]
    values = (of_each(part) for part in raw if part is not None)
    return [str(value) for value in values if value is not None] or None


def record_decoder(name: str, field: JiraField, zone: tzinfo) -> Callable[[Any], Any]:
    """Make the function that reads a Jira field as a field of a task."""
    decode = decoder(field, zone)
    if name in BY_NAME:
        return BY_NAME[name]
    if name == "parent":
        return lambda raw: key_ref(decode(raw))
    if name == "labels":
        return lambda raw: labels_of(decode(raw))
    return declared(decode, FieldType.DATE if name in DAYS else FieldType.TEXT, zone)


def key_ref(value: FieldValue) -> str | None:
    """Refer to an issue by what a field holds: its id or its key."""
    text = as_text(value)
    return (f"id:{text}" if text.isdecimal() else f"key:{text}") if text else None


BY_NAME: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(MOMENTS, instant_of),
    **dict.fromkeys(DURATIONS, seconds_of),
    **dict.fromkeys(PEOPLE, user_ref),
    "story_points": points,
    "percent_complete": number_of,
}
