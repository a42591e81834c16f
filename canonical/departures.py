"""Who of those that answer for something has left, as the tools know people."""

from collections.abc import Collection

from sqlalchemy import Connection, func, or_, select

from canonical.schema.entities import person, source_person
from canonical.vocabulary import Activity


def departed(connection: Connection, names: Collection[str | None]) -> frozenset[str]:
    """Give the names and e-mail addresses whose bearer a tool says is inactive, and no tool says is active.

    What nobody bears, or of whose bearer nobody says, is not given: not known is not gone.
    """
    asked = sorted({name for name in names if name})
    by_address = {name.lower(): name for name in asked}
    said: dict[str, set[str]] = {}
    for known in (person, source_person):
        bearer = person if known is person else source_person.join(person, person.c.id == source_person.c.person_id)
        query = select(known.c.name, func.lower(known.c.email).label("email"), person.c.active).select_from(bearer)
        named = or_(known.c.name.in_(asked), func.lower(known.c.email).in_(by_address))
        for row in connection.execute(query.where(named, person.c.merged_into.is_(None), known.c.deleted_at.is_(None))):
            for name in {row.name, by_address.get(row.email or "")} & set(asked):
                said.setdefault(name, set()).add(row.active)
    return frozenset(name for name, words in said.items() if Activity.NO in words and Activity.YES not in words)
