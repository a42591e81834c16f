"""Fields that every task or project has, as carriers of template fields: by the names that Asana gives them."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from canonical.values import FieldValue
from canonical.vocabulary import EntityKind
from connectors.asana.mapping.meaning import health_of
from connectors.asana.mapping.reading import day_of, person_name
from connectors.asana.mapping.values import PARTS
from connectors.mapping.reading import JSON, UnmappableError, fold, text_of


class Slot(StrEnum):
    """What a carrier is: a field that every item has, written as here, or else a custom field."""

    NAME = "name"
    NOTES = "notes"
    DUE = "due_on"
    START = "start_on"
    COMPLETED = "completed"
    ASSIGNEE = "assignee"
    OWNER = "owner"
    SECTION = "section"
    STATUS_UPDATE = "status update"
    CUSTOM = "custom field"


SLOTS: Mapping[EntityKind, frozenset[Slot]] = {
    EntityKind.TASK: frozenset(Slot) - {Slot.OWNER, Slot.STATUS_UPDATE, Slot.CUSTOM},
    EntityKind.PROJECT: frozenset({Slot.NAME, Slot.NOTES, Slot.DUE, Slot.START, Slot.OWNER, Slot.STATUS_UPDATE}),
}
PEOPLE = frozenset({Slot.ASSIGNEE, Slot.OWNER})
MEMBERSHIPS = tuple(f"memberships.{of}.{part}" for of in ("project", "section") for part in ("gid", "name"))
_DATES = ("due_on", "due_at", "start_on", "start_at")
ASKED: Mapping[Slot, Sequence[str]] = {
    Slot.NAME: ("name",),
    Slot.NOTES: ("notes",),
    Slot.DUE: _DATES,
    Slot.START: _DATES,
    Slot.COMPLETED: ("completed",),
    Slot.ASSIGNEE: ("assignee.gid", "assignee.name", "assignee.email"),
    Slot.OWNER: ("owner.gid", "owner.name", "owner.email"),
    Slot.SECTION: MEMBERSHIPS,
    Slot.STATUS_UPDATE: ("current_status_update.gid", "current_status_update.status_type"),
    Slot.CUSTOM: tuple(f"custom_fields.{part}" for part in (*PARTS, "enabled", "people_value.email")),
}
"""The `opt_fields` by which an item says what a slot holds."""


def slot_of(entity: EntityKind, carrier: str) -> Slot:
    """Say what a carrier of tasks or projects is."""
    return next((slot for slot in SLOTS.get(entity, ()) if fold(slot) == fold(carrier)), Slot.CUSTOM)


def status_word(update: Any) -> FieldValue:
    """Give the health that a status update tells; where it tells none, such as on hold, Asana's own word."""
    kind = text_of(update.get("status_type")) if isinstance(update, dict) else None
    health = health_of(kind)
    return kind if health is None else str(health)


def _told(item: JSON, name: str) -> Any:
    if name in item:
        return item[name]
    message = "Asana does not say what it holds"
    raise UnmappableError(message)


def _person(name: str) -> Callable[[JSON], FieldValue]:
    return lambda item: None if (person := _told(item, name)) is None else person_name(person)


READ: Mapping[Slot, Callable[[JSON], FieldValue]] = {
    Slot.NAME: lambda item: text_of(_told(item, "name")),
    Slot.NOTES: lambda item: text_of(_told(item, "notes")),
    Slot.DUE: lambda item: day_of(_told(item, "due_on")),
    Slot.START: lambda item: day_of(_told(item, "start_on")),
    Slot.COMPLETED: lambda item: _told(item, "completed") is True,
    Slot.ASSIGNEE: _person("assignee"),
    Slot.OWNER: _person("owner"),
    Slot.STATUS_UPDATE: lambda item: status_word(_told(item, "current_status_update")),
}
"""What each slot of an item holds; of a section the item alone does not say which project counts.

Raises (the functions): UnmappableError.
"""
