"""Departments as configured, and their calendars for the years that the stored dates need."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, case, delete, func, insert, select, update

from canonical import calendars
from canonical.identity.settings import ResolutionSettings
from canonical.identity.working_tables import in_scope
from canonical.schema.entities import department, source_project, task, time_entry

DATED = {
    task: ("planned_start", "due", "baseline_start", "baseline_finish", "actual_start"),
    source_project: (
        "planned_start",
        "planned_finish",
        "baseline_start",
        "baseline_finish",
        "actual_start",
        "actual_finish",
    ),
    time_entry: ("work_date",),
}


def keep_departments(connection: Connection, settings: ResolutionSettings) -> None:
    """Make the table of departments what is configured."""
    wanted = {one.id: {**one.model_dump(), "mode": one.mode.value} for one in settings.departments}
    stored = {row["id"]: dict(row) for row in connection.execute(select(department)).mappings()}
    if gone := stored.keys() - wanted.keys():
        connection.execute(delete(department).where(department.c.id.in_(sorted(gone))))
    for each, row in wanted.items():
        if each not in stored:
            connection.execute(insert(department).values(row))
        elif stored[each] != row:
            connection.execute(update(department).where(department.c.id == each).values(row))


def keep_calendars(connection: Connection, settings: ResolutionSettings, now: datetime, *, everything: bool) -> bool:
    """Make the calendars hold the years of the dates looked at, and those around today; say whether any grew."""
    days: list[date | None] = []
    latest = date(now.year + calendars.YEARS_AHEAD, 12, 31)
    for table, names in DATED.items():
        plausible = [case((table.c[name].between(calendars.EARLIEST, latest), table.c[name])) for name in names]
        bounds = [bound(place) for place in plausible for bound in (func.min, func.max)]
        query: Select[Any] = select(*bounds)
        days += connection.execute(query if everything else query.where(in_scope(table))).one()
    first, last = calendars.span(days, now.date())
    held = calendars.covered(connection)
    if everything or held is None or first < held[0] or last > held[1]:
        regions = {one.id: one.holidays for one in settings.departments}
        return calendars.fill(connection, regions, first, last) > 0
    return False
