"""Where the fields of a project live, for Jira gives it none of its own: charter issue, property, category."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any

from canonical.problems import Problem
from canonical.records import RECORDS
from canonical.values import FieldValue
from canonical.values import shown as as_text
from canonical.vocabulary import EntityKind, FieldType
from connectors.base import ConnectorContext
from connectors.jira.config import JiraOptions
from connectors.jira.mapping.catalogue import Catalogue, JiraField
from connectors.jira.mapping.reading import name_of, user_ref
from connectors.jira.mapping.values import any_form, decoder
from connectors.mapping.declaring import declared
from connectors.mapping.projects import MAPPABLE, PEOPLE, named_person, project_decoder
from connectors.mapping.reading import UnmappableError


class CarrierKind(StrEnum):
    """The three places; each is written as here, before a colon."""

    CHARTER = "charter"
    PROPERTY = "property"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class Carrier:
    """A place: a field of the charter issue by name or id, a property by key, or the category (no name)."""

    kind: CarrierKind
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else str(self.kind)


def parse_carrier(written: str, place: str) -> Carrier | Problem:
    """Read a carrier as it is written in the configuration."""
    kind, colon, name = written.partition(":")
    kind, name = kind.strip(), name.strip()
    if kind == CarrierKind.CATEGORY and not colon:
        return Carrier(CarrierKind.CATEGORY)
    if kind in (CarrierKind.CHARTER, CarrierKind.PROPERTY) and name:
        return Carrier(CarrierKind(kind), name)
    return Problem(
        f"{written} is no place for a field of a project.",
        place,
        "The field is neither read nor written.",
        "Write charter:FIELD, property:KEY or category: a Jira project has no fields of its own.",
    )


def has_history(entity: EntityKind, carrier: str) -> bool:
    """Say whether Jira keeps the history of a carrier: it does of issues alone, the charter issue among them."""
    kind = carrier.partition(":")[0].strip()
    return entity is not EntityKind.PROJECT or kind not in (CarrierKind.CATEGORY, CarrierKind.PROPERTY)


@dataclass(frozen=True, slots=True)
class ProjectSources:
    """What is read beside a project: its charter issue (None: it has none), and its properties by key.

    Without `charter_read` it is not known whether there is a charter. A property that is wanted and not among
    `properties` is empty; None: they were not read.
    """

    charter: Mapping[str, Any] | None = None
    properties: Mapping[str, Any] | None = None
    charter_read: bool = True


@dataclass(frozen=True, slots=True)
class _Wanted:
    name: str
    carrier: Carrier
    field: JiraField | None
    decode: Callable[[Any], Any]


@dataclass(slots=True)
class ProjectCarriers:
    """All carriers of a project, compiled; `problems` are what is wrong with them."""

    own: list[_Wanted] = field(default_factory=list)
    record: list[_Wanted] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def properties(self) -> frozenset[str]:
        """The keys of project properties to ask for."""
        wanted = (each.carrier for each in (*self.own, *self.record))
        return frozenset(carrier.name for carrier in wanted if carrier.kind is CarrierKind.PROPERTY)

    @property
    def charter_fields(self) -> frozenset[str]:
        """The ids of the fields to ask the charter issue for."""
        return frozenset(each.field.id for each in (*self.own, *self.record) if each.field is not None)

    def fill(self, values: dict[str, Any], raw: Mapping[str, Any], sources: ProjectSources) -> dict[str, Any]:
        """Add what the carriers hold; a carrier that was not read supplies nothing.

        Raises:
            UnmappableError: a value is not what its field asks for.
        """
        for wanted, into in ((self.own, values["fields"]), (self.record, values)):
            for each in wanted:
                known, value = _held(each, raw, sources)
                if known:
                    into[each.name] = None if value is None else _told(each, value)
        return values


def _told(each: _Wanted, value: Any) -> Any:
    try:
        return each.decode(value)
    except UnmappableError as error:
        reason = f"{each.name} ({each.carrier}): {error.reason}"
        raise UnmappableError(reason, error.remedy) from None


def _held(each: _Wanted, raw: Mapping[str, Any], sources: ProjectSources) -> tuple[bool, Any]:
    """Say whether it is known what a carrier holds, and what."""
    match each.carrier.kind:
        case CarrierKind.CATEGORY:
            return True, raw.get("projectCategory")
        case CarrierKind.PROPERTY:
            return sources.properties is not None, (sources.properties or {}).get(each.carrier.name)
        case _:
            fields = (sources.charter or {}).get("fields")
            if not sources.charter_read or each.field is None:
                return False, None
            return sources.charter is None or each.field.id in (fields or {}), (fields or {}).get(each.field.id)


def compile_carriers(options: JiraOptions, context: ConnectorContext, catalogue: Catalogue) -> ProjectCarriers:
    """Find what the carriers of projects name, and make the functions that read them."""
    made = ProjectCarriers()
    types = context.carrier_types.get(EntityKind.PROJECT, {})
    carried = context.carriers.get(EntityKind.PROJECT, {})
    mapped = [each for each in options.project_fields.items() if each[0] in MAPPABLE or each[0] not in carried]
    tables = (("project_fields", mapped), ("template.project", carried.items()))
    for table, name, carrier in ((table, *each) for table, fields in tables for each in fields):
        is_record = table == "project_fields" and name in MAPPABLE
        place = f"{context.id}, {table}.{name}"
        if not is_record and table == "project_fields" and name in RECORDS[EntityKind.PROJECT].model_fields:
            made.problems.append(_known_already(name, place))
            continue
        wanted = _wanted(name, carrier, place, catalogue, _reading(name, is_record, types.get(name), context))
        if isinstance(wanted, Problem):
            made.problems.append(wanted)
        else:
            (made.record if is_record else made.own).append(wanted)
    return made


Reading = Callable[[JiraField | None], Callable[[Any], Any]]


def _wanted(name: str, written: str, place: str, catalogue: Catalogue, reading: Reading) -> _Wanted | Problem:
    carrier = parse_carrier(written, place)
    if isinstance(carrier, Problem):
        return carrier
    if carrier.kind is not CarrierKind.CHARTER:
        return _Wanted(name, carrier, None, reading(None))
    found = catalogue.find(carrier.name, place)
    return found if isinstance(found, Problem) else _Wanted(name, carrier, found, reading(found))


def _reading(name: str, is_record: bool, wanted: FieldType | None, context: ConnectorContext) -> Reading:
    zone = context.timezone

    def read(found: JiraField | None) -> Callable[[Any], Any]:
        decode = decoder(found, zone) if found is not None else any_form
        if not is_record:
            return declared(decode, wanted, zone)
        if name in PEOPLE:
            return partial(_person, decode=decode)
        return project_decoder(name, decode, zone)

    return read


def _person(raw: Any, decode: Callable[[Any], FieldValue]) -> str | None:
    if isinstance(raw, dict) and (raw.get("accountId") or raw.get("key")):
        return user_ref(raw)
    return named_person(as_text(decode(raw)))


def _known_already(name: str, place: str) -> Problem:
    return Problem(
        f"A carrier cannot fill {name}: it is known from the project itself.",
        place,
        "The line has no effect.",
        f"Give the field another name, or map one of {', '.join(sorted(MAPPABLE))}.",
    )


def category_name(raw: Mapping[str, Any]) -> str | None:
    """Give the name of a project's category; None where it has none.

    Raises:
        UnmappableError: it has no name.
    """
    return name_of(raw.get("projectCategory"))
