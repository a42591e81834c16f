"""Mapped custom fields of merged projects: each from the first record in the configured precedence that has one."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, delete, insert, select

from canonical.identity.working_tables import widen_by
from canonical.schema.entities import field_value, project
from canonical.store.layout import from_typed
from canonical.store.sides import typed_row

Key = tuple[str, str]


def merge_custom_fields(
    connection: Connection, records: Mapping[str, Sequence[Any]], precedence: Mapping[str, Sequence[str]]
) -> int:
    """Write the typed values that differ from what is stored, and count them. `records`: by merged id, oldest first."""
    wanted: dict[Key, dict[str, Any]] = {}
    for merged, rows in records.items():
        for name, value in _merged(rows, precedence).items():
            wanted[merged, name] = typed_row(merged, name, value)
    of_projects = select(field_value).where(field_value.c.entity_id.in_(select(project.c.id)))
    stored = {
        (row["entity_id"], row["name"]): dict(row)
        for row in connection.execute(of_projects).mappings()
        if row["entity_id"] in records
    }
    gone = [key for key, row in stored.items() if wanted.get(key) != row]
    new = [row for key, row in wanted.items() if stored.get(key) != row]
    for entity_id, name in gone:
        connection.execute(delete(field_value).where(field_value.c.entity_id == entity_id, field_value.c.name == name))
    if new:
        connection.execute(insert(field_value), new)
    widen_by(
        connection, f"changed {project.name}", {entity_id for entity_id, _ in [*gone, *(wanted.keys() - stored.keys())]}
    )
    return len(new) + len(set(gone) - set(wanted))


def _merged(rows: Sequence[Any], precedence: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    found: dict[str, tuple[int, Any]] = {}
    for row in rows:
        for name, kept in orjson.loads(row["fields"]).items():
            if kept is None:
                continue
            order = list(precedence.get(name, ()))
            rank = order.index(row["connector"]) if row["connector"] in order else len(order)
            if name not in found or rank < found[name][0]:
                found[name] = (rank, from_typed(kept))
    return {name: value for name, (_, value) in found.items()}
