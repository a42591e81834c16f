"""Checks what no single table can: names that refer to one another."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from canonical.problems import Problem
from canonical.records import Project, Record
from canonical.toml_places import KeyPath
from canonical.vocabulary import EntityKind, FieldType
from pmohub.config.complaints import not_among
from pmohub.config.configuration import Connector
from pmohub.config.model import Document, is_path
from pmohub.config.source import Source
from rules.template_fields import Owner

Finding: TypeAlias = tuple[Problem, str | None]
"""A problem, and the connector that it leaves out (None: the whole configuration)."""
NOTHING = "Nothing was read or written."
PROJECT_FIELDS = sorted(Project.model_fields.keys() - Record.model_fields.keys() - {"department", "same_as"})


def cross_check(
    source: Source, document: Document, connectors: Mapping[str, Connector], declared: Sequence[str]
) -> Iterator[Finding]:
    """Give what is wrong between the tables; `declared` are all connectors of the file, sound or not."""
    yield from _departments(source, connectors)
    yield from _precedence(source, document, declared)
    yield from _carriers(source, document, declared)
    yield from _standing(source, document, declared)
    yield from _links(source, document, declared)
    yield from _custom_fields(source, document, connectors)
    yield from _standards(source, document)
    yield from _channels(source, document)


def _departments(source: Source, connectors: Mapping[str, Connector]) -> Iterator[Finding]:
    tables = source.data.get("departments", {})
    known = sorted(tables) if isinstance(tables, dict) else []
    for name, connector in connectors.items():
        path: KeyPath = ("connectors", name)
        named = {(*path, "department"): connector.table.department}
        for field, by_value in connector.table.departments_by.items():
            named |= {(*path, "departments_by", field, value): to for value, to in by_value.items()}
        for at, department in named.items():
            if department not in known:
                what = f"Unknown department “{department}”"
                yield not_among(source, at, what, department, known, "departments", f"{name} is left out."), name


def _channels(source: Source, document: Document) -> Iterator[Finding]:
    tables = source.data.get("departments", {})
    known = sorted(tables) if isinstance(tables, dict) else []
    for name, channel in document.notifications.channels.items():
        for number, department in enumerate(channel.departments):
            if department not in known:
                at: KeyPath = ("notifications", "channels", name, "departments", number)
                what = f"Unknown department “{department}”"
                yield not_among(source, at, what, department, known, "departments", NOTHING), None


def _precedence(source: Source, document: Document, declared: Sequence[str]) -> Iterator[Finding]:
    for field, order in document.precedence.items():
        if field not in PROJECT_FIELDS:
            what = f"“{field}” is no field of a project"
            yield not_among(source, ("precedence", field), what, field, PROJECT_FIELDS, "fields", NOTHING), None
        for number, name in enumerate(order):
            yield from _known_connector(source, ("precedence", field, number), name, declared)


def _carriers(source: Source, document: Document, declared: Sequence[str]) -> Iterator[Finding]:
    for entity in ("project", "task"):
        for name, field in getattr(document.template, entity).items():
            for connector in field.carrier:
                path: KeyPath = ("template", entity, name, "carrier", connector)
                yield from _known_connector(source, path, connector, declared)


def _standing(source: Source, document: Document, declared: Sequence[str]) -> Iterator[Finding]:
    """Hold what standing approvals name against what there is."""
    template = document.template
    known = {
        "fields": sorted({*template.project, *template.task}),
        "connectors": list(declared),
        "departments": sorted(document.departments),
    }
    for number, one in enumerate(document.writeback.standing):
        for kind, names in known.items():
            for place, name in enumerate(getattr(one, kind)):
                if name not in names:
                    path: KeyPath = ("writeback", "standing", number, kind, place)
                    noun = "template field" if kind == "fields" else kind.removesuffix("s")
                    what = f"Unknown {noun} “{name}”"
                    yield not_among(source, path, what, name, names, f"{noun}s", NOTHING), None


def _custom_fields(source: Source, document: Document, connectors: Mapping[str, Connector]) -> Iterator[Finding]:
    """Hold the types of custom fields against one another: a rule reads a field as one type, whoever supplies it."""
    declared: dict[tuple[EntityKind, str], tuple[FieldType, KeyPath]] = {}
    for connector in connectors.values():
        for field in connector.kind.custom_fields(connector.options):
            path: KeyPath = ("connectors", connector.id, *field.option)
            first, place = declared.setdefault((field.entity, field.name), (field.type, path))
            if field.type is not first:
                what = f"The field {field.name} of a {field.entity} is declared as {first} and as {field.type}"
                where = f"{source.where(place)} and {source.where(path)}"
                step = "Give both the same type, or one of them another name."
                yield Problem(what, where, NOTHING, step, excerpt=source.excerpt(path, at_value=True)), None
    for entity, fields in ((EntityKind.PROJECT, document.template.project), (EntityKind.TASK, document.template.task)):
        for name, one in fields.items():
            kind, place = declared.get((entity, name), (FieldType.TEXT, ()))
            if kind is not FieldType.TEXT and one.owner is Owner.TEAM and (one.values or one.pattern or one.default):
                at: KeyPath = ("template", entity.value, name)
                what = f"The template restricts {name} to texts, and it is declared as {kind}"
                where = f"{source.where(at)} and {source.where(place)}"
                step = "Declare it as text, or leave out values, pattern and default."
                yield Problem(what, where, NOTHING, step, excerpt=source.excerpt(place, at_value=True)), None


def _links(source: Source, document: Document, declared: Sequence[str]) -> Iterator[Finding]:
    for number, group in enumerate(document.links.projects):
        for index, name in enumerate(group):
            path: KeyPath = ("links", "projects", number, index)
            yield from _known_connector(source, path, name.partition(":")[0], declared)


def _known_connector(source: Source, path: KeyPath, name: str, declared: Sequence[str]) -> Iterator[Finding]:
    if name not in declared:
        what = f"Unknown connector “{name}”"
        yield not_among(source, path, what, name, declared, "connectors", NOTHING), None


def _standards(source: Source, document: Document) -> Iterator[Finding]:
    folder = Path(source.name).resolve().parent
    for number, name in enumerate(document.hub.standards):
        if is_path(name) and not (folder / name).is_file():
            path: KeyPath = ("hub", "standards", number)
            step = "Mend the path; it starts at the folder of the configuration."
            excerpt = source.excerpt(path, at_value=True)
            what = f"The standard “{name}” is not there"
            yield Problem(what, source.where(path), NOTHING, step, excerpt=excerpt), None
