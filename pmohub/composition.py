"""Puts the parts together as the configuration says: the store, readers, and writers where something is to be sent."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from importlib.metadata import distribution, packages_distributions
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from canonical.database import open_engine
from canonical.problems import Problem
from canonical.resolution import ConnectorDepartments, DepartmentSettings, ResolutionSettings
from canonical.vocabulary import EntityKind, FieldType
from connectors.base import ConnectorContext, CustomField, Reader, Writer
from connectors.secrets import Secret
from pmohub.clock import moment
from pmohub.config import Configuration, Connector
from rules.evaluation import EvaluationSettings
from rules.evaluation.checks import catalogue_for
from rules.expressions import Catalogue, ValueType
from rules.expressions.kinds import BOOL, DATE, NUMBER, TEXT
from rules.jumps import JumpLimits
from rules.standards import Standards, load_standards
from rules.template_fields import Owner
from sync.scheduling.quiet import Peace
from sync.scheduling.timetable import Timetable, delay_of

OURS = ("canonical", "connectors", "rules", "sync", "pmohub")
DISTRIBUTION = "pmohub"
TYPES: Mapping[FieldType, ValueType] = {
    FieldType.TEXT: TEXT,
    FieldType.NUMBER: NUMBER,
    FieldType.DATE: DATE,
    FieldType.YES_NO: BOOL,
}


@dataclass(frozen=True)
class Hub:
    """A configuration and what is made from it. `scratch` is a folder for temporary files of connectors."""

    configuration: Configuration
    scratch: Path

    @cached_property
    def timezone(self) -> ZoneInfo:
        """The hub's own time zone."""
        return ZoneInfo(self.configuration.hub.timezone)

    @cached_property
    def engine(self) -> Engine:
        """The store; nothing is connected before it is used."""
        return open_engine(database_url(self.configuration))

    def now(self) -> datetime:
        """Give this moment, as the configuration's calendar has it."""
        return moment(self.configuration.hub.calendar_shift_days, self.timezone)

    def reader(self, connector: Connector) -> Reader:
        """Make the object that can read a tool, and nothing that could change it."""
        return connector.kind.reader(connector.options, self._context(connector))

    def writer(self, connector: Connector) -> Writer:
        """Make the object that can write to a tool; for `writeback apply` and `undo` alone."""
        return connector.kind.writer(connector.options, self._context(connector))

    def _context(self, connector: Connector) -> ConnectorContext:
        return ConnectorContext(
            id=connector.id,
            folder=self.configuration.folder,
            timezone=department_zone(self.configuration, connector.table.department),
            scratch=self.scratch,
            carriers=self._carriers(connector.id),
            carrier_types=self._carrier_types(),
        )

    def _carriers(self, connector_id: str) -> Mapping[EntityKind, Mapping[str, str]]:
        template = self.configuration.template
        fields = {EntityKind.PROJECT: template.project, EntityKind.TASK: template.task}
        return {
            entity: {
                name: field.carrier[connector_id] for name, field in named.items() if connector_id in field.carrier
            }
            for entity, named in fields.items()
        }

    def _carrier_types(self) -> Mapping[EntityKind, Mapping[str, FieldType]]:
        """A team's field is text everywhere, as its values and pattern are, unless a connector declares another type.

        What the hub computes is of the type of its expression, and read back as the tool has it.
        """
        template = self.configuration.template
        types: dict[EntityKind, dict[str, FieldType]] = {
            entity: {name: FieldType.TEXT for name, field in fields.items() if field.owner is Owner.TEAM}
            for entity, fields in ((EntityKind.PROJECT, template.project), (EntityKind.TASK, template.task))
        }
        for field in custom_fields(self.configuration):
            types.setdefault(field.entity, {})[field.name] = field.type
        return types


