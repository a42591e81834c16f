"""What follows from the rows and their history and is kept for rules: leaves, since when, and the last activity.

The hub's own writes are no activity. A tool's own "updated at" counts only for what the hub never wrote to, since it
cannot tell whose update it was.
"""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    TIMESTAMP,
    ColumnElement,
    Connection,
    Table,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    select,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from canonical.identity.settings import ResolutionSettings
from canonical.identity.working_tables import apply, in_scope, widen_by
from canonical.schema.columns import EPOCH, Instant
from canonical.schema.entities import project, source_project, status_update, task, time_entry
from canonical.schema.operations import change


class Greatest(GenericFunction[Any]):
    """The greatest of values of which none is NULL."""

    name = "greatest"
    type = Instant()
    inherit_cache = True


class Least(GenericFunction[Any]):
    """The least of values of which none is NULL."""

    name = "least"
    type = Instant()
    inherit_cache = True


@compiles(Greatest, "sqlite")
def _greatest(element: Greatest, compiler: SQLCompiler, **options: Any) -> str:
    return f"max{compiler.process(element.clause_expr, **options)}"


@compiles(Least, "sqlite")
def _least(element: Least, compiler: SQLCompiler, **options: Any) -> str:
    return f"min{compiler.process(element.clause_expr, **options)}"


def mark_leaves(connection: Connection, *, everything: bool) -> int:
    """Say of each task whether no live task is part of it."""
    child = task.alias("child")
    parents = select(child.c.id).where(child.c.parent_id == task.c.id, child.c.deleted_at.is_(None))
    leaf = (~parents.exists()).label("is_leaf")
    return apply(connection, task, [leaf], select(task.c.id), everything=everything, among="leaf")


def date_tasks(connection: Connection, *, everything: bool) -> int:
    """Say since when each task has its status, and when its team last changed it."""
    own = (change.c.entity_id == task.c.id) & (change.c.field == "status")
    changed = select(func.max(change.c.at, type_=Instant())).where(own).scalar_subquery()
    seen, updated = task.c.first_seen_at, task.c.source_updated_at
    at_least = Least(seen, func.coalesce(updated, seen), func.coalesce(task.c.status_since, seen))
    values = [
        func.coalesce(changed, at_least, type_=Instant()).label("status_since"),
        _last_change(task).label("last_activity_at"),
    ]
    return apply(connection, task, values, select(task.c.id), everything=everything)


def _last_change(table: Table) -> ColumnElement[Any]:
    own = change.c.entity_id == table.c.id
    by_team = select(func.max(change.c.at, type_=Instant())).where(own, change.c.by_hub.is_(False)).scalar_subquery()
    by_hub = select(change.c.id).where(own, change.c.by_hub.is_(True)).exists()
    updated = case((by_hub, null()), else_=table.c.source_updated_at)
    first = func.coalesce(table.c.source_created_at, updated, table.c.first_seen_at)
    return Greatest(func.coalesce(by_team, first), func.coalesce(updated, first), first)


def date_projects(connection: Connection, now: datetime, *, everything: bool) -> int:
    """Say when each project's team was last active: its records, its tasks, time booked, status reports.

    Time booked for a day to come is no activity yet; one without a time of day counts from that day's beginning in UTC.
    """
    booked = _newest(connection, time_entry.c.work_date, now.date(), time_entry)
    recorded = (
        select(func.max(_last_change(source_project), type_=Instant()))
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
