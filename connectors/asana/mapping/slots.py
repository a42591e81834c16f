"""Fields that every task or project has, as carriers of template fields: by the names that Asana gives them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum
from typing import Any

from canonical.values import FieldValue
from canonical.vocabulary import EntityKind, FieldType
from connectors.asana.mapping.meaning import health_of
from connectors.asana.mapping.reading import ABSENT, day_of, person_name
from connectors.asana.mapping.values import PARTS
from connectors.mapping.declaring import Decode, declared
from connectors.mapping.reading import JSON, fold, text_of


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
_DATES = ("due_on", "start_on")
ASKED: Mapping[Slot, Sequence[str]] = {
    Slot.NAME: ("name",),
    Slot.NOTES: ("notes",),
    Slot.DUE: _DATES,
    Slot.START: _DATES,
    Slot.COMPLETED: ("completed",),
    Slot.ASSIGNEE: ("assignee.gid", "assignee.name"),
    Slot.OWNER: ("owner.gid", "owner.name"),
    Slot.SECTION: MEMBERSHIPS,
    Slot.STATUS_UPDATE: ("current_status_update.gid", "current_status_update.status_type"),
    Slot.CUSTOM: tuple(f"custom_fields.{part}" for part in PARTS),
}
"""The `opt_fields` by which an item says what a slot holds."""


@dataclass(frozen=True, slots=True)
class MappedSlot:
    """A carrier that is no custom field: the template field, the slot, and what makes its value the declared type."""

    name: str
    slot: Slot
    decode: Decode


def slots_among(
    entity: EntityKind, carriers: Mapping[str, str], types: Mapping[str, FieldType], zone: tzinfo
) -> list[MappedSlot]:
    """Give those carriers of tasks or projects that are no custom fields."""
    found = {name: slot_of(entity, carrier) for name, carrier in carriers.items()}
    return [
        MappedSlot(name, slot, declared(lambda raw: raw, types.get(name), zone))
        for name, slot in found.items()
        if slot is not Slot.CUSTOM
    ]


def slot_of(entity: EntityKind, carrier: str) -> Slot:
    """Say what a carrier of tasks or projects is."""
    return next((slot for slot in SLOTS.get(entity, ()) if fold(slot) == fold(carrier)), Slot.CUSTOM)


def has_history(entity: EntityKind, slot: Slot) -> bool:
    """Say whether Asana tells what a write replaced.

    The stories of a task tell what was there before, but of its description only that it changed. A project has no
    stories, and its events tell neither old values nor, unless they are items of Asana, new ones (Asana's OpenAPI
    document, `EventResponse.change`). A status update replaces nothing: those before it stay.
    """
    return slot is not Slot.NOTES if entity is EntityKind.TASK else slot is Slot.STATUS_UPDATE


def status_word(update: Any) -> FieldValue:
    """Give the health that a status update tells; where it tells none, such as on hold, Asana's own word."""
    kind = text_of(update.get("status_type")) if isinstance(update, dict) else None
    health = health_of(kind)
    return kind if health is None else str(health)


def _reading(name: str, read: Callable[[Any], FieldValue]) -> Callable[[JSON], Any]:
    return lambda item: value if (value := item.get(name, ABSENT)) is ABSENT else read(value)


def _person(person: Any) -> FieldValue:
    return None if person is None else person_name(person)


READ: Mapping[Slot, Callable[[JSON], Any]] = {
    Slot.NAME: _reading("name", text_of),
    Slot.NOTES: _reading("notes", text_of),
    Slot.DUE: _reading("due_on", day_of),
    Slot.START: _reading("start_on", day_of),
    Slot.COMPLETED: _reading("completed", lambda raw: raw is True),
    Slot.ASSIGNEE: _reading("assignee", _person),
    Slot.OWNER: _reading("owner", _person),
    Slot.STATUS_UPDATE: _reading("current_status_update", status_word),
}
"""What each slot of an item holds, ABSENT where it does not say; of a section, `tasks.section_of` says it.

Raises (the functions): UnmappableError.
"""
