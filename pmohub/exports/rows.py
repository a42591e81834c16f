"""The rows of a documented view, each value in the type that its column promises, on either database."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import ColumnClause, Connection, column, select, table

from canonical.views import VIEWS, Shape, View

Value: TypeAlias = str | int | Decimal | bool | date | datetime | None
CHUNK = 1_000

WHAT: Mapping[str, View] = {view.name.removeprefix("pmo_").replace("_", "-"): view for view in VIEWS}
"""What can be exported, by the name that is typed: `time-entries` is the view `pmo_time_entries`."""


def rows(connection: Connection, view: View) -> Iterator[tuple[Value, ...]]:
    """Give the rows of a view in bounded memory, in the order of their first column."""
    columns: list[ColumnClause[Any]] = [column(one.name) for one in view.columns]
    query = select(*columns).select_from(table(view.name, *columns)).order_by(columns[0])
    shapes = [one.shape for one in view.columns]
    streamed = connection.execution_options(stream_results=True, yield_per=CHUNK)
    for row in streamed.execute(query):
        yield tuple(_typed(value, shape) for value, shape in zip(row, shapes, strict=True))


def _typed(value: Any, shape: Shape) -> Value:
    return None if value is None else TYPES[shape](value)


def _date(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _instant(value: Any) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


TYPES: Mapping[Shape, Callable[[Any], Value]] = {
    Shape.TEXT: str,
    Shape.INTEGER: int,
    Shape.YES_NO: bool,
    Shape.DATE: _date,
    Shape.INSTANT: _instant,
    Shape.NUMBER: lambda value: Decimal(str(value)).normalize(),
}
"""SQLite gives dates and instants as texts, truth as 0 and 1, and every number as a float."""
