"""The documented SQL views: what BI tools, exports and reports of others may rely on, the same on both databases.

Columns are only ever added. Deleted items are left out, so that a sum needs no filter; `pmo_changes` tells of them.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from canonical.views import governance, work
from canonical.views.columns import Shape, View, ViewColumn

__all__ = ["VIEWS", "Shape", "View", "ViewColumn", "create_views", "drop_views"]

VIEWS: Sequence[View] = (
    work.PROJECTS,
    work.TASKS,
    work.TIME_ENTRIES,
    work.PEOPLE,
    work.DEPENDENCIES,
    work.STATUS_UPDATES,
    work.ALLOCATIONS,
    work.LEAVE,
    work.SOURCE_PROJECTS,
    governance.DEVIATIONS,
    governance.WRITEBACKS,
    governance.IDENTITIES,
    governance.QUARANTINE,
    governance.CHANGES,
)


def create_views(connection: Connection) -> None:
    """Create every view; the tables must be there, the views must not."""
    for view in VIEWS:
        connection.exec_driver_sql(view.definition(connection.dialect))


def drop_views(connection: Connection) -> None:
    """Drop every view that is there, so that a migration can change the tables below."""
    for view in reversed(VIEWS):
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {view.name}")
