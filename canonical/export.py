"""Rows of a documented view, one after the other, however many there are."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import Engine, column, select, table

from canonical.database import reading
from canonical.problems import Problem, ProblemError
from canonical.views import VIEWS, Shape, View

ROWS_AT_ONCE = 1_000

ExportValue: TypeAlias = str | int | bool | Decimal | date | datetime | None
"""A value of a view: amounts as Decimal, days as date, moments as aware datetime in UTC."""


class UnknownViewError(ProblemError):
    """No view is called so."""


def exported(name: str) -> View:
    """Give the view that is exported under a name: `tasks`, `time-entries`, or the view's own name.

    Raises:
        UnknownViewError: there is none; the problem lists those that there are.
    """
    wanted = name.replace("-", "_").removeprefix("pmo_")
    views = {view.name.removeprefix("pmo_"): view for view in VIEWS}
    if wanted in views:
        return views[wanted]
    raise UnknownViewError(
        Problem(
            what=f"There is nothing to export called {name!r}.",
            not_done="Nothing was written.",
            next_step=f"Choose one of {', '.join(each.replace('_', '-') for each in views)}.",
        )
    )


def rows(engine: Engine, view: View) -> Iterator[Mapping[str, ExportValue]]:
    """Give the view's rows as they are at one moment, in bounded memory, with the same values from both databases."""
    readers = {each.name: _READERS.get(each.shape) for each in view.columns}
    query = select(*(column(name) for name in readers)).select_from(table(view.name))
    with reading(engine) as connection:
        result = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query)
        for row in result.mappings():
            yield {
                name: value if value is None or (read := readers[name]) is None else read(value)
                for name, value in row.items()
            }


def _instant(value: str | datetime) -> datetime:
    return (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(UTC)


def _day(value: str | date) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _number(value: float | Decimal) -> Decimal:
    """Amounts have at most four decimals; SQLite hands them over as floating point."""
    exact = round(Decimal(repr(value)) if isinstance(value, float) else Decimal(value), 4).normalize()
    return exact if exact.as_tuple().exponent < 0 else exact.quantize(Decimal(1))  # type: ignore[operator]  # finite


_READERS: Mapping[Shape, Callable[[Any], ExportValue]] = {
    Shape.INSTANT: _instant,
    Shape.DATE: _day,
    Shape.NUMBER: _number,
    Shape.YES_NO: bool,
}
