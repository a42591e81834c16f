"""The mapping of one Jira, worked out once: which fields to ask for, and how each of them is read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from canonical.problems import Problem, Weight
from canonical.records import RECORDS
from canonical.vocabulary import EntityKind, FieldType, StatusCategory, TaskKind
from connectors.base import ConnectorContext
from connectors.jira.config import Flavour, JiraOptions, LinkType
from connectors.jira.mapping.catalogue import EPIC_LINK, PARENT_LINK, SPRINT, Catalogue, JiraField
from connectors.jira.mapping.values import decoder, is_known, record_decoder
from connectors.mapping.catalogue import Finder
from connectors.mapping.declaring import Decode, declared
from connectors.mapping.reading import fold
from connectors.mapping.tasks import MAPPABLE
from connectors.options import OwnField

SYSTEM_FIELDS = (
    "project issuetype parent summary status resolution resolutiondate created updated duedate priority assignee "
    "reporter labels components fixVersions versions timeoriginalestimate timeestimate timespent issuelinks"
)
ALWAYS = tuple(SYSTEM_FIELDS.split())
"""The system fields that are asked for, whatever the mapping says."""
LISTS = {"components": "components", "fixVersions": "fix_versions", "versions": "affected_versions"}
"""Lists of every issue that become custom fields of a task, by Jira's id, joined by semicolons."""


@dataclass(frozen=True, slots=True)
class MappedField:
    """One mapped field: what it fills (`planned_start`, or the name of a custom field), and how it is read."""

    name: str
    field: JiraField
    decode: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled mapping. `own` fills custom fields and carriers, `record` fields of a task.

    `ask` are the ids of the fields to ask Jira for; `problems` what the mapping asks for and cannot have.
    """

    cloud: bool
    base: str
    zone: ZoneInfo
    ask: Sequence[str]
    own: Sequence[MappedField]
    record: Sequence[MappedField]
    sprint: str | None
    epic_link: str | None
    parent_link: str | None
    meanings: Mapping[str, StatusCategory]
    kinds: Mapping[str, TaskKind]
    links: Mapping[str, LinkType]
    catalogue: Catalogue
    problems: Sequence[Problem]


def own_fields(options: JiraOptions) -> Mapping[str, OwnField]:
    """Give the fields of the admin's own, which are no fields of a task."""
    known = RECORDS[EntityKind.TASK].model_fields
    return {name: field for name, field in options.fields.items() if name not in known}


def compile_plan(options: JiraOptions, context: ConnectorContext, catalogue: Catalogue, flavour: Flavour) -> Plan:
    """Find every mapped field among those that Jira has, and make the functions that read them."""
    finder = _Finder(context, catalogue)
    own = {name: (field.name, field.type) for name, field in own_fields(options).items()}
    types = context.carrier_types.get(EntityKind.TASK, {})
    carriers = context.carriers.get(EntityKind.TASK, {})
    own |= {name: (carrier, types.get(name)) for name, carrier in carriers.items()}
    table = {name: "template.task" if name in carriers else "fields" for name in own}
    mine = [finder.own(f"{table[name]}.{name}", name, *written) for name, written in own.items()]
    record = [finder.record(name, field) for name, field in options.fields.items() if name not in own_fields(options)]
    kept_own, kept_record = [each for each in mine if each], [each for each in record if each]
    special = [catalogue.of_kind(kind) for kind in (SPRINT, EPIC_LINK, PARENT_LINK)]
    sprint, epic_link, parent_link = (field.id if field else None for field in special)
    asked = [*ALWAYS, *filter(None, (sprint, epic_link, parent_link))]
    asked += [each.field.id for each in (*kept_own, *kept_record)]
    return Plan(
        cloud=flavour is Flavour.CLOUD,
        base=str(options.url).rstrip("/"),
        zone=context.timezone,
        ask=tuple(dict.fromkeys(asked)),
        own=kept_own,
        record=kept_record,
        sprint=sprint,
        epic_link=epic_link,
        parent_link=parent_link,
        meanings={fold(name): category for name, category in options.statuses.items()},
        kinds={fold(name): kind for name, kind in options.kinds.items()},
        links={fold(name): link for name, link in options.links.items()},
        catalogue=catalogue,
        problems=tuple(finder.problems),
    )


class _Finder(Finder[JiraField]):
    """Finds mapped fields, and keeps what was wrong with them."""

    def __init__(self, context: ConnectorContext, catalogue: Catalogue) -> None:
        super().__init__(context.id, catalogue)
        self._zone = context.timezone

    def own(self, line: str, name: str, written: str, wanted: FieldType | None) -> MappedField | None:
        field = self.find(line, written)
        if field is None:
            return None
        if not is_known(field):
            self.read_as_text(line, field)
        decode: Decode = declared(decoder(field, self._zone), wanted, self._zone)
        return MappedField(name, field, decode)

    def record(self, name: str, option: OwnField) -> MappedField | None:
        if name not in MAPPABLE:
            self.problems.append(_not_mappable(name, self.place(f"fields.{name}")))
            return None
        field = self.find(f"fields.{name}", option.name)
        return None if field is None else MappedField(name, field, record_decoder(name, field, self._zone))


def _not_mappable(name: str, place: str) -> Problem:
    return Problem(
        f"A Jira field cannot fill {name}: it is known from the issue itself.",
        place,
        "The line has no effect.",
        f"Give the field another name, or map one of {', '.join(sorted(MAPPABLE))}.",
        Weight.WARNING,
    )
