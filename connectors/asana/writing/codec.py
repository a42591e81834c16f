"""A canonical value to what Asana takes for a field, checked before anything is sent.

Sources: Asana's OpenAPI document, "Update a task", "Update a project", "Custom fields" and `EnumOption`; its guide to
custom fields (developers.asana.com/docs/custom-fields-guide) for the forms of dates, people and several options.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from canonical.values import FieldValue
from canonical.values import shown as as_text
from connectors.asana.mapping.catalogue import AsanaField, Choice
from connectors.mapping.reading import JSON, fold
from connectors.writing import scalars
from connectors.writing.choices import choose, choose_answer, listed
from connectors.writing.lists import members
from connectors.writing.refusal import RefusedError

LONGEST_TEXT = 1024
"""Letters in a custom field of text."""
UNWRITABLE: Mapping[str, str] = {
    "formula": "is calculated by Asana from other fields",
    "custom_id": "is an id that Asana gives itself",
    "reference": "refers to other items of Asana, which pmohub does not write",
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a value needs of the Asana that it goes to.

    `user` gives the gid of the person that a text means, and raises RefusedError where nobody, or more than one, is
    meant. `option` makes a new option of a field and gives its gid; None where the configuration does not allow that.
    """

    user: Callable[[str], str]
    option: Callable[[AsanaField, str], str] | None = None


def why_not(field: AsanaField) -> str | None:
    """Say why nobody can write a custom field; None where somebody may."""
    if field.shape in UNWRITABLE:
        return f"{field.name} {UNWRITABLE[field.shape]}"
    if field.read_only:
        return f"{field.name} is read-only in Asana"
    return None if field.type in BY_TYPE else f"{field.name} is of the type {field.type}, which pmohub does not write"


def custom_value(field: AsanaField, after: FieldValue, dialect: Dialect, *, enabled: bool = True) -> Any:
    """Give the JSON of a custom field's value; null or an empty list empties it.

    Without `enabled`, the value stands in an item whose projects have the field no more: by Asana's guide it can only
    be emptied.

    Raises:
        RefusedError: the field does not take the value.
    """
    reason = why_not(field)
    if reason is not None:
        raise RefusedError(reason)
    if after is None or after == []:
        return [] if field.type in MANY else None
    if not enabled:
        message = f"{field.name} does not belong to the item's projects any more"
        raise RefusedError(message)
    return BY_TYPE[field.type](field, after, dialect)


def _text(field: AsanaField, after: FieldValue, _dialect: Dialect) -> str:
    text = as_text(after)
    if len(text) > LONGEST_TEXT:
        message = f"{field.name} holds {LONGEST_TEXT:,} letters at most, and this are {len(text):,}"
        raise RefusedError(message)
    return text


def _number(field: AsanaField, after: FieldValue, _dialect: Dialect) -> int | float:
    number = scalars.number(field.name, after)
    exact = Decimal(number)
    if field.precision is not None and round(exact, field.precision) != exact:
        message = f"{field.name} keeps {field.precision} decimal places, and {as_text(after)} has more"
        raise RefusedError(message)
    if field.is_percentage:
        # 60 is what people see where Asana keeps 0.6.
        return float(exact / 100)
    return number if isinstance(number, int) else float(number)


def _choice(field: AsanaField, after: FieldValue, dialect: Dialect) -> str | None:
    if isinstance(after, bool):
        chosen = choose_answer(after, allowed(field), name_of, field.name)
        return None if chosen is None else chosen.gid
    return _option(field, as_text(after), dialect)


def _choices(field: AsanaField, after: FieldValue, dialect: Dialect) -> list[str]:
    if isinstance(after, bool):
        chosen = choose_answer(after, allowed(field), name_of, field.name)
        return [] if chosen is None else [chosen.gid]
    return [_option(field, name, dialect) for name in members(after)]


def _option(field: AsanaField, name: str, dialect: Dialect) -> str:
    known = {fold(choice.name): choice for choice in field.choices}
    if fold(name) not in known and dialect.option is not None:
        return dialect.option(field, name)
    usable = allowed(field)
    if fold(name) in known.keys() - {fold(choice.name) for choice in usable}:
        message = f"the option {name} of {field.name} is disabled; {listed([choice.name for choice in usable])}"
        raise RefusedError(message)
    return choose(name, usable, name_of, field.name).gid


def allowed(field: AsanaField) -> list[Choice]:
    """Give the options that can be chosen; one that is disabled stays where it was."""
    return [choice for choice in field.choices if choice.enabled]


def name_of(choice: Choice) -> str:
    """Give the name of an option."""
    return choice.name


def _date(field: AsanaField, after: FieldValue, _dialect: Dialect) -> JSON:
    """A day and an instant are told apart: a text means the one that it is written as."""
    if not isinstance(after, datetime) and "T" not in as_text(after):
        return {"date": scalars.day(field.name, after)}
    moment = scalars.instant(field.name, after)
    return {"date_time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")}


def _people(_field: AsanaField, after: FieldValue, dialect: Dialect) -> list[str]:
    return list(dict.fromkeys(dialect.user(person) for person in members(after)))


BY_TYPE: Mapping[str, Callable[[AsanaField, FieldValue, Dialect], Any]] = {
    "text": _text,
    "number": _number,
    "enum": _choice,
    "multi_enum": _choices,
    "date": _date,
    "people": _people,
}
MANY = frozenset({"multi_enum", "people"})
"""Types of which a value is a list, which a write replaces as a whole."""


def truth(label: str, after: FieldValue) -> bool:
    """Give yes or no.

    Raises:
        RefusedError: it is neither.
    """
    if isinstance(after, bool):
        return after
    message = f"{label} is yes or no, and “{as_text(after)}” is neither"
    raise RefusedError(message)
