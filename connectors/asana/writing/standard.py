"""The fields that every task or project has, as the body of an edit that changes one of them.

Source: Asana's OpenAPI document, `TaskBase` and `ProjectBase`: a start is taken only together with the due date, and
where a time of day is kept beside a day, writing the day drops it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from canonical.values import FieldValue
from canonical.values import shown as as_text
from connectors.asana.writing.codec import truth
from connectors.mapping.reading import JSON
from connectors.writing.refusal import RefusedError
from connectors.writing.scalars import day

Body = dict[str, Any]


def _name(after: FieldValue, _now: JSON) -> Body:
    text = as_text(after)
    if not text.strip():
        message = "the name may not be emptied"
        raise RefusedError(message)
    return {"name": text}


def _notes(after: FieldValue, _now: JSON) -> Body:
    return {"notes": as_text(after)}


def _completed(after: FieldValue, _now: JSON) -> Body:
    return {"completed": truth("completed", after)}


def _due(after: FieldValue, now: JSON) -> Body:
    _without_time(now, "due_at", "it is due")
    start = now.get("start_on") or now.get("start_at")
    if after is None and start:
        message = f"it starts on {start}, and Asana keeps a start beside a due date only"
        raise RefusedError(message)
    return {"due_on": None if after is None else day("due_on", after)}


def _start(after: FieldValue, now: JSON) -> Body:
    """Give the start, with the due date as it is: Asana takes neither a start nor its removal without it."""
    _without_time(now, "start_at", "it starts")
    _without_time(now, "due_at", "it is due")
    if not now.get("due_on"):
        message = "it has no due date, and Asana keeps a start beside a due date only"
        raise RefusedError(message)
    return {"start_on": None if after is None else day("start_on", after), "due_on": now["due_on"]}


def _without_time(now: JSON, name: str, what: str) -> None:
    if now.get(name):
        message = f"{what} at a time of day ({now[name]}), which writing a day would drop"
        raise RefusedError(message)


BODIES: Mapping[str, Callable[[FieldValue, JSON], Body]] = {
    "name": _name,
    "notes": _notes,
    "completed": _completed,
    "due_on": _due,
    "start_on": _start,
}
"""By the field's name in Asana: what is sent for a value, given the item as it is."""
