"""What an item of a write-back is called where a person reads it."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection, select

from canonical.schema.entities import source_project, task
from canonical.store.sets import among
from canonical.store.writebacks import WriteBack
from canonical.vocabulary import EntityKind

NAMES = {
    EntityKind.PROJECT: (source_project.c.id, source_project.c.name),
    EntityKind.TASK: (task.c.id, task.c.title),
}


def readable(connection: Connection, items: Iterable[WriteBack]) -> list[WriteBack]:
    """Give the items, to be shown and not to be stored: where the tool's number is all the key, it says the name.

    A project or task of Asana without an ID is known by a gid of sixteen digits, by which nobody could tell what is
    approved: its key becomes `Brand refresh (1200000000000130)`.
    """
    found = list(items)
    names: dict[str, str] = {}
    for entity, (id_column, name_column) in NAMES.items():
        numbered = [one.entity_id for one in found if one.entity is entity and one.key in {None, one.external_id}]
        if numbered:
            rows = connection.execute(select(id_column, name_column).where(among(connection, id_column, numbered)))
            names |= {row[0]: row[1] for row in rows if row[1]}
    return [
        replace(one, key=f"{names[one.entity_id]} ({one.external_id})") if one.entity_id in names else one
        for one in found
    ]
