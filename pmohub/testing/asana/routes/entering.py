"""What may be written, read from what was sent: each value in the form in which the world keeps it, or a refusal.

Words that integrations have reported are Asana's; where nobody has, they are in its style.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pmohub.testing.asana.answers import times
from pmohub.testing.asana.answers.values import fields_of
from pmohub.testing.asana.routes.asking import Asking, Json, Refusal
from pmohub.testing.asana.state import Plan
from pmohub.testing.asana.world.things import Thing
from pmohub.testing.sandbox.timeline import day_of

MOST_LETTERS = 1024
TAG = re.compile(r"<[^>]+>")
Reader = Callable[[Asking, str, Any], Any]


def text(_ask: Asking, name: str, given: Any) -> str:
    """Read a text."""
    if not isinstance(given, str):
        raise Refusal(400, f"{name}: Value is not a string: {given}")
    return given


def word(*words: str) -> Reader:
    """Read one of some words, or none."""

    def read(_ask: Asking, name: str, given: Any) -> Any:
        if given is not None and given not in words:
            raise Refusal(400, f"{name}: Invalid value: {given}")
        return given

    return read


def yes_or_no(_ask: Asking, name: str, given: Any) -> bool:
    """Read true or false."""
    if not isinstance(given, bool):
        raise Refusal(400, f"{name}: Not a boolean: {given}")
    return given


def day(_ask: Asking, name: str, given: Any) -> str | None:
    """Read a day, or none."""
    try:
        return None if given is None else date.fromisoformat(given).isoformat()
    except (ValueError, TypeError):
        raise Refusal(400, f"{name}: Date must be in ISO-8601 (yyyy-mm-dd) format, not: {given}") from None


def moment(_ask: Asking, name: str, given: Any) -> int | None:
    """Read a moment, or none."""
    try:
        return None if given is None else times.read(given)
    except (ValueError, TypeError):
        raise Refusal(400, f"{name}: Not a valid datetime: {given}") from None


def person(ask: Asking, name: str, given: Any) -> str | None:
    """Read somebody: a gid, an e-mail, `me`, or nobody."""
    if given is None:
        return None
    try:
        return ask.thing(given, name, "user").gid
    except Refusal:
        raise Refusal(400, f"{name}: Not a user in Organization: {given}") from None


def gid_of(*kinds: str) -> Reader:
    """Read what a gid leads to."""
    return lambda ask, name, given: None if given is None else ask.thing(given, name, *kinds).gid


def gids_of(*kinds: str) -> Reader:
    """Read a list of gids; a text with commas does as well."""

    def read(ask: Asking, name: str, given: Any) -> tuple[str, ...]:
        many = given.split(",") if isinstance(given, str) else given
        if not isinstance(many, list):
            raise Refusal(400, f"{name}: Value is not an array: {given}")
        found = (ask.thing(one, f"{name}: [{place}]", *kinds) for place, one in enumerate(many))
        return tuple(dict.fromkeys(one.gid for one in found))

    return read


def external(_ask: Asking, name: str, given: Any) -> Any:
    """Read an app's own data."""
    if given is not None and not isinstance(given, dict):
        raise Refusal(400, f"{name}: Value is not a JSON object: {given}")
    return given


def plain_of(_ask: Asking, name: str, given: Any) -> str:
    """Read rich text as plain text."""
    return TAG.sub("", text(_ask, name, given))


