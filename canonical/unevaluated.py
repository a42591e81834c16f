"""What the next evaluation has to look at: the ids that resolutions changed since the last one, kept in the store.

Whoever writes or empties the list holds the hub's lease in the same transaction, so nothing is added while it is
emptied, and a crash between a resolution and its evaluation loses nothing.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, delete, literal, select

from canonical.schema.operations import unevaluated as table
from canonical.store.sets import given, insert_into
from canonical.vocabulary import EntityKind

EVERYTHING = "everything"


def look_at(connection: Connection, kind: EntityKind, ids: Iterable[str] | Select[Any]) -> None:
    """Have the next evaluation look at these entities again; a query gives one column of ids, NULL left out."""
    rows = (ids if isinstance(ids, Select) else given(connection, ids)).subquery("rows")
    (place,) = rows.c
    wanted = select(literal(kind.value), place).where(place.is_not(None)).distinct()
    adding = insert_into(connection, table).from_select(["entity", "entity_id"], wanted)
    connection.execute(adding.on_conflict_do_nothing())


def look_at_everything(connection: Connection) -> None:
    """Have the next evaluation look at all there is."""
    connection.execute(delete(table))
    connection.execute(insert_into(connection, table).values(entity=EVERYTHING, entity_id=""))


def pending() -> Select[Any]:
    """Select the entities and ids to look at."""
    return select(table.c.entity, table.c.entity_id).where(table.c.entity != EVERYTHING)


def concerns_everything(connection: Connection) -> bool:
    """Say whether all there is is to be looked at."""
    query = select(table.c.entity).where(table.c.entity == EVERYTHING)
    return connection.execute(query.limit(1)).first() is not None


def anything_pending(connection: Connection) -> bool:
    """Say whether there is anything to look at."""
    return connection.execute(select(table.c.entity).limit(1)).first() is not None


def evaluated(connection: Connection) -> None:
    """Empty the list."""
    connection.execute(delete(table))
