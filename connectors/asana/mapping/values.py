"""A custom field's value, as it stands in `custom_fields` of a task or a project, to a canonical one.

Source: developers.asana.com, "Custom fields" (`{type}_value` beside the field's own description). An unset value is
empty, whatever its type; one whose parts were not asked for is not known.
"""

from collections.abc import Callable, Mapping
from datetime import tzinfo
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Any

from canonical.values import FieldValue
from canonical.values import shown as as_text
from canonical.vocabulary import FieldType, TaskKind
from connectors.asana.mapping.catalogue import READ_ONLY, AsanaField
from connectors.asana.mapping.meaning import meant_kind
from connectors.asana.mapping.reading import ABSENT, day_of, gid_of, is_told, name_of, person_name, ref_of, seconds_in
from connectors.mapping.declaring import Decode, as_json, declared
from connectors.mapping.projects import DAYS as PROJECT_DAYS
from connectors.mapping.projects import PEOPLE as PROJECT_PEOPLE
from connectors.mapping.projects import named_person, project_decoder
from connectors.mapping.reading import JSON, UnmappableError, instant_of, number_of, shown, text_of
from connectors.mapping.tasks import DAYS, DURATIONS, MAPPABLE, MOMENTS, PEOPLE, labels_of, points

HELD = {
    "text": "text_value",
    "number": "number_value",
    "enum": "enum_value",
    "multi_enum": "multi_enum_values",
    "date": "date_value",
    "people": "people_value",
    "reference": "reference_value",
}
"""Where the value of each type is."""
PARTS = (
    "gid", "name", "type", "resource_subtype", "representation_type", "is_formula_field", "format", "display_value",
    "text_value", "number_value", "enum_value.gid", "enum_value.name", "multi_enum_values.gid",
    "multi_enum_values.name", "date_value.date", "date_value.date_time", "people_value.gid", "people_value.name",
    "reference_value.gid", "reference_value.name",
)  # fmt: skip
"""The `opt_fields` by which a value says all that is read here, below `custom_fields.`."""
UNITS = {
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden"), 3600),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "minuten"), 60),
}
"""Seconds in the units that the label or the name of a number field may say."""


def is_known(field: AsanaField) -> bool:
    """Say whether the field's type is one that is read as what it is; any other is kept as its text form."""
    return field.type in HELD


def held(entry: JSON, field: AsanaField) -> Any:
    """Give what an entry of `custom_fields` holds, as Asana has it; None: it is unset, ABSENT: the entry does not say.

    Of a formula that is its number where it has one, else what people see.
    """
    if field.shape in READ_ONLY:
        number = entry.get("number_value")
        return number if number is not None else entry.get("display_value", ABSENT)
    name = HELD.get(field.type)
    if name is not None and name in entry:
        value = entry[name]
        return value if is_told(value) else ABSENT
    if name is None and (unknown := _of_unknown_type(entry)) is not None:
        return unknown
    display = entry.get("display_value", ABSENT)
    # Only of a text it says the value; of others that something is set, in words of the account's language.
    return display if display is None or name in (None, "text_value") else ABSENT


def _of_unknown_type(entry: JSON) -> Any:
    if isinstance(entry.get("display_value"), str):
        return entry["display_value"]
    values = (part for name, part in entry.items() if name.endswith(("_value", "_values")))
    return next((part for part in values if part not in (None, [], {})), None)


def decoder(field: AsanaField, zone: tzinfo, wanted: FieldType | None = None) -> Decode:
    """Make the function that reads what `held` gives, as the type that was declared, or as it is; never asked about
    None.

    Raises (the function): UnmappableError.
    """
    if field.type == "date" and field.shape not in READ_ONLY and wanted is FieldType.DATE:
        return partial(_day, zone=zone)
    return declared(_plain(field), wanted, zone)


def _plain(field: AsanaField) -> Decode:
    if field.shape in READ_ONLY:
        return partial(_formula, percentage=field.is_percentage)
    if field.type == "number":
        return partial(_number, percentage=field.is_percentage)
    return BY_TYPE.get(field.type, _any_form)


def _number(raw: Any, percentage: bool) -> FieldValue:
    """Read a number; a percentage as people see it, 60 where Asana keeps 0.6."""
    number = number_of(raw)
    return number_of(str(Decimal(str(raw).strip()) * 100)) if percentage and number is not None else number


def _formula(raw: Any, percentage: bool) -> FieldValue:
    return text_of(raw) if isinstance(raw, str) else _number(raw, percentage)


def _any_form(raw: Any) -> FieldValue:
    return text_of(raw) if isinstance(raw, str) else as_json(raw)


def _listed(raw: Any, of_each: Callable[[Any], str | None]) -> FieldValue:
    names = (of_each(each) for each in _members(raw))
    return [name for name in names if name] or None


def _members(raw: Any) -> list[Any]:
    if not isinstance(raw, list):
        message = f"{shown(raw)} is no list."
        raise UnmappableError(message)
    return [each for each in raw if each is not None]


def _date(raw: Any) -> FieldValue:
    """Read `date_value`: the moment where people set one, else the day."""
    moment = instant_of(_part(raw, "date_time", "due_at"))
    return moment if moment is not None else day_of(_part(raw, "date", "due_on"))


