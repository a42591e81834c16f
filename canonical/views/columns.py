"""What a documented view is made of, and how a stored value is shown in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Dialect,
    Float,
    FromClause,
    Integer,
    Numeric,
    Select,
    literal_column,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Text

from canonical.schema.columns import Instant, Percentage


class Shape(StrEnum):
    """How a column of a view is to be read."""

    TEXT = "text"
    DATE = "date"
    INSTANT = "instant"
    NUMBER = "number"
    INTEGER = "integer"
    YES_NO = "yes or no"


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """A column of a view: its name, what is stored for it and what it means."""

    name: str
    stored: ColumnElement[Any]
    meaning: str

    @property
    def shape(self) -> Shape:
        """Say how the column is to be read; an amount or a percentage is a number in its own unit."""
        match self.stored.type:
            case Instant():
                return Shape.INSTANT
            case Percentage() | Numeric() | Float():
                return Shape.NUMBER
            case Date():
                return Shape.DATE
            case Boolean():
                return Shape.YES_NO
            case Integer():
                return Shape.INTEGER
            case _:
                return Shape.TEXT


@dataclass(frozen=True, slots=True)
class View:
    """A documented view: one row for each row of `source` that meets `where`.

    `more` are further sources of the same columns, appended to the first.
    """

    name: str
    meaning: str
    columns: Sequence[ViewColumn]
    source: FromClause
    where: ColumnElement[bool] | None = None
    more: Sequence["View"] = ()

    def definition(self, dialect: Dialect) -> str:
        """Give the statement that creates the view on a database of this kind."""
        queries = [part.query() for part in (self, *self.more)]
        body = " UNION ALL ".join(
            str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})) for query in queries
        )
        return f"CREATE VIEW {self.name} AS {body}"

    def query(self) -> Select[Any]:
        """Select this view's own rows from the tables, each value in the form in which it is shown."""
        columns = [shown(column.stored).label(column.name) for column in self.columns]
        query = select(*columns).select_from(self.source)
        return query if self.where is None else query.where(self.where)


class ReadableInstant(FunctionElement[Any]):
    """A stored instant as people and BI tools read it: ISO 8601 text on SQLite, the instant itself on PostgreSQL."""

    inherit_cache = True
    type = Text()


@compiles(ReadableInstant)
def _as_it_is(element: ReadableInstant, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(ReadableInstant, "sqlite")
def _as_text(element: ReadableInstant, compiler: SQLCompiler, **options: Any) -> str:
    stored = compiler.process(element.clauses, **options)
    return f"strftime('%Y-%m-%dT%H:%M:%fZ', ({stored}) / 1000.0, 'unixepoch')"


def shown(stored: ColumnElement[Any]) -> ColumnElement[Any]:
    """Turn a stored value into the one that a view shows: instants readable, amounts and percentages in their unit."""
    match stored.type:
        case Instant():
            return ReadableInstant(stored)
        case Percentage() as scaled:
            return stored.op("/", return_type=Numeric())(literal_column(f"{10**scaled.scale}.0"))
        case _:
            return stored
