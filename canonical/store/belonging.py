"""Which time entries belong to which tasks, as they name them: also before, and after, identity has been worked out."""

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, Connection, Engine, and_, exists, literal, select

from canonical.database import reading
from canonical.intake import Listing
from canonical.records import Ref
from canonical.schema.entities import task, time_entry
from canonical.store.changes import Origin
from canonical.store.listings import mark
from canonical.store.sets import among
from canonical.vocabulary import EntityKind


def tasks_of(engine: Engine, connector: str, time_entries: Collection[str]) -> Mapping[str, Ref]:
    """Give the task that each of these time entries was last stored with, as the entry named it; gone ones', too."""
    with reading(engine) as connection:
        rows = connection.execute(
            select(time_entry.c.external_id, time_entry.c.task_ref).where(
                time_entry.c.connector == connector,
                among(connection, time_entry.c.external_id, time_entries),
                time_entry.c.task_ref.is_not(None),
            )
        )
        return {row.external_id: row.task_ref for row in rows}


def outlived(engine: Engine, connector: str, listing: Listing) -> bool:
    """Say whether a time entry of the scope is marked as no longer to be seen, and its task can be seen again."""
    hidden = and_(time_entry.c.lost_access_at.is_not(None), time_entry.c.deleted_at.is_(None))
    shown = _task_is(connector, task.c.deleted_at.is_(None), task.c.lost_access_at.is_(None))
    with reading(engine) as connection:
        found = select(time_entry.c.id).where(_of(connector, listing), hidden, shown).limit(1)
        return connection.execute(found).first() is not None


def follow(connection: Connection, listing: Listing, origin: Origin) -> tuple[int, int]:
    """Mark the scope's time entries whose task is gone, as it is; give how many as deleted, how many as hidden."""
    if listing.entity is not EntityKind.TIME_ENTRY:
        return 0, 0
    live = and_(time_entry.c.deleted_at.is_(None), time_entry.c.lost_access_at.is_(None))
    here = and_(_of(origin.connector, listing), live)
    deleted = and_(here, _task_is(origin.connector, task.c.deleted_at.is_not(None)))
    hidden = and_(here, _task_is(origin.connector, task.c.lost_access_at.is_not(None)))
    return (
        mark(connection, EntityKind.TIME_ENTRY, deleted, origin, "deleted_at"),
        mark(connection, EntityKind.TIME_ENTRY, hidden, origin, "lost_access_at"),
    )


def _of(connector: str, listing: Listing) -> ColumnElement[bool]:
    return and_(time_entry.c.connector == connector, time_entry.c.scope == listing.scope)


def _task_is(connector: str, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    named = time_entry.c.task_ref == literal("id:").concat(task.c.external_id)
    return exists().where(task.c.connector == connector, named, *conditions)
