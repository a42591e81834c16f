"""The one checked schema of expressions: which entities, fields, parents and collections there are, over the store."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Table,
    Text,
    case,
    false,
    true,
    type_coerce,
)
from sqlalchemy.sql.elements import Grouping
from sqlalchemy.types import TypeEngine

from canonical.schema import entities
from canonical.schema.columns import Amount, Instant, Percentage
from canonical.vocabulary import Activity
from rules.expressions.kinds import BOOL, DATE, INSTANT, MONEY, NUMBER, PERCENT, TEXT, WHOLE, Kind, Unit, ValueType
from rules.expressions.meanings import MEANINGS, WORDS

ColumnOf: TypeAlias = Callable[[FromClause], ColumnElement[Any]]
"""Finds a field's value in a table or an alias of it."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field that expressions may read. `column` finds its value; a scaled number is its stored whole number."""

    name: str
    type: ValueType
    nullable: bool
    meaning: str
    column: ColumnOf


@dataclass(frozen=True, slots=True)
class Parent:
    """A single other entity, such as task.project. `key` is the column that holds its id.

    `written` is the column that holds the reference as the tool wrote it, where there is one: an id that is absent
    while the reference is written means not yet resolved, which is unknown, not absent.
    """

    name: str
    entity: str
    key: str
    written: str | None


@dataclass(frozen=True, slots=True)
class Collection:
    """Many other entities, such as project.tasks. `key` is the column of theirs that holds the owner's id."""

    name: str
    entity: str
    key: str


