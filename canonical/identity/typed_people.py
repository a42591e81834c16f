"""People of whom no tool has a record: a name or an e-mail that somebody typed is a person of that connector only."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, update

from canonical.identity.names import Names, Reason, normal
from canonical.identity.sources import TYPED, Source, meaningful
from canonical.ids import entity_id, merged_id
from canonical.schema.entities import person, source_person
from canonical.vocabulary import Activity, EntityKind


def add_typed_people(
    connection: Connection, asked: Iterable[tuple[str, str]], names: Names, sources: Mapping[str, Source], now: datetime
) -> bool:
    """Make a person of each typed name and e-mail that names nobody; say whether there were any.

    `asked` gives connectors and their references. A name that two people of the connector bear is not made a third.
    """
    merged = {each: row["person_id"] for each, row in sources.items()}
    made: dict[str, tuple[str, str, str]] = {}
    for connector, ref in sorted(asked):
        scheme, _, value = ref.partition(":")
        if scheme not in {"name", "email"} or meaningful(value) is None:
            continue
        if names.find(connector, ref, merged, typed=False).reason is Reason.MISSING:
            made.setdefault(entity_id(EntityKind.PERSON, connector, normal(ref)), (connector, scheme, ref))
    made = {each: how for each, how in made.items() if each not in sources}
    if not made:
        return False
    rows = [_row(each, connector, scheme, ref, now) for each, (connector, scheme, ref) in made.items()]
    connection.execute(insert(source_person), rows)
    own = [{"id": row["person_id"], "active": row["active"], "first_seen_at": now, "content_hash": ""} for row in rows]
    connection.execute(insert(person), own)
    return True


def _row(each: str, connector: str, scheme: str, ref: str, now: datetime) -> dict[str, object]:
    value = " ".join(ref.partition(":")[2].split())
    return {
        "id": each,
        "person_id": merged_id(each),
        "connector": connector,
        "external_id": normal(ref),
        "name": value if scheme == "name" else None,
        "email": value if scheme == "email" else None,
        "active": Activity.UNKNOWN.value,
        "first_seen_at": now,
        "content_hash": TYPED,
    }


def retire_typed_people(connection: Connection, names: Names, sources: Mapping[str, Source], now: datetime) -> bool:
    """Let a typed person go when tools' own records bear that name, and come back when none does any more."""
    merged = {each: row["person_id"] for each, row in sources.items()}
    changes = []
    for each, row in sources.items():
        if row["content_hash"] == TYPED:
            found = names.find(row["connector"], row["external_id"], merged, typed=False)
            gone = found.reason is not Reason.MISSING
            if gone != (row["deleted_at"] is not None):
                changes.append({"typed": each, "at": now if gone else None})
    if changes:
        statement = update(source_person).where(source_person.c.id == bindparam("typed"))
        connection.execute(statement.values(deleted_at=bindparam("at", type_=source_person.c.deleted_at.type)), changes)
    return bool(changes)
