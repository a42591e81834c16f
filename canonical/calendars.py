"""Working days of each department as a table, so that rules can count them in SQL.

A calendar is named by its department's id; the one named `""` (weekends only) serves what has no department. Public
holidays, and weekends other than Saturday and Sunday, come from the `holidays` package
(https://holidays.readthedocs.io): a region is a country, or a country and its subdivision, such as `DE` or `DE-BE`.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import accumulate

import holidays
from sqlalchemy import Connection, delete, func, insert, select

from canonical.problems import ConfigurationError, Problem
from canonical.schema.entities import working_day

NO_DEPARTMENT = ""
EARLIEST = date(2000, 1, 1)
YEARS_AHEAD = 20
"""Days before 2000, or so far ahead, are typing errors more often than plans: they have no working-day number."""

DAY = timedelta(days=1)


def public_holidays(region: str) -> holidays.HolidayBase:
    """Give the public holidays of a region such as `DE-BE`.

    Raises:
        ConfigurationError: the region is not known.
    """
    country, _, subdivision = region.partition("-")
    try:
        return holidays.country_holidays(country, subdiv=subdivision or None)
    except NotImplementedError as error:
        raise ConfigurationError(
            Problem(
                what=f"The holiday region {region} is not known.",
                not_done="No calendar was made for it.",
                next_step="Write a country and, where it matters, its subdivision, such as DE or DE-BE.",
            )
        ) from error


def fill(connection: Connection, departments: Mapping[str, str | None], first: date, last: date) -> int:
    """Make the working days of each department known from `first` to `last`, and say how many days were written.

    `departments` gives the holiday region of each department's id; without one only weekends are free. A calendar that
    covers more already keeps its days; one that is as it should be is not written.

    Raises:
        ConfigurationError: a region is not known.
    """
    wanted = {NO_DEPARTMENT: None, **departments}
    connection.execute(delete(working_day).where(working_day.c.calendar.not_in(wanted)))
    return sum(_fill_one(connection, name, region, first, last) for name, region in wanted.items())


def _fill_one(connection: Connection, name: str, region: str | None, first: date, last: date) -> int:
    columns = working_day.c
    stored = {
        row.day: (row.ordinal, row.is_working)
        for row in connection.execute(
            select(columns.day, columns.ordinal, columns.is_working).where(columns.calendar == name)
        )
    }
    begin, end = min([first, *stored]), max([last, *stored])
    days = {day: (ordinal, works) for day, ordinal, works in _count(region, begin, end)}
    if days == stored:
        return 0
    connection.execute(delete(working_day).where(columns.calendar == name))
    rows = [
        {"calendar": name, "day": day, "ordinal": ordinal, "is_working": works}
        for day, (ordinal, works) in days.items()
    ]
    connection.execute(insert(working_day), rows)
    return len(rows)


def _count(region: str | None, first: date, last: date) -> Iterator[tuple[date, int, bool]]:
    days = [first + DAY * number for number in range((last - first).days + 1)]
    free = None if region is None else public_holidays(region)
    works = [day.weekday() < 5 if free is None else free.is_working_day(day) for day in days]
    return zip(days, accumulate(map(int, works)), works, strict=True)


def covered(connection: Connection) -> tuple[date, date] | None:
    """Tell the first and the last day that every calendar holds; None when there is none."""
    columns = working_day.c
    spans = connection.execute(select(func.min(columns.day), func.max(columns.day)).group_by(columns.calendar)).all()
    return (max(span[0] for span in spans), min(span[1] for span in spans)) if spans else None


def span(days: Iterable[date | None], today: date) -> tuple[date, date]:
    """Give the whole years that hold the days and some years around today, within what counts as plausible."""
    latest = date(today.year + YEARS_AHEAD, 12, 31)
    plausible = [day for day in days if day is not None and EARLIEST <= day <= latest]
    first, last = min([today, *plausible]).year, max([today, *plausible]).year
    return date(min(first, today.year - 1), 1, 1), date(max(last, today.year + 1), 12, 31)