def read(ask: Asking, given: Json, readers: dict[str, Reader]) -> dict[str, Any]:
    """Read all that was sent; whatever has no reader cannot be written."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name not in readers:
            raise Refusal(400, f"{name}: Cannot write this property")
        found[name.removeprefix("html_")] = readers[name](ask, name, value)
    return found


def dated(given: Json, found: dict[str, Any]) -> dict[str, Any]:
    """Let a moment and its day agree: whoever sends one of the two sets both."""
    if {"due_on", "due_at"} <= given.keys():
        raise Refusal(400, "You may only provide one of due_on or due_at!")
    if given.keys() & {"start_on", "start_at"} and not given.keys() & {"due_on", "due_at"}:
        raise Refusal(400, "You must provide due_on or due_at when you provide start_on or start_at")
    for which in ("due", "start"):
        if f"{which}_at" in found:
            at = found[f"{which}_at"]
            found[f"{which}_on"] = None if at is None else day_of(at).isoformat()
        elif f"{which}_on" in found:
            found[f"{which}_at"] = None
    if found.get("start_on") and found.get("due_on") and found["start_on"] > found["due_on"]:
        raise Refusal(400, "start_on: Start date must be on or before the due date")
    return found


def custom_fields(ask: Asking, holder: Thing, given: Any) -> dict[str, Any]:
    """Read values of custom fields, by the gids of the fields, each in the form of its type; null empties."""
    if not isinstance(given, dict):
        raise Refusal(400, f"custom_fields: Value is not a JSON object: {given}")
    if given:
        ask.need(Plan.STARTER, holder["workspace"], "Custom Fields are not available for free users or guests.")
    own = {one.gid: one for one in fields_of(ask.world, holder)}
    return {gid: _value(ask, holder, own.get(gid), gid, value) for gid, value in given.items()}


def _value(ask: Asking, holder: Thing, field: Thing | None, gid: str, given: Any) -> Any:
    if not gid.isdecimal():
        raise Refusal(400, f"custom_fields: Not a recognized ID: {gid}")
    if field is None:
        if given is None and gid in holder["custom"]:
            return None
        raise Refusal(400, f"Custom field with ID {gid} is not on given object")
    if field["is_value_read_only"]:
        raise Refusal(400, f"Custom field with ID {gid} is read-only")
    return None if given is None or given == [] else _TYPES[field["type"]](ask, field, given)


def _text_value(ask: Asking, _field: Thing, given: Any) -> str | None:
    found = text(ask, "text_value", given)
    if len(found) > MOST_LETTERS:
        raise Refusal(400, f"text_value: Text must be {MOST_LETTERS} characters or fewer")
    return found or None


def _number_value(_ask: Asking, field: Thing, given: Any) -> float | int:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise Refusal(400, f"number_value: Value is not a number: {given}")
    places = field.get("precision", 0)
    rounded = Decimal(str(given)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return float(rounded) if places else int(rounded)


def _enum_value(ask: Asking, field: Thing, given: Any) -> str:
    option = ask.thing(given, "enum_value", "enum_option")
    if option["custom_field"] != field.gid or not option["enabled"]:
        raise Refusal(400, f"enum_value: Unknown object: {given}")
    return option.gid


def _multi_enum_values(ask: Asking, field: Thing, given: Any) -> tuple[str, ...]:
    if not isinstance(given, list):
        raise Refusal(400, f"multi_enum_values: Value is not an array: {given}")
    return tuple(dict.fromkeys(_enum_value(ask, field, one) for one in given))


def _date_value(ask: Asking, _field: Thing, given: Any) -> tuple[str | None, int | None]:
    if not isinstance(given, dict) or not given.keys() <= {"date", "date_time"}:
        raise Refusal(400, f"date_value: Value is not a JSON object: {given}")
    at = moment(ask, "date_value", given.get("date_time"))
    return (day(ask, "date_value", given.get("date")), None) if at is None else (day_of(at).isoformat(), at)


def _people_value(ask: Asking, _field: Thing, given: Any) -> tuple[str, ...]:
    return tuple(gids_of("user")(ask, "people_value", given))


def _reference_value(ask: Asking, field: Thing, given: Any) -> tuple[str, ...]:
    return tuple(gids_of(*field["input_restrictions"])(ask, "reference_value", given))


_TYPES: dict[str, Callable[[Asking, Thing, Any], Any]] = {
    "text": _text_value, "number": _number_value, "enum": _enum_value, "multi_enum": _multi_enum_values,
    "date": _date_value, "people": _people_value, "reference": _reference_value,
}  # fmt: skip
