"""The mapping of one Asana, worked out once: what to ask for by name, and how each mapped field is read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from canonical.problems import Problem, Weight
from canonical.records import RECORDS
from canonical.vocabulary import EntityKind, FieldType, StatusCategory, TaskKind
from connectors.asana.config import FIELD, SECTION, AsanaOptions
from connectors.asana.mapping.asking import Ask, ask_for
from connectors.asana.mapping.catalogue import AsanaField, Catalogue
from connectors.asana.mapping.slots import ASKED, MappedSlot, slots_among
from connectors.asana.mapping.values import (
    TASK_FIELDS,
    decoder,
    is_known,
    project_record_decoder,
    record_decoder,
    unit_of,
)
from connectors.base import ConnectorContext
from connectors.mapping.catalogue import Finder
from connectors.mapping.projects import MAPPABLE as PROJECT_FIELDS
from connectors.mapping.reading import fold
from connectors.mapping.tasks import DURATIONS
from connectors.options import OwnField

READY_MADE = {"original_estimate": "estimated_time", "priority": "priority"}
"""Fields of a task that Asana's own ready-made custom fields fill, where the mapping names no other."""
TEMPLATE = "template."
TABLES = {EntityKind.TASK: "fields", EntityKind.PROJECT: "project_fields"}
"""Where the configuration maps fields of each."""


@dataclass(frozen=True, slots=True)
class MappedField:
    """One mapped field: what it fills (`planned_start`, or the name of a custom field), and how it is read.

    `decode` takes what `values.held` gives, or the side of a story; it is never asked about None. `carried`: it carries
    a template field, which is empty only where it can be filled.
    """

    name: str
    field: AsanaField
    decode: Callable[[Any], Any]
    carried: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled mapping. `own` fills custom fields and carriers, `record` fields of the record itself, both by entity
    (task, project); `slots` are the carriers that every task or project has.

    `ask` is what to ask Asana for; `status` the field where a task's status is, unless it is its section
    (`by_section`); `keys` the fields that number tasks; `adds_fields` whether a project may get a carrier that it
    lacks; `problems` what the mapping asks for and cannot have; `meanings` and `kinds` are by folded name. Several of
    `record` may fill one field: the first that holds something counts.
    """

    connector: str
    zone: ZoneInfo
    ask: Ask
    own: Mapping[EntityKind, Sequence[MappedField]]
    record: Mapping[EntityKind, Sequence[MappedField]]
    slots: Mapping[EntityKind, Sequence[MappedSlot]]
    status: MappedField | None
    by_section: bool
    keys: Sequence[AsanaField]
    adds_fields: bool
    meanings: Mapping[str, StatusCategory]
    kinds: Mapping[str, TaskKind]
    catalogue: Catalogue
    problems: Sequence[Problem]


def own_fields(options: AsanaOptions, entity: EntityKind = EntityKind.TASK) -> Mapping[str, OwnField]:
    """Give the fields of the admin's own of tasks or projects, which are no fields of the record itself."""
    written = options.fields if entity is EntityKind.TASK else options.project_fields
    known = RECORDS[entity].model_fields
    return {name: own for name, own in written.items() if name not in known}


def compile_plan(options: AsanaOptions, context: ConnectorContext, catalogue: Catalogue) -> Plan:
    """Find every mapped field among those that the account sees, and make the functions that read them."""
    kinds = {fold(name): kind for name, kind in options.kinds.items()}
    finder = _Finder(context, catalogue, kinds)
    own, record = {}, {}
    for entity, written in ((EntityKind.TASK, options.fields), (EntityKind.PROJECT, options.project_fields)):
        mine = own_fields(options, entity)
        own[entity] = finder.own(entity, mine)
        record[entity] = finder.record(entity, {name: each for name, each in written.items() if name not in mine})
    slots = {entity: finder.slots(entity) for entity in own}
    status = finder.status(options.status)
    filled = {*options.fields}
    ready = {name: made for name, made in READY_MADE.items() if name not in filled and catalogue.made_for(made)}
    record[EntityKind.TASK] += [
        MappedField(name, field, record_decoder(name, field, context.timezone))
        for name, made in ready.items()
        for field in catalogue.made_for(made)
    ]
    keys = tuple(field for field in catalogue.by_id.values() if field.shape == "custom_id")
    return Plan(
        connector=context.id,
        zone=context.timezone,
        ask=ask_for(
            options,
            tasks=bool(own[EntityKind.TASK] or record[EntityKind.TASK] or status or keys),
            projects=bool(own[EntityKind.PROJECT] or record[EntityKind.PROJECT]),
            slots={entity: [name for each in mapped for name in ASKED[each.slot]] for entity, mapped in slots.items()},
        ),
        own=own,
        record=record,
        slots=slots,
        status=status,
        by_section=options.status == SECTION,
        keys=keys,
        adds_fields=options.add_fields,
        meanings={fold(name): category for name, category in options.statuses.items()},
        kinds=kinds,
        catalogue=catalogue,
        problems=tuple(finder.problems),
    )


