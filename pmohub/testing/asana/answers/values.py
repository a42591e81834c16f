"""Custom field values as records: the definition, with what this task, project or portfolio holds."""

from collections.abc import Iterator
from typing import Any

from pmohub.testing.asana.answers import times
from pmohub.testing.asana.answers.rendering import ABSENT, View
from pmohub.testing.asana.world import catalogue
from pmohub.testing.asana.world.things import Thing
from pmohub.testing.asana.world.world import World

RAW = "held"
"""Under which name a definition carries, for the length of an answer, what is held."""
VALUES = {
    "text": "text_value", "number": "number_value", "enum": "enum_value", "multi_enum": "multi_enum_values",
    "date": "date_value", "people": "people_value", "reference": "reference_value",
}  # fmt: skip
URGENCY = {"High": 3, "Medium": 2, "Low": 1}


def fields_of(world: World, holder: Thing) -> list[Thing]:
    """Give the custom fields that a task has by its projects, a project by its portfolios, a portfolio by itself."""
    if holder.kind == "task":
        parents = [project for project, _ in holder["memberships"]]
    elif holder.kind == "project":
        parents = [one.gid for one in world.of("portfolio") if holder.gid in one["items"]]
    else:
        parents = [holder.gid]
    settings = (gid for parent in world.all(parents) for gid in parent["settings"])
    return world.all(dict.fromkeys(setting["custom_field"] for setting in world.all(settings)))


def values_of(view: View, holder: Thing) -> Iterator[Thing]:
    """Give the fields of a holder, each with its value; what it still holds of others is disabled."""
    world, custom = view.world, holder["custom"]
    own = fields_of(world, holder)
    for field in own:
        raw = custom.get(field.gid)
        if field["representation_type"] == "formula":
            raw = _risk(world, own, custom)
        elif field["representation_type"] == "custom_id":
            raw = f"{field['id_prefix']}-{int(holder.gid) % 1_000_000}"
        yield Thing(field.gid, field.kind, {**field.values, RAW: raw, "enabled": True})
    for field in world.all(gid for gid in custom if all(one.gid != gid for one in own)):
        yield Thing(field.gid, field.kind, {**field.values, RAW: custom[field.gid], "enabled": False})


def _risk(world: World, fields: list[Thing], custom: dict[str, Any]) -> float | None:
    """Work out the formula: hours of the estimate times how urgent it is; of one alone there is none."""
    named = {field["name"]: field for field in fields}
    minutes = custom.get(named[catalogue.ESTIMATE].gid) if catalogue.ESTIMATE in named else None
    option = custom.get(named[catalogue.PRIORITY].gid) if catalogue.PRIORITY in named else None
    priority = None if option is None else world.get(option)
    if minutes is None or priority is None:
        return None
    return float(round(minutes / 60 * URGENCY.get(priority["name"], 1), 1))


def value_getter(type_: str) -> Any:
    """Give the getter of the key that a type of field has; fields of another type, and bare definitions, lack it."""

    def get(view: View, field: Thing) -> Any:
        if field["type"] != type_ or RAW not in field.values:
            return ABSENT
        return held(view, type_, field[RAW])

    return get


def held(view: View, type_: str, raw: Any) -> Any:
    """Give what is held, as it is answered."""
    if type_ in {"text", "number"}:
        return raw
    if type_ == "enum":
        return view.thing(raw)
    if type_ == "date":
        return None if raw is None else {"date": raw[0], "date_time": times.text(raw[1])}
    return view.things(raw or ())


def display_value(view: View, field: Thing) -> Any:
    """Give what is held in words, None where nothing is."""
    if RAW not in field.values:
        return ABSENT
    raw, type_ = field[RAW], field["type"]
    if raw is None or raw == ():
        return None
    if type_ == "number":
        places = field.get("precision", 0)
        shown = f"{raw:.{places}f}"
        return f"€{raw:,.{places}f}" if field.get("format") == "currency" else shown
    if type_ == "text":
        return raw
    if type_ == "date":
        return times.text(raw[1]) or f"{raw[0]}T00:00:00.000Z"
    found = view.things((raw,) if type_ == "enum" else raw)
    return ", ".join(str(one["name"]) for one in found)
