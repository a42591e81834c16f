"""Who is planned for how much in the coming weeks, in which tools; by name only for departments that were named."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import orjson
from sqlalchemy import Connection, Row, func, select

from canonical.capacity import ALLOCATED, Planning, unplanned_tasks, weeks_from
from canonical.schema.entities import leave, person, project
from canonical.schema.operations import connector
from canonical.vocabulary import EntityKind
from pmohub.reports.portfolio.effort import HOUR
from pmohub.reports.portfolio.facts import JUDGED_WEEKS, OVER_WEEKS, Load, LoadRow, LoadWeek, Source
from pmohub.reports.portfolio.hours import hours_of

WEEKS = 8


def read_load(connection: Connection, today: date, people_of: Collection[str]) -> Load:
    """Give the planned hours of this week and those to come. `people_of`: departments whose people are named."""
    weeks = weeks_from(today, WEEKS)
    planned = _planned(connection, Planning(weeks, today))
    there = {(row.person_id, row.week): row for row in connection.execute(Planning(weeks, today).available())}
    by_week = {own: [_week(parts, week, there.get((own, week))) for week in weeks] for own, parts in planned.items()}
    coming = [load[:JUDGED_WEEKS] for load in by_week.values()]
    judged = [load for load in coming if all(week.available is not None for week in load)]
    return Load(
        weeks,
        _people(connection, planned, by_week, people_of) if people_of else (),
        planned=len(planned),
        judged=len(judged),
        over=sum(sum(week.is_over for week in load) >= OVER_WEEKS for load in judged),
        leave_told=_is_leave_told(connection),
    )


def _planned(connection: Connection, planning: Planning) -> dict[str, list[Row[Any]]]:
    """The planned time of each person, with the project's name and department."""
    plan = planning.planned().subquery()
    name = func.coalesce(project.c.name, project.c.key)
    columns = (plan, name.label("project"), func.coalesce(project.c.department_id, "").label("department_id"))
    query = select(*columns).select_from(plan.outerjoin(project, project.c.id == plan.c.project_id))
    found: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.person_id].append(row)
    return found


def _people(
    connection: Connection,
    planned: dict[str, list[Row[Any]]],
    by_week: dict[str, list[LoadWeek]],
    people_of: Collection[str],
) -> list[LoadRow]:
    """One row for each person and named department whose projects plan that person; all that is planned is in it."""
    undated = {row.person_id: row.tasks for row in connection.execute(unplanned_tasks())}
    who = select(person.c.id, func.coalesce(person.c.name, person.c.email))
    names = {own: name or "(nobody known)" for own, name in connection.execute(who)}
    rows = []
    for own, parts in planned.items():
        rows += [
            LoadRow(department, names[own], by_week[own], _sources(parts), undated.get(own, 0))
            for department in sorted({row.department_id for row in parts} & set(people_of))
        ]
    return sorted(rows, key=lambda row: (-sum(week.is_over for week in row.by_week), row.person))


def _week(parts: Sequence[Row[Any]], week: date, there: Row[Any] | None) -> LoadWeek:
    known = [row.seconds for row in parts if row.week == week and row.seconds is not None]
    return LoadWeek(sum(known) / HOUR if known else None, hours_of(there), there.away if there else 0)


def _sources(parts: Sequence[Row[Any]]) -> list[Source]:
    hours: defaultdict[tuple[str, str, bool], float | None] = defaultdict(lambda: None)
    for row in parts:
        key = (row.project or "(no project)", row.connector, row.basis == ALLOCATED)
        hours[key] = hours[key] if row.seconds is None else (hours[key] or 0.0) + row.seconds / HOUR
    found = [Source(*key, total) for key, total in hours.items()]
    return sorted(found, key=lambda one: (-(one.hours or 0), one.project, one.connector))


def _is_leave_told(connection: Connection) -> bool:
    provides = connection.execute(select(connector.c.provides).where(connector.c.retired_at.is_(None))).scalars()
    if any(orjson.loads(each).get(EntityKind.LEAVE) for each in provides):
        return True
    return connection.execute(select(leave.c.id).where(leave.c.deleted_at.is_(None)).limit(1)).first() is not None
