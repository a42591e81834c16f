"""What a configuration is once it was read."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from canonical.problems import Problem
from pmohub.config.kinds import AnyKind
from pmohub.config.model import (
    ConnectorTable,
    DepartmentTable,
    HubTable,
    LinksTable,
    LogTable,
    NotificationsTable,
    PeopleTable,
    PlausibilityTable,
    RetentionTable,
    ServeTable,
)
from pmohub.config.source import Source
from pmohub.config.writing import WritebackTable
from rules.template_fields import Template


@dataclass(frozen=True, slots=True)
class Connector:
    """A configured connector: what every one has, and its kind with the kind's own options."""

    id: str
    table: ConnectorTable
    kind: AnyKind
    options: BaseModel


@dataclass(frozen=True, slots=True)
class Configuration:
    """What config.toml says. `version` is a hash of its content: comments and order do not change it."""

    source: Source
    path: Path
    version: str
    hub: HubTable
    departments: Mapping[str, DepartmentTable]
    connectors: Mapping[str, Connector]
    precedence: Mapping[str, tuple[str, ...]]
    template: Template
    writeback: WritebackTable
    people: PeopleTable
    links: LinksTable
    plausibility: PlausibilityTable
    log: LogTable
    serve: ServeTable
    notifications: NotificationsTable
    retention: RetentionTable

    @property
    def folder(self) -> Path:
        """The folder of the file, from which relative paths start."""
        return self.path.resolve().parent

    @property
    def declared(self) -> frozenset[str]:
        """The connectors that the file has a table of, right or wrong."""
        return frozenset(self.source.data.get("connectors", ()))


@dataclass(frozen=True, slots=True)
class Reading:
    """A configuration as far as it is right: connectors with a problem are left out; without `configuration` too much
    is wrong to go on at all."""

    configuration: Configuration | None
    problems: tuple[Problem, ...]
    left_out: tuple[str, ...]
