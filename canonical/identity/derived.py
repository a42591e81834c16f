"""What follows from the rows and their history and is kept for rules: leaves, a project's last activity and report."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    TIMESTAMP,
    ColumnElement,
    Connection,
    Table,
    bindparam,
    cast,
    func,
    literal,
    select,
    update,
)

from canonical.identity.dates import Greatest, last_change
from canonical.identity.settings import ResolutionSettings
from canonical.identity.working_tables import apply, in_scope, widen_by
from canonical.schema.columns import EPOCH, Instant
from canonical.schema.entities import project, source_project, status_update, task, time_entry
from canonical.store.connectors import reporters
from canonical.vocabulary import EntityKind


def mark_leaves(connection: Connection) -> int:
    """Say of each task to look at whether no live task is part of it."""
    child = task.alias("child")
    parents = select(child.c.id).where(child.c.parent_id == task.c.id, child.c.deleted_at.is_(None))
    leaf = (~parents.exists()).label("is_leaf")
    return apply(connection, task, [leaf], select(task.c.id), everything=False, among="leaf")


def date_projects(connection: Connection, now: datetime, *, everything: bool) -> int:
    """Say when each project's team was last active: its records, its tasks, time booked, status reports.

    Time booked for a day to come is no activity yet; one without a time of day counts from that day's beginning in UTC.
    """
    booked = _newest(connection, time_entry.c.work_date, now.date(), time_entry)
    recorded = (
        select(func.max(last_change(source_project, reporters(connection, EntityKind.PROJECT)), type_=Instant()))
        .where(source_project.c.project_id == project.c.id)
        .scalar_subquery()
    )
    worked = select(func.max(task.c.last_activity_at, type_=Instant())).where(task.c.project_id == project.c.id)
    reported = select(func.max(status_update.c.at, type_=Instant())).where(
        status_update.c.project_id == project.c.id, status_update.c.at <= now
    )
    never = literal(EPOCH, Instant())
    parts = [func.coalesce(part, never) for part in (worked.scalar_subquery(), reported.scalar_subquery(), booked)]
    newest = Greatest(func.coalesce(recorded, project.c.first_seen_at), *parts).label("last_activity_at")
    query = select(project.c.id).where(project.c.merged_into.is_(None))
    return apply(connection, project, [newest], query, everything=everything)


def _newest(connection: Connection, day: ColumnElement[date], today: date, table: Table) -> ColumnElement[Any]:
    if connection.dialect.name == "postgresql":
        midnight: ColumnElement[Any] = func.timezone("UTC", cast(func.max(day), TIMESTAMP(timezone=False)))
    else:
        midnight = func.unixepoch(func.max(day)) * 1000
    newest = select(midnight).where(table.c.project_id == project.c.id, table.c.deleted_at.is_(None), day <= today)
    return newest.scalar_subquery()


def date_status_updates(connection: Connection, settings: ResolutionSettings, *, everything: bool) -> int:
    """Say on which day, in its department's time zone, each project last reported its status."""
    zones = {one.id: ZoneInfo(one.timezone) for one in settings.departments}
    newest = (
        select(status_update.c.project_id, func.max(status_update.c.at, type_=Instant()).label("at"))
        .where(status_update.c.deleted_at.is_(None), status_update.c.project_id.is_not(None))
        .group_by(status_update.c.project_id)
        .subquery("newest")
    )
    joined = project.outerjoin(newest, newest.c.project_id == project.c.id)
    query = select(project.c.id, project.c.department_id, project.c.last_status_update_on, newest.c.at)
    query = query.select_from(joined)
    query = query if everything else query.where(in_scope(project))
    changes = []
    for row in connection.execute(query):
        zone = zones.get(row.department_id, ZoneInfo(settings.timezone))
        day = None if row.at is None else row.at.astimezone(zone).date()
        if day != row.last_status_update_on:
            changes.append({"reported": row.id, "day": day})
    if changes:
        statement = update(project).where(project.c.id == bindparam("reported"))
        connection.execute(statement.values(last_status_update_on=bindparam("day")), changes)
        widen_by(connection, f"changed {project.name}", (one["reported"] for one in changes))
    return len(changes)