def _day(raw: Any, zone: tzinfo) -> FieldValue:
    """Read the day of `date_value`, which Asana says beside the moment, in the zone of who set it."""
    day, moment = day_of(_part(raw, "date", "due_on")), instant_of(_part(raw, "date_time", "due_at"))
    return day if day is not None or moment is None else moment.astimezone(zone).date()


def _part(raw: Any, name: str, in_stories: str) -> Any:
    """Take a date apart; stories name its parts as those of a task."""
    if not isinstance(raw, dict):
        message = f"{shown(raw)} is no date."
        raise UnmappableError(message)
    return raw.get(name, raw.get(in_stories))


BY_TYPE: Mapping[str, Decode] = {
    "text": text_of,
    "enum": name_of,
    "multi_enum": partial(_listed, of_each=name_of),
    "date": _date,
    "people": partial(_listed, of_each=person_name),
    "reference": partial(_listed, of_each=name_of),
}


def custom_fields_of(raw: JSON) -> Mapping[str, JSON] | None:
    """Give the custom fields that a task or a project shows, by gid; None: they were not asked for by name.

    Raises:
        UnmappableError: they are no list of fields.
    """
    listed = raw.get("custom_fields", ABSENT)
    if not is_told(listed):
        return None
    entries = _members(listed or [])
    return {gid_of(entry): entry for entry in entries}


def value_of(entries: Mapping[str, JSON] | None, field: AsanaField, decode: Callable[[Any], Any]) -> Any:
    """Give what a field holds among the custom fields of a task or a project; ABSENT: it is not known.

    A field that the account sees and that is not among them is not in use there, so that it is empty.

    Raises:
        UnmappableError: the value is not what its field says.
    """
    if entries is None:
        return ABSENT
    raw = held(entries[field.id], field) if field.id in entries else None
    return raw if raw is None or raw is ABSENT else decode(raw)


def unit_of(field: AsanaField) -> int | None:
    """Give the seconds in the unit of a field that holds a duration; None where nothing says which it is.

    Asana keeps durations, such as its own Estimated time, in minutes.
    """
    if field.form == "duration":
        return 60
    words = [word.strip("().:").casefold() for word in f"{field.unit or ''} {field.name}".split()]
    return next((UNITS[word] for word in words if word in UNITS), None)


def person_in(raw: Any, field: AsanaField, decode: Decode) -> str | None:
    """Refer to the one person whom a field names: by gid, or as somebody typed it.

    Raises:
        UnmappableError: it names several.
    """
    if field.type != "people":
        return named_person(as_text(decode(raw)))
    return _single(_members(raw))


def _single(members: list[Any]) -> str | None:
    if len(members) > 1:
        message = f"{as_text([person_name(each) for each in members])} are several where one is asked for."
        raise UnmappableError(message)
    return ref_of(members[0]) if members else None


TASK_FIELDS = MAPPABLE | {"kind"}
"""Fields of a task that a custom field may fill."""


def record_decoder(
    name: str, field: AsanaField, zone: tzinfo, kinds: Mapping[str, TaskKind] = MappingProxyType({})
) -> Callable[[Any], Any]:
    """Make the function that reads a custom field as a field of a task; never asked about None.

    `kinds` are the admin's own words for kinds of tasks, folded. A word that means none leaves the task what it is.

    Raises (the function): UnmappableError.
    """
    decode = decoder(field, zone, FieldType.DATE if name in DAYS else None)
    if name in PEOPLE:
        return partial(person_in, field=field, decode=decode)
    if name in DURATIONS:
        return partial(seconds_in, unit=unit_of(field) or 1)
    if name in MOMENTS:
        return lambda raw: instant_of(_part(raw, "date_time", "due_at") if field.type == "date" else decode(raw))
    if name == "parent":
        return lambda raw: _single(_members(raw)) if field.type == "reference" else _by_gid(as_text(decode(raw)))
    number = declared(decode, FieldType.NUMBER, zone)
    simple: Mapping[str, Callable[[Any], Any]] = {
        "labels": lambda raw: labels_of(decode(raw)),
        "story_points": lambda raw: points(number(raw)),
        "percent_complete": lambda raw: in_hundredths(number(raw)),
        "kind": lambda raw: meant_kind(as_text(decode(raw)), kinds),
    }
    return simple.get(name) or declared(decode, FieldType.DATE if name in DAYS else FieldType.TEXT, zone)


def _by_gid(text: str) -> str | None:
    return f"id:{text}" if text else None


def in_hundredths(number: FieldValue) -> FieldValue:
    """Give a percentage with two places."""
    return round(number, 2) if isinstance(number, Decimal) else number


def project_record_decoder(name: str, field: AsanaField, zone: tzinfo) -> Callable[[Any], Any]:
    """Make the function that reads a custom field as a field of a project; never asked about None.

    Raises (the function): UnmappableError.
    """
    decode = decoder(field, zone, FieldType.DATE if name in PROJECT_DAYS else None)
    if name in PROJECT_PEOPLE:
        return partial(person_in, field=field, decode=decode)
    read = project_decoder(name, decode, zone)
    return read if name != "percent_complete" else lambda raw: in_hundredths(read(raw))