@contextmanager
def composed(configuration: Configuration) -> Iterator[Hub]:
    """Give the hub of a configuration; its temporary files are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="pmohub-") as scratch:
        yield Hub(configuration, Path(scratch))


def database_url(configuration: Configuration) -> str:
    """Give the database's address; a relative SQLite path starts at the folder of the configuration.

    Raises:
        ConfigurationError: the address is kept elsewhere and is not there.
    """
    written = configuration.hub.database
    if isinstance(written, Secret):
        written = written.read(configuration.folder, where=configuration.source.where(("hub", "database")))
    scheme, _, rest = written.partition("://")
    if not scheme.startswith("sqlite") or not rest.startswith("/") or rest in {"/", "/:memory:"}:
        return written
    return f"{scheme}:///{(configuration.folder / rest[1:]).resolve()}"


def foreign_packages() -> Iterator[Problem]:
    """Name the packages of ours that another installed distribution brings too: installers overwrite without a word."""
    owners = packages_distributions()
    for name in OURS:
        others = sorted({owner for owner in owners.get(name, []) if owner.lower() != DISTRIBUTION})
        if others:
            yield Problem(
                what=f"The package “{name}” also belongs to {', '.join(others)}",
                where=str(distribution(DISTRIBUTION).locate_file("")),
                not_done="Which of the two is used is a matter of luck.",
                next_step="Install pmohub into an environment of its own:",
                commands=("pipx install pmohub",),
            )


def department_zone(configuration: Configuration, department: str) -> ZoneInfo:
    """Give the time zone of a department, the hub's where it has none of its own."""
    own = configuration.departments[department].timezone if department in configuration.departments else None
    return ZoneInfo(own or configuration.hub.timezone)


def peaces(configuration: Configuration) -> Mapping[str, Peace]:
    """Say for each department when it is left in peace."""
    return {
        name: Peace(
            department_zone(configuration, name), one.quiet_hours, tuple(blackout.days for blackout in one.blackout)
        )
        for name, one in configuration.departments.items()
    }


def timetable(configuration: Configuration, connector: Connector) -> Timetable | None:
    """Say when a connector is due; None for one that is read by hand."""
    crontab = connector.table.schedule
    if crontab is None:
        return None
    delay = delay_of(connector.id, crontab, timedelta(seconds=configuration.serve.spread_seconds))
    return Timetable(crontab, department_zone(configuration, connector.table.department), delay)


def resolution_settings(configuration: Configuration) -> ResolutionSettings:
    """Say what the configuration knows of departments, precedence, people and projects."""
    hub = configuration.hub
    return ResolutionSettings(
        departments=tuple(
            DepartmentSettings(
                id=name, name=one.name, mode=one.mode, timezone=one.timezone or hub.timezone, holidays=one.holidays
            )
            for name, one in configuration.departments.items()
        ),
        connectors={
            name: ConnectorDepartments(default=one.table.department, by=one.table.departments_by)
            for name, one in configuration.connectors.items()
        },
        precedence=configuration.precedence,
        people=tuple((email, *others) for email, others in configuration.people.aliases.items()),
        projects=configuration.links.projects,
        timezone=hub.timezone,
    )


def evaluation_settings(configuration: Configuration) -> EvaluationSettings:
    """Say what the configuration knows that rules read."""
    return EvaluationSettings(
        zone=configuration.hub.timezone,
        template=configuration.template,
        catalogue=catalogue(configuration),
        connectors=configuration.declared,
        jumps=JumpLimits(configuration.plausibility.max_new_deviations, configuration.plausibility.max_times_usual),
    )


def custom_fields(configuration: Configuration) -> Iterator[CustomField]:
    """Give the custom fields that the connectors declare; no tool is asked."""
    for connector in configuration.connectors.values():
        yield from connector.kind.custom_fields(connector.options)


def catalogue(configuration: Configuration) -> Catalogue:
    """Declare to rules what all connectors and the template declare."""
    declared: dict[str, dict[str, ValueType]] = {}
    for field in custom_fields(configuration):
        declared.setdefault(field.entity.value, {})[field.name] = TYPES[field.type]
    return catalogue_for(configuration.template, Catalogue(declared))


def standards(configuration: Configuration) -> Standards:
    """Load the standards in force.

    Raises:
        ConfigurationError: a standard is not there or is wrong, with every place.
    """
    return load_standards(configuration.hub.standards, configuration.folder, catalogue(configuration))


def coming(configuration: Configuration) -> Standards | None:
    """Load the standards that are to come; None where none are announced.

    Raises:
        ConfigurationError: one of them is not there or is wrong, with every place.
    """
    announced = configuration.hub.coming
    return load_standards(announced, configuration.folder, catalogue(configuration)) if announced else None
