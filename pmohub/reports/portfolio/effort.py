"""Hours recorded and hours planned to date, by project.

Planned to date is planned value in hours (docs/reference/metrics.md): the original estimate of each leaf, spread over
the working days from its start to its finish, both counted; without a start all of it falls on the finish.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, func, or_, select

from canonical.schema.entities import project, task, time_entry, working_day
from canonical.vocabulary import StatusCategory, TaskKind
from pmohub.reports.portfolio.facts import Effort

HOUR = 3600
COVERAGE = 0.7
"""Least share of a project's leaves that must carry an estimate and a finish before planned hours are shown."""


class Calendars:
    """Working days of every calendar, read once."""

    def __init__(self, connection: Connection) -> None:
        columns = working_day.c
        rows = connection.execute(select(columns.calendar, columns.day, columns.ordinal, columns.is_working))
        self._days = {(calendar, day): (ordinal, working) for calendar, day, ordinal, working in rows}

    def between(self, calendar: str, after: date, until: date) -> int | None:
        """Count the working days after one day until another; negative when it is earlier; None outside the table."""
        start, end = self._days.get((calendar, after)), self._days.get((calendar, until))
        return None if start is None or end is None else end[0] - start[0]

    def spanned(self, calendar: str, first: date, last: date) -> int | None:
        """Count the working days from one day to another, both included; None outside the table."""
        days = self.between(calendar, first, last)
        return None if days is None else days + self._days[calendar, first][1]


@dataclass(slots=True)
class _Plan:
    leaves: int = 0
    planned: int = 0
    hours: float = field(default=0.0)


def effort_by_project(
    connection: Connection, calendars: Calendars, today: Callable[[str], date]
) -> Mapping[str, Effort]:
    """Give recorded and planned hours of each project that has either. `today` is asked by department id."""
    recorded = _recorded(connection)
    plans = _plans(connection, calendars, today)
    return {each: Effort(recorded.get(each), _shown(plans.get(each))) for each in {*recorded, *plans}}


def _recorded(connection: Connection) -> dict[str, float]:
    query = (
        select(time_entry.c.project_id, func.sum(time_entry.c.duration))
        .where(time_entry.c.deleted_at.is_(None), time_entry.c.project_id.is_not(None))
        .group_by(time_entry.c.project_id)
    )
    return {each: float(seconds) / HOUR for each, seconds in connection.execute(query)}


def _plans(connection: Connection, calendars: Calendars, today: Callable[[str], date]) -> dict[str, _Plan]:
    query = (
        select(
            task.c.project_id,
            func.coalesce(project.c.department_id, ""),
            task.c.original_estimate,
            func.coalesce(task.c.baseline_start, task.c.planned_start),
            func.coalesce(task.c.baseline_finish, task.c.due),
        )
        .join(project, project.c.id == task.c.project_id)
        .where(
            task.c.deleted_at.is_(None),
            task.c.is_leaf,
            task.c.kind != TaskKind.MILESTONE,
            or_(task.c.status_category.is_(None), task.c.status_category != StatusCategory.CANCELLED),
        )
    )
    plans: defaultdict[str, _Plan] = defaultdict(_Plan)
    for project_id, department, estimate, start, finish in connection.execute(query):
        plan = plans[project_id]
        plan.leaves += 1
        if estimate is None or finish is None:
            continue
        share = _planned_share(calendars, department, start, finish, today(department))
        if share is not None:
            plan.planned += 1
            plan.hours += share * estimate / HOUR
    return plans


def _planned_share(calendars: Calendars, calendar: str, start: date | None, finish: date, today: date) -> float | None:
    if today >= finish:
        return 1.0
    if start is None or today < start:
        return 0.0
    done, whole = calendars.spanned(calendar, start, today), calendars.spanned(calendar, start, finish)
    return None if done is None or not whole else done / whole


def _shown(plan: _Plan | None) -> float | None:
    if plan is None or plan.planned == 0 or plan.planned < COVERAGE * plan.leaves:
        return None
    return plan.hours
