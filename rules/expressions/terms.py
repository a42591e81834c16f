"""What the parts of an expression become while it is compiled: values in SQL, constants, entities, collections."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    FromClause,
    Join,
    Select,
    Table,
    Text,
    and_,
    false,
    literal,
    true,
)
from sqlalchemy.types import TypeEngine

from canonical.schema import entities
from canonical.schema.columns import Instant
from rules.expressions.catalogue import Collection, Entity
from rules.expressions.kinds import Kind, ValueType

Path: TypeAlias = tuple[str, ...]
Plain: TypeAlias = str | int | bool | Decimal | date | datetime | timedelta

_SQL_TYPES: dict[Kind, TypeEngine[Any]] = {
    Kind.TEXT: Text(),
    Kind.NUMBER: BigInteger(),
    Kind.BOOL: Boolean(),
    Kind.DATE: Date(),
    Kind.INSTANT: Instant(),
}


@dataclass(frozen=True, slots=True)
class Value:
    """A value computed in SQL; NULL is CEL's error: undetermined.

    `optional` names the fields whose absence makes it so; `gaps` says that something else can (a division by zero, a
    day outside the calendar). `opposite` is the SQL of its negation, where an index finds that better than a NOT.
    """

    type: ValueType
    sql: ColumnElement[Any]
    optional: frozenset[str] = frozenset()
    gaps: bool = False
    opposite: ColumnElement[Any] | None = None

    @property
    def nullable(self) -> bool:
        """Whether it can be undetermined."""
        return bool(self.optional) or self.gaps


@dataclass(frozen=True, slots=True)
class Constant:
    """A value known while compiling: a literal, a parameter, `today` in a single time zone."""

    type: ValueType
    value: Plain
    optional: frozenset[str] = frozenset()
    gaps: bool = False

    @property
    def nullable(self) -> bool:
        """A constant is always there."""
        return False

    @property
    def sql(self) -> ColumnElement[Any]:
        """The value as a bound parameter."""
        if self.type.kind is Kind.BOOL:
            return true() if self.value else false()
        if isinstance(self.value, Decimal):
            return literal(int(self.value.scaleb(self.type.scale)), BigInteger())
        return literal(self.value, _SQL_TYPES[self.type.kind])


@dataclass(slots=True)
class Source:
    """One FROM clause under construction: a table, and a LEFT JOIN for each path that is read, added once."""

    table: FromClause
    joins: dict[Path, tuple[FromClause, ColumnElement[bool]]] = field(default_factory=dict)

    def joined(self, path: Path, table: Table, key: ColumnElement[Any]) -> FromClause:
        """Give the alias of the row with id `key`, joined once per path."""
        if path not in self.joins:
            alias = table.alias()
            self.joins[path] = (alias, alias.c.id == key)
        return self.joins[path][0]

    def joined_field(self, path: Path, owner: ColumnElement[Any], name: str) -> FromClause:
        """Give the alias of `field_value` that holds a custom field."""
        if path not in self.joins:
            alias = entities.field_value.alias()
            self.joins[path] = (alias, and_(alias.c.entity_id == owner, alias.c.name == name))
        return self.joins[path][0]

    def from_clause(self) -> FromClause:
        """The table with its joins."""
        result: FromClause = self.table
        for alias, condition in self.joins.values():
            result = Join(result, alias, condition, isouter=True)
        return result

    def parts(self) -> Iterable[FromClause]:
        """The tables of the clause."""
        return (self.table, *(alias for alias, _ in self.joins.values()))

    def subquery(self, statement: Select[Any]) -> Select[Any]:
        """Complete a select over this clause that may refer to rows of the selects around it."""
        return statement.select_from(self.from_clause()).correlate_except(*self.parts())


@dataclass(frozen=True, slots=True)
class EntityTerm:
    """A row of an entity. `key` holds its id in the row that refers to it; None for a row of the source itself."""

    entity: Entity
    source: Source
    path: Path
    key: ColumnElement[Any] | None = None
    written: ColumnElement[Any] | None = None
    optional: frozenset[str] = frozenset()

    @property
    def rows(self) -> FromClause:
        """The table of its fields; joined when first asked for."""
        if self.key is None:
            return self.source.table
        return self.source.joined(self.path, self.entity.table, self.key)

    @property
    def id(self) -> ColumnElement[Any]:
        """Its id, read without a join."""
        return self.source.table.c.id if self.key is None else self.key


@dataclass(frozen=True, slots=True)
class CollectionTerm:
    """The rows that belong to an entity, or its labels when `collection` is None."""

    owner: EntityTerm
    collection: Collection | None
    path: Path


@dataclass(frozen=True, slots=True)
class CustomFields:
    """`task.fields`, of which only a single field can be read."""

    owner: EntityTerm


@dataclass(frozen=True, slots=True)
class ListTerm:
    """A list as written, or a parameter that is one."""

    items: tuple["Value | Constant", ...]


@dataclass(frozen=True, slots=True)
class Parameters:
    """`params`, of which only a single parameter can be read."""


Scalar: TypeAlias = Value | Constant
Term: TypeAlias = Scalar | EntityTerm | CollectionTerm | CustomFields | ListTerm | Parameters


def described(term: Term) -> str:
    """What a term is, in words for messages."""
    match term:
        case Value(type=value_type) | Constant(type=value_type):
            return value_type.kind.value
        case EntityTerm(entity=entity):
            return f"a {entity.name}"
        case CollectionTerm():
            return "a list of labels" if term.collection is None else "a collection"
        case CustomFields():
            return Kind.CUSTOM.value
        case ListTerm():
            return Kind.LIST.value
        case Parameters():
            return Kind.PARAMS.value