class _Finder(Finder[AsanaField]):
    """Finds mapped fields, and keeps what was wrong with them."""

    def __init__(self, context: ConnectorContext, catalogue: Catalogue, kinds: Mapping[str, TaskKind]) -> None:
        super().__init__(context.id, catalogue)
        self._context = context
        self._kinds = kinds

    def own(self, entity: EntityKind, written: Mapping[str, OwnField]) -> list[MappedField]:
        """Find custom fields and carriers; where both have a name, it is the carrier's."""
        carriers = self._context.carriers.get(entity, {})
        types = self._context.carrier_types.get(entity, {})
        wanted = {name: (f"{TABLES[entity]}.{name}", own.name, own.type) for name, own in written.items()}
        wanted |= {name: (f"{TEMPLATE}{entity}.{name}", carrier, types.get(name)) for name, carrier in carriers.items()}
        for each in self.slots(entity):
            wanted.pop(each.name)
        return [found for name, each in wanted.items() if (found := self._own(name, *each)) is not None]

    def slots(self, entity: EntityKind) -> list[MappedSlot]:
        """Find the carriers that every task or project has."""
        context = self._context
        return slots_among(
            entity, context.carriers.get(entity, {}), context.carrier_types.get(entity, {}), context.timezone
        )

    def _own(self, name: str, line: str, written: str, wanted: FieldType | None) -> MappedField | None:
        field = self.find(line, written)
        if field is None:
            return None
        if not is_known(field):
            self.read_as_text(line, field)
        return MappedField(name, field, decoder(field, self._context.timezone, wanted), line.startswith(TEMPLATE))

    def record(self, entity: EntityKind, written: Mapping[str, OwnField]) -> list[MappedField]:
        """Find custom fields that fill fields of the record."""
        found = (self._record(entity, name, option) for name, option in written.items())
        return [each for each in found if each is not None]

    def _record(self, entity: EntityKind, name: str, option: OwnField) -> MappedField | None:
        line = f"{TABLES[entity]}.{name}"
        mappable = TASK_FIELDS if entity is EntityKind.TASK else PROJECT_FIELDS
        if name not in mappable:
            self.problems.append(_not_mappable(name, entity, self.place(line), sorted(mappable)))
            return None
        field = self.find(line, option.name)
        if field is None:
            return None
        if entity is EntityKind.TASK and name in DURATIONS and unit_of(field) is None:
            self.problems.append(_without_unit(field, self.place(line)))
            return None
        if entity is EntityKind.PROJECT:
            return MappedField(name, field, project_record_decoder(name, field, self._context.timezone))
        return MappedField(name, field, record_decoder(name, field, self._context.timezone, self._kinds))

    def status(self, written: str) -> MappedField | None:
        """Find the field in which the status of tasks is; None where it is their section, or cannot be found."""
        if written == SECTION:
            return None
        field = self.find("status", written.removeprefix(FIELD).strip())
        if field is None:
            return None
        return MappedField("status", field, decoder(field, self._context.timezone, FieldType.TEXT))


def _not_mappable(name: str, entity: EntityKind, place: str, mappable: Sequence[str]) -> Problem:
    return Problem(
        f"A custom field cannot fill {name}: it is known from the {entity} itself.",
        place,
        "The line has no effect.",
        f"Give the field another name, or map one of {', '.join(mappable)}.",
        Weight.WARNING,
    )


def _without_unit(field: AsanaField, place: str) -> Problem:
    return Problem(
        f"{field.label} does not say whether it counts hours or minutes.",
        place,
        "It is not read as a duration.",
        "Map a field of Asana's own time tracking, or give the field the label h or min in Asana.",
        Weight.WARNING,
    )
