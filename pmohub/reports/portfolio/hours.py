"""Recorded hours by department, project and week; by person only for departments that were named."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from canonical.capacity import Planning
from canonical.schema.entities import person, project, time_entry
from pmohub.reports.portfolio.effort import HOUR
from pmohub.reports.portfolio.facts import Hours, HoursRow

WEEKS = 8


def read_hours(connection: Connection, today: date, people_of: Collection[str]) -> Hours:
    """Give the hours of the last weeks, this one included. `people_of`: departments whose people are named."""
    monday = today - timedelta(days=today.weekday())
    weeks = [monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    by_project: defaultdict[tuple[str, str], dict[date, float]] = defaultdict(dict)
    by_person: defaultdict[tuple[str, str, str], dict[date, float]] = defaultdict(dict)
    shown = (
        project.c.department_id,
        project.c.name,
        project.c.key,
        person.c.id,
        func.coalesce(person.c.name, person.c.email),
        time_entry.c.work_date,
    )
    query = (
        select(*shown, func.sum(time_entry.c.duration))
        .select_from(
            time_entry.outerjoin(project, project.c.id == time_entry.c.project_id).outerjoin(
                person, person.c.id == time_entry.c.person_id
            )
        )
        .where(
            time_entry.c.deleted_at.is_(None),
            time_entry.c.work_date >= weeks[0],
            time_entry.c.work_date < monday + timedelta(weeks=1),
        )
        .group_by(*shown)
    )
    for department_id, title, key, person_id, who, day, seconds in connection.execute(query):
        department, name = department_id or "", title or key or "(no project)"
        week, hours = day - timedelta(days=day.weekday()), float(seconds) / HOUR
        _add(by_project[department, name], week, hours)
        if department in people_of:
            _add(by_person[department, who or "(nobody known)", person_id or ""], week, hours)
    projects = [
        HoursRow(at, name, None, [found.get(week) for week in weeks])
        for (at, name), found in sorted(by_project.items())
    ]
    there = {(row.person_id, row.week): row for row in connection.execute(Planning(weeks, today).available())}
    people = [
        HoursRow(at, "", who, [found.get(week) for week in weeks], [hours_of(there.get((own, week))) for week in weeks])
        for (at, who, own), found in sorted(by_person.items())
    ]
    return Hours(weeks, projects, people)


def hours_of(row: Row[Any] | None) -> float | None:
    """Give the seconds of a row in hours; None where there is none."""
    return None if row is None or row.seconds is None else float(row.seconds) / HOUR


def _add(weeks: dict[date, float], week: date, hours: float) -> None:
    weeks[week] = weeks.get(week, 0.0) + hours
