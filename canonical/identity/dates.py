"""Moments that follow from a row and its history: since when a task has its status, and when a team last changed it.

The hub's own writes are no activity. A tool's own "updated at" does not tell whose update it was: once the hub has
written to an item, it counts only where the tool's history shows that it is later than what the hub wrote.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, case, func, null, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from canonical.schema.columns import Instant
from canonical.schema.entities import task
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


def task_dates(reported: Mapping[str, Collection[str]]) -> Mapping[str, ColumnElement[Any]]:
    """Say by column since when each task has its status, and when its team last changed it.

    `reported`: by connector the fields of which every change is reported; a status without one is from the beginning.
    """
    telling = [connector for connector, fields in reported.items() if "status" in fields]
    own = (change.c.entity_id == task.c.id) & (change.c.field == "status")
    changed = select(func.max(change.c.at, type_=Instant())).where(own).scalar_subquery()
    seen, updated = task.c.first_seen_at, task.c.source_updated_at
    at_least = Least(seen, func.coalesce(updated, seen), func.coalesce(task.c.status_since, seen))
    made = case((task.c.connector.in_(telling), task.c.source_created_at))
    return {
        "status_since": func.coalesce(changed, made, at_least, type_=Instant()),
        "last_activity_at": last_change(task, reported),
    }


def last_change(table: Table, reporting: Collection[str]) -> ColumnElement[Any]:
    """Say when each row of a table was last changed by its team, as far as is known.

    By the tool's own time where the connector is `reporting` its history, also of a field of which it tells nothing.
    """
    own = change.c.entity_id == table.c.id
    by_the_tool = case((table.c.connector.in_(reporting), change.c.latest))
    at = case(
        (change.c.change_id.is_(None), Least(change.c.at, func.coalesce(by_the_tool, change.c.at))), else_=change.c.at
    )
    # Coming back, after a permission or a project of the configuration came back, is nothing that a team did.
    returned = or_(
        change.c.field == "lost_access_at",
        and_(change.c.field == "deleted_at", table.c.deleted_at.is_(None), table.c.connector.in_(reporting)),
    )
    by_team = select(func.max(at, type_=Instant())).where(own, change.c.by_hub.is_(False), ~returned).scalar_subquery()
    unsure = or_(change.c.change_id.is_(None), change.c.latest >= table.c.source_updated_at)
    by_hub = select(change.c.id).where(own, change.c.by_hub.is_(True), unsure).exists()
    updated = case((by_hub, null()), else_=table.c.source_updated_at)
    first = func.coalesce(table.c.source_created_at, updated, table.c.first_seen_at)
    return Greatest(func.coalesce(by_team, first), func.coalesce(updated, first), first)