@dataclass(frozen=True, slots=True)
class Entity:
    """What expressions know of an entity. `title` is the field that names it to people."""

    name: str
    table: Table
    title: str
    fields: Mapping[str, Field]
    parents: Mapping[str, Parent]
    collections: Mapping[str, Collection]
    department_path: tuple[str, ...] | None
    """Parents to follow to the project whose department's calendar counts; None when there is none."""

    @property
    def names(self) -> list[str]:
        """Everything that may follow the entity and a dot."""
        custom = ["fields"] if self.name in CUSTOM_ENTITIES else []
        return [*self.fields, *self.parents, *self.collections, *custom]

    def path_of(self, template_field: str) -> str:
        """Name a template field as expressions do: the entity's own field of that name where it has one."""
        own = template_field in self.names
        return f"{self.name}.{template_field}" if own else f"{self.name}.fields.{template_field}"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The entities, and the custom fields that the configuration and the template declare by entity and name."""

    custom: Mapping[str, Mapping[str, ValueType]] = field(default_factory=dict)

    @property
    def entities(self) -> Mapping[str, Entity]:
        """The entities by name."""
        return _entities()


CUSTOM_ENTITIES = ("project", "task")
_CUSTOM_COLUMNS = {Kind.TEXT: "text", Kind.NUMBER: "number", Kind.BOOL: "text", Kind.DATE: "date"}
_CUSTOM_COLUMNS |= {Kind.INSTANT: "instant"}

_PARENTS: Mapping[str, Mapping[str, str]] = {
    "project": {"manager": "person", "sponsor": "person"},
    "task": {"project": "project", "parent": "task", "assignee": "person", "reporter": "person"},
    "time_entry": {"task": "task", "project": "project", "person": "person"},
    "person": {},
    "dependency": {"predecessor": "task", "successor": "task"},
    "status_update": {"project": "project", "author": "person"},
    "allocation": {"project": "project", "person": "person"},
    "leave": {"person": "person"},
}
_COLLECTIONS: Mapping[str, tuple[Collection, ...]] = {
    "project": (
        Collection("tasks", "task", "project_id"),
        Collection("time_entries", "time_entry", "project_id"),
        Collection("status_updates", "status_update", "project_id"),
        Collection("allocations", "allocation", "project_id"),
    ),
    "task": (
        Collection("children", "task", "parent_id"),
        Collection("time_entries", "time_entry", "task_id"),
        Collection("predecessors", "dependency", "successor_id"),
        Collection("successors", "dependency", "predecessor_id"),
    ),
    "person": (
        Collection("tasks", "task", "assignee_id"),
        Collection("time_entries", "time_entry", "person_id"),
        Collection("allocations", "allocation", "person_id"),
        Collection("leave", "leave", "person_id"),
    ),
}
_DEPARTMENTS: Mapping[str, tuple[str, ...] | None] = {
    "project": (),
    "task": ("project",),
    "time_entry": ("project",),
    "person": None,
    "dependency": ("successor", "project"),
    "status_update": ("project",),
    "allocation": ("project",),
    "leave": None,
}
_TITLES = {"project": "name", "task": "title", "person": "name", "status_update": "at", "time_entry": "work_date"}
_TITLES |= {"allocation": "first_day", "leave": "first_day"}
_UNITS = {"original_estimate": Unit.SECONDS, "remaining_estimate": Unit.SECONDS, "time_spent": Unit.SECONDS}
_UNITS |= {
    "weekly_effort": Unit.SECONDS,
    "duration": Unit.SECONDS,
    "weekly_capacity": Unit.SECONDS,
    "lag": Unit.WORKING_DAYS,
}


@cache
def _entities() -> Mapping[str, Entity]:
    return {name: _entity(name, getattr(entities, name)) for name in MEANINGS}


def _entity(name: str, table: Table) -> Entity:
    columns = table.columns.keys()
    parents = {
        parent: Parent(parent, target, f"{parent}_id", f"{parent}_ref" if f"{parent}_ref" in columns else None)
        for parent, target in _PARENTS[name].items()
    }
    return Entity(
        name=name,
        table=table,
        title=_TITLES.get(name, "key"),
        fields={field: _field(table, name, field, meaning) for field, meaning in MEANINGS[name].items()},
        parents=parents,
        collections={collection.name: collection for collection in _COLLECTIONS.get(name, ())},
        department_path=_DEPARTMENTS[name],
    )


def _field(table: Table, entity: str, name: str, meaning: str) -> Field:
    if (entity, name) == ("person", "active"):
        return Field(name, BOOL, nullable=True, meaning=meaning, column=_active)
    if (entity, name) == ("task", "labels"):
        return Field(name, ValueType(Kind.TEXTS), nullable=False, meaning=meaning, column=lambda rows: rows.c.id)
    column_name = "department_id" if name == "department" else name
    column = table.c[column_name]
    value_type = _type_of(column)
    if (entity, name) in WORDS:
        value_type = ValueType(Kind.TEXT, words=tuple(WORDS[entity, name]))
    if name in _UNITS:
        value_type = ValueType(Kind.NUMBER, unit=_UNITS[name])
    return Field(name, value_type, bool(column.nullable), meaning, lambda rows: stored(rows.c[column_name]))


_TYPES: tuple[tuple[type[TypeEngine[Any]], ValueType], ...] = (
    (Amount, NUMBER),
    (Percentage, PERCENT),
    (Instant, INSTANT),
    (Boolean, BOOL),
    (Date, DATE),
    (Integer, WHOLE),
    (Text, TEXT),
)


def _type_of(column: Column[Any]) -> ValueType:
    if column.name in {"budget", "cost_rate"}:
        return MONEY
    return next(value_type for kind, value_type in _TYPES if isinstance(column.type, kind))


def stored(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Read a scaled number as the whole number that is stored, so that it compares and adds exactly."""
    return type_coerce(column, BigInteger) if isinstance(column.type, Percentage) else column


def _active(rows: FromClause) -> ColumnElement[Any]:
    return Grouping(case((rows.c.active == Activity.YES, true()), (rows.c.active == Activity.NO, false())))


def custom_column(rows: FromClause, value_type: ValueType) -> ColumnElement[Any]:
    """Find a custom field's value in `field_value`, where yes and no are the texts true and false."""
    column = stored(rows.c[_CUSTOM_COLUMNS[value_type.kind]])
    if value_type.kind is not Kind.BOOL:
        return column
    return Grouping(case((column == "true", true()), (column == "false", false())))
