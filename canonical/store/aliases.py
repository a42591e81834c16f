"""Former keys and URLs of an entity, with the time in which each held."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, type_coerce

from canonical.schema.names import identity
from canonical.store.changes import Origin
from canonical.store.layout import Layout
from canonical.store.sets import AS_DRIVER, among, insert_into


@dataclass(frozen=True, slots=True)
class Former:
    """A key or URL that no longer holds; the instant is in the driver's form."""

    entity_id: str
    scheme: str
    value: str
    first_seen_at: Any


def keep_former(connection: Connection, layout: Layout, former: Sequence[Former], origin: Origin) -> None:
    """Date each alias from when the one before it ended, or from the first sight, until now.

    One that held twice keeps its first beginning and gets its latest end.
    """
    if not former:
        return
    latest = select(identity.c.entity_id, identity.c.scheme, type_coerce(func.max(identity.c.valid_to), AS_DRIVER))
    latest = latest.where(among(connection, identity.c.entity_id, {one.entity_id for one in former}))
    ended = {
        tuple(key): at for *key, at in connection.execute(latest.group_by(identity.c.entity_id, identity.c.scheme))
    }
    insert = insert_into(connection, identity)
    instants = {name: bindparam(name, type_=AS_DRIVER) for name in ("valid_from", "valid_to")}
    statement = insert.values(instants).on_conflict_do_update(
        index_elements=list(identity.primary_key.columns), set_={"valid_to": insert.excluded.valid_to}
    )
    rows = [
        {
            "entity": layout.kind.value,
            "connector": origin.connector,
            "scheme": one.scheme,
            "value": one.value,
            "entity_id": one.entity_id,
            "valid_from": ended.get((one.entity_id, one.scheme)) or one.first_seen_at,
            "valid_to": layout.instant.bound(origin.now),
        }
        for one in former
    ]
    connection.execute(statement, rows)
