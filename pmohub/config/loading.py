"""Reads config.toml whole and tells everything that is wrong with it at once."""

import re
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, ValidationError

from canonical.problems import ConfigurationError, Problem
from pmohub.config.complaints import complaints, not_among, unknown_key
from pmohub.config.configuration import Configuration, Connector, Reading
from pmohub.config.crosscheck import cross_check
from pmohub.config.kinds import AnyKind, InstalledKinds
from pmohub.config.model import (
    ConnectorTable,
    DepartmentTable,
    Document,
    HubTable,
    LinksTable,
    LogTable,
    NotificationsTable,
    PeopleTable,
    PlausibilityTable,
    RetentionTable,
    ServeTable,
)
from pmohub.config.source import Source, read_source
from pmohub.config.writing import WritebackTable
from rules.template_fields import Template

NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
NOTHING = "Nothing was read or written."
Model = TypeVar("Model", bound=BaseModel)


def load(path: Path, kinds: Mapping[str, AnyKind] | None = None) -> Configuration:
    """Read a configuration that must be right as a whole.

    Raises:
        ConfigurationError: with all problems, each with file, line, key and remedy.
    """
    reading = inspect(path, kinds)
    if reading.problems or reading.configuration is None:
        raise ConfigurationError(*reading.problems)
    return reading.configuration


def inspect(path: Path, kinds: Mapping[str, AnyKind] | None = None, *, text: str | None = None) -> Reading:
    """Read a configuration, leaving out connectors that are wrong, so that the others can be checked.

    `text`: what the file held at an earlier time, to go by instead of what it holds now.

    Raises:
        ConfigurationError: the file is not there, or is no TOML.
    """
    source = read_source(path, text)
    return _Loader(source, path, InstalledKinds() if kinds is None else kinds).load()


class _Loader:
    def __init__(self, source: Source, path: Path, kinds: Mapping[str, AnyKind]) -> None:
        self.source = source
        self.path = path
        self.kinds = kinds
        self.problems: list[Problem] = []
        self.connector_problems: list[Problem] = []

    def load(self) -> Reading:
        known = list(Document.model_fields)
        for key in self.source.data.keys() - set(known):
            self.problems.append(unknown_key(self.source, (key,), known, NOTHING))
        document = self._document()
        declared = self._names("connectors")
        connectors = {name: connector for name in declared if (connector := self._connector(name))}
        left_out = [name for name in declared if name not in connectors]
        for problem, connector_id in cross_check(self.source, document, connectors, declared):
            if connector_id is None:
                self.problems.append(problem)
            else:
                self.connector_problems.append(problem)
                left_out.append(connector_id)
        sound = {name: connector for name, connector in connectors.items() if name not in left_out}
        configuration = self._configuration(document, sound) if not self.problems else None
        everything = dict.fromkeys((*self.problems, *self.connector_problems))
        ordered = sorted(everything, key=lambda problem: self.source.line_of(problem.where))
        return Reading(configuration, tuple(ordered), tuple(dict.fromkeys(left_out)))

    def _document(self) -> Document:
        departments = {
            name: table
            for name in self._names("departments")
            if (table := self._validated(DepartmentTable, ("departments", name), self.problems, NOTHING))
        }
        return Document.model_construct(
            hub=self._section("hub", HubTable()),
            departments=departments,
            precedence=self._precedence(),
            template=self._section("template", Template()),
            writeback=self._section("writeback", WritebackTable()),
            people=self._section("people", PeopleTable()),
            links=self._section("links", LinksTable()),
            plausibility=self._section("plausibility", PlausibilityTable()),
            log=self._section("log", LogTable()),
            serve=self._section("serve", ServeTable()),
            notifications=self._section("notifications", NotificationsTable()),
            retention=self._section("retention", RetentionTable()),
        )

    def _section(self, name: str, default: Model) -> Model:
        if name not in self.source.data:
            return default
        return self._validated(type(default), (name,), self.problems, NOTHING) or default

    def _precedence(self) -> Mapping[str, tuple[str, ...]]:
        try:
            return Document.model_validate({"precedence": self.source.data.get("precedence", {})}).precedence
        except ValidationError as error:
            self.problems.extend(complaints(error, Document, self.source, (), NOTHING))
            return {}

    def _names(self, section: str) -> list[str]:
        """Name the tables [section.NAME], telling what can be no name."""
        tables = self.source.data.get(section, {})
        if not isinstance(tables, dict):
            step = f"Write [{section}.NAME] and the keys below it."
            what = f"{section} must be a table"
            excerpt = self.source.excerpt((section,), at_value=True)
            self.problems.append(Problem(what, self.source.where((section,)), NOTHING, step, excerpt=excerpt))
            return []
        for name in tables:
            if not NAME.fullmatch(name):
                where = self.source.where((section, name))
                step = "Use small letters, digits, - and _, as in eng-plan."
                excerpt = self.source.excerpt((section, name), at_value=False)
                self.problems.append(Problem(f"“{name}” cannot be a name", where, NOTHING, step, excerpt=excerpt))
        return list(tables)

    def _validated(
        self, model: type[Model], path: tuple[str, ...], problems: list[Problem], not_done: str, data: Any = None
    ) -> Model | None:
        table: Any = self.source.data
        for part in path:
            table = table[part]
        try:
            return model.model_validate(table if data is None else data)
        except ValidationError as error:
            problems.extend(complaints(error, model, self.source, path, not_done))
        except RecursionError:
            what = "This is nested too deeply to be read"
            problems.append(Problem(what, self.source.where(path), not_done, "Take some brackets out."))
        return None

    def _connector(self, name: str) -> Connector | None:
        not_done = f"{name} is left out."
        path = ("connectors", name)
        written = self.source.data["connectors"][name]
        table = self._validated(ConnectorTable, path, self.connector_problems, not_done)
        kind_name = written.get("kind") if isinstance(written, dict) else None
        kind = self._kind(kind_name, path, not_done) if isinstance(kind_name, str) else None
        if kind is None:
            return None
        own = {key: value for key, value in written.items() if key not in ConnectorTable.model_fields}
        options = self._validated(kind.options, path, self.connector_problems, not_done, own)
        return Connector(name, table, kind, options) if table and options is not None else None

    def _kind(self, name: str, path: tuple[str, ...], not_done: str) -> AnyKind | None:
        at = (*path, "kind")
        if name not in self.kinds:
            what = f"Unknown connector kind “{name}”"
            known = list(self.kinds)
            self.connector_problems.append(not_among(self.source, at, what, name, known, "kinds", not_done))
            return None
        try:
            return self.kinds[name]
        except (ImportError, AttributeError) as error:
            what = f"The connector kind “{name}” cannot be loaded: {error}"
            step = "Install its package again, or write another kind."
            self.connector_problems.append(Problem(what, self.source.where(at), not_done, step))
            return None

    def _configuration(self, document: Document, connectors: Mapping[str, Connector]) -> Configuration:
        return Configuration(
            source=self.source,
            path=self.path,
            version=version_of(self.source.data),
            hub=document.hub,
            departments=document.departments,
            connectors=connectors,
            precedence=document.precedence,
            template=document.template,
            writeback=document.writeback,
            people=document.people,
            links=document.links,
            plausibility=document.plausibility,
            log=document.log,
            serve=document.serve,
            notifications=document.notifications,
            retention=document.retention,
        )


def version_of(data: Mapping[str, Any]) -> str:
    """Give 12 hex digits of the content's hash, the same whatever the order and the comments."""
    content = orjson.dumps(data, option=orjson.OPT_SORT_KEYS, default=str)
    return blake2b(content, digest_size=6).hexdigest()
