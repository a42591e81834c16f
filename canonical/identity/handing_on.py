"""Hand on to the next evaluation what a resolution took up and what it changed itself."""

from sqlalchemy import Connection, Select, select

from canonical import unevaluated
from canonical.identity.sources import SOURCE_TABLES
from canonical.identity.working_tables import scope
from canonical.vocabulary import EntityKind


def hand_on(connection: Connection) -> None:
    """Have the next evaluation look at what was touched, at what differs now, and at what others were part of before.

    A tool's project or person stands for the row that the PMO sees of it, which is what the standards are about.
    """
    for kind in EntityKind:
        unevaluated.look_at(connection, kind, _concerned(kind.value))
        if kind in SOURCE_TABLES:
            table, _, merged = SOURCE_TABLES[kind]
            sources = _concerned(table.name).subquery("sources")
            unevaluated.look_at(connection, kind, select(table.c[merged]).where(table.c.id == sources.c.id))


def _concerned(entity: str) -> Select[tuple[str]]:
    ways = [f"touched {entity}", f"changed {entity}", f"left {entity}"]
    return select(scope.c.id).where(scope.c.entity.in_(ways))
