"""Find the tasks that references name, in sets: there are far too many to look at one by one.

The order of `canonical.identity.names` holds: the reference's own connector, then all; what holds now, then deleted
ones, then former names. A task is named by id (in its own connector only), key or URL; by its title, in its own
connector only, when nothing has that key.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, case, distinct, func, insert, literal, select, update

from canonical.identity.names import Reason
from canonical.identity.references import REFERENCES, Reference
from canonical.identity.working_tables import analyse, answer, candidate, found_title, in_scope, sought_title
from canonical.schema.entities import task
from canonical.schema.names import identity
from canonical.vocabulary import EntityKind

TASK = EntityKind.TASK.value


def name_tasks(connection: Connection, *, everything: bool) -> None:
    """Answer every reference to a task in the rows to look at."""
    for table, reference in ((table, ref) for table, refs in REFERENCES.items() for ref in refs):
        if reference.target is EntityKind.TASK:
            _ask(connection, table, reference, everything=everything)
    analyse(connection, answer)
    for scheme, column in (("id", task.c.external_id), ("key", task.c.key), ("url", task.c.url)):
        if _is_asked(connection, scheme):
            _add(connection, _current(scheme, column))
            _add(connection, _former(scheme))
    _add_titled(connection)
    analyse(connection, candidate)
    _decide(connection)


def _ask(connection: Connection, table: Table, reference: Reference, *, everything: bool) -> None:
    ref = table.c[reference.ref]
    asked = answer.alias("asked")
    known = select(asked.c.ref).where(
        asked.c.target == TASK, asked.c.connector == table.c.connector, asked.c.ref == ref
    )
    query = select(literal(TASK), table.c.connector, ref).where(ref.is_not(None), ~known.exists()).distinct()
    if not everything:
        query = query.where(in_scope(table))
    connection.execute(insert(answer).from_select(["target", "connector", "ref"], query))


def _is_asked(connection: Connection, scheme: str) -> bool:
    query = select(answer.c.ref).where(answer.c.target == TASK, answer.c.ref.startswith(f"{scheme}:")).limit(1)
    return connection.execute(query).first() is not None


def _value(scheme: str) -> ColumnElement[str]:
    return func.substr(answer.c.ref, len(scheme) + 2)


def _asked(scheme: str) -> ColumnElement[bool]:
    return (answer.c.target == TASK) & answer.c.ref.startswith(f"{scheme}:")


def _add(connection: Connection, query: Select[Any]) -> None:
    connection.execute(insert(candidate).from_select(["connector", "ref", "rank", "id"], query))


def _current(scheme: str, column: ColumnElement[Any]) -> Select[Any]:
    own = task.c.connector == answer.c.connector
    rank = case((own, 0), else_=3) + case((task.c.deleted_at.is_(None), 0), else_=1)
    found = answer.join(task, column == _value(scheme))
    query = select(answer.c.connector, answer.c.ref, rank, task.c.id).select_from(found).where(_asked(scheme))
    return query.where(own) if scheme == "id" else query


def _former(scheme: str) -> Select[Any]:
    own = identity.c.connector == answer.c.connector
    named = (identity.c.entity == TASK) & (identity.c.scheme == scheme) & (identity.c.value == _value(scheme))
    found = answer.join(identity, named)
    query = select(answer.c.connector, answer.c.ref, case((own, literal(2)), else_=literal(5)), identity.c.entity_id)
    query = query.select_from(found).where(_asked(scheme))
    return query.where(own) if scheme == "id" else query


def _add_titled(connection: Connection) -> None:
    """Look for titles only where a key or name fits nothing, in one pass over the tasks of the connectors concerned.

    Only ASCII letters are equal in either case, on both databases alike.
    """

    def folded(text: ColumnElement[str]) -> ColumnElement[str]:
        return func.lower(text.collate("C") if connection.dialect.name == "postgresql" else text)

    typed = case((answer.c.ref.startswith("name:"), func.substr(answer.c.ref, 6)), else_=func.substr(answer.c.ref, 5))
    known = select(candidate.c.id).where(candidate.c.connector == answer.c.connector, candidate.c.ref == answer.c.ref)
    asked = (answer.c.target == TASK) & (answer.c.ref.startswith("name:") | answer.c.ref.startswith("key:"))
    query = select(answer.c.connector, folded(typed), answer.c.ref).where(asked, ~known.exists())
    connection.execute(insert(sought_title).from_select(["connector", "title", "ref"], query))
    analyse(connection, sought_title)
    title = folded(task.c.title)
    sought = select(sought_title.c.ref).where(
        sought_title.c.connector == task.c.connector, sought_title.c.title == title
    )
    theirs = task.c.connector.in_(select(sought_title.c.connector).distinct())
    titled = select(task.c.connector, title, task.c.id).where(theirs, sought.exists(), task.c.deleted_at.is_(None))
    connection.execute(insert(found_title).from_select(["connector", "title", "id"], titled))
    same = (sought_title.c.connector == found_title.c.connector) & (sought_title.c.title == found_title.c.title)
    pairs = select(sought_title.c.connector, sought_title.c.ref, literal(6), found_title.c.id)
    _add(connection, pairs.select_from(found_title.join(sought_title, same)))


def _decide(connection: Connection) -> None:
    other = candidate.alias("other")
    best = select(func.min(other.c.rank)).where(
        other.c.connector == candidate.c.connector, other.c.ref == candidate.c.ref
    )
    several = func.count(distinct(candidate.c.id)) > 1
    decided = (
        select(
            candidate.c.connector,
            candidate.c.ref,
            case((several, None), else_=func.min(candidate.c.id)).label("id"),
            case((several, Reason.AMBIGUOUS.value), else_=None).label("reason"),
        )
        .where(candidate.c.rank == best.scalar_subquery())
        .group_by(candidate.c.connector, candidate.c.ref)
        .subquery("decided")
    )
    ours = (answer.c.target == TASK) & (answer.c.connector == decided.c.connector) & (answer.c.ref == decided.c.ref)
    connection.execute(update(answer).where(ours).values(id=decided.c.id, reason=decided.c.reason))
