"""Items of a changelog: how each side of one, its value and how it was shown, becomes a canonical value."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from canonical.values import FieldValue
from connectors.jira.mapping.catalogue import EPIC_LINK, PARENT_LINK, SPRINT, JiraField
from connectors.jira.mapping.plan import MappedField
from connectors.mapping.reading import UnmappableError, clean, id_of, seconds_of, text_of

CASCADE = re.compile(r"^Parent values: (?P<parent>.*?)\(\d+\)(?:Level 1 values: (?P<child>.*)\(\d+\))?$", re.DOTALL)
Read = Callable[[Any, Any], FieldValue]
"""Reads one side of an item: its value (`from`), and how it was shown (`fromString`)."""


def reference(value: Any, _shown: Any) -> FieldValue:
    """Refer to a user or a project by its id."""
    return f"id:{id_of(value)}" if value not in (None, "") else None


def shown_text(_value: Any, shown: Any) -> FieldValue:
    """Read what was shown."""
    return text_of(shown)


def seconds(value: Any, shown: Any) -> FieldValue:
    """Read a duration; Jira prints its seconds."""
    return seconds_of(value if value not in (None, "") else shown)


def labels(_value: Any, shown: Any) -> FieldValue:
    """Read labels, which are listed with blanks between them."""
    return list((text_of(shown) or "").split())


def issue(value: Any, shown: Any) -> FieldValue:
    """Refer to an issue by its id, or by its key where there is none."""
    key = text_of(shown)
    return f"id:{id_of(value)}" if value not in (None, "") else (f"key:{key}" if key else None)


def issue_by_key(value: Any, shown: Any) -> FieldValue:
    """Refer to an issue by its key, as Data Center does where a field holds one."""
    key = text_of(shown)
    return f"key:{key}" if key else issue(value, shown)


def last_sprint(value: Any, _shown: Any) -> FieldValue:
    """Give the id of the sprint that came last; an item lists all that the issue was in."""
    ids = (text_of(value) or "").replace(",", " ").split()
    return ids[-1] if ids else None


def last_sprint_name(value: Any, shown: Any) -> FieldValue:
    """Give the name of the sprint that came last, where it can be told."""
    ids, names = (text_of(value) or "").replace(",", " ").split(), text_of(shown)
    if names is None or len(ids) < 2:
        return names
    each = names.split(", ")
    # A name may hold a comma; then which of them is the last cannot be told.
    return each[-1] if len(each) == len(ids) else None


def custom_reader(mapped: MappedField) -> Read:
    """Make the function that reads one side of a custom field's item, by what the field would hold as JSON."""
    as_json = _as_json(mapped.field)

    def read(value: Any, shown: Any) -> FieldValue:
        raw = as_json(value, shown)
        decoded = None if raw is None else mapped.decode(raw)
        return list(decoded) if isinstance(decoded, tuple) else decoded

    return read


def _as_json(field: JiraField) -> Callable[[Any, Any], Any]:
    if field.custom in (EPIC_LINK, PARENT_LINK, SPRINT):
        return lambda _value, shown: text_of(shown)
    if field.type == "array":
        return lambda value, shown: _several(field, value, text_of(shown))
    return BY_TYPE.get(field.type, lambda value, shown: {"name": shown, "id": value} if shown else None)


def _cascade(shown: str | None) -> Any:
    match = CASCADE.match(shown) if shown else None
    if match is None:
        return shown
    child = match["child"]
    return {"value": match["parent"], **({"child": {"value": child}} if child else {})}


def _several(field: JiraField, value: Any, shown: str | None) -> Any:
    if shown is None:
        return None
    if field.items == "string":
        return shown.split()
    ids = re.findall(r"[^\[\],\s]+", clean(str(value))) if value else []
    parts = [part.strip() for part in shown.split(",")]
    # An option's name may hold a comma: then only the ids say how many there are.
    names = parts if len(parts) == len(ids) or not ids else [shown]
    if len(names) != len(ids) and len(ids) > 1:
        message = f"{shown} are {len(ids)} values whose names cannot be told apart."
        raise UnmappableError(message)
    return [{"value": name} for name in names] if field.items != "user" else [{"displayName": name} for name in names]


BY_TYPE: Mapping[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(("date", "datetime"), lambda value, shown: value or shown or None),
    **dict.fromkeys(("timetracking", "number", "string", "any"), lambda _value, shown: shown or None),
    "user": lambda value, shown: {"accountId": value, "displayName": shown} if value else None,
    "option-with-child": lambda _value, shown: _cascade(text_of(shown)),
}
