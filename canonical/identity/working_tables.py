"""Temporary tables in which a resolution collects what to look at, what references name, and what then differs.

Everything is compared in sets, and only rows that differ are written.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Select,
    Table,
    Text,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

temporary = MetaData()

scope = Table(
    "resolving_scope",
    temporary,
    Column("entity", Text),
    Column("id", Text),
    PrimaryKeyConstraint("entity", "id"),
    prefixes=["TEMPORARY"],
)
"""Rows to look at, by table name."""

answer = Table(
    "resolving_answer",
    temporary,
    Column("target", Text),
    Column("connector", Text),
    Column("ref", Text),
    Column("id", Text),
    Column("reason", Text),
    PrimaryKeyConstraint("target", "connector", "ref"),
    prefixes=["TEMPORARY"],
)
"""What each reference names, as a connector writes it; `id` is empty with the reason where it names nothing."""

taken = Table("resolving_taken", temporary, Column("id", BigInteger), prefixes=["TEMPORARY"])
"""Entries of the list of touched rows that this resolution takes."""

candidate = Table(
    "resolving_candidate",
    temporary,
    Column("connector", Text),
    Column("ref", Text),
    Column("rank", Integer),
    Column("id", Text),
    prefixes=["TEMPORARY"],
)
"""Tasks that a reference may name; the lowest rank counts."""
Index("resolving_candidate_ref", candidate.c.connector, candidate.c.ref, candidate.c.rank)

sought_title = Table(
    "resolving_sought_title",
    temporary,
    Column("connector", Text),
    Column("title", Text),
    Column("ref", Text),
    prefixes=["TEMPORARY"],
)
"""What was written where a key or name of a task was expected, and names none."""
Index("resolving_sought_title_title", sought_title.c.connector, sought_title.c.title)

found_title = Table(
    "resolving_found_title",
    temporary,
    Column("connector", Text),
    Column("title", Text),
    Column("id", Text),
    prefixes=["TEMPORARY"],
)
"""Tasks with such a title."""


LEFT = {
    "project_id": "project",
    "parent_id": "task",
    "task_id": "task",
    "person_id": "person",
    "predecessor_id": "task",
    "successor_id": "task",
}
"""Columns that make a row part of another one, whose table is named: when they change, the former one changed too."""


def create_working_tables(connection: Connection) -> None:
    """Make the temporary tables anew."""
    for table in temporary.sorted_tables:
        _drop(connection, table)
        table.create(connection, checkfirst=False)


def drop_working_tables(connection: Connection) -> None:
    """Drop the temporary tables; the connection goes back to others."""
    for table in temporary.sorted_tables:
        _drop(connection, table)


def analyse(connection: Connection, *tables: Table) -> None:
    """Tell PostgreSQL how large tables have become, without which it plans for empty ones."""
    if connection.dialect.name == "postgresql":
        for table in tables:
            connection.exec_driver_sql(f'ANALYZE "{table.name}"')


def in_scope(table: Table) -> ColumnElement[bool]:
    """Say that a row is to be looked at."""
    return table.c.id.in_(select(scope.c.id).where(scope.c.entity == table.name))


def widen(connection: Connection, entity: str, ids: Select[Any] | CompoundSelect[Any]) -> None:
    """Add rows to those to look at; doubles and NULL are left out."""
    found = ids.subquery("found")
    place = found.c[0]
    known = select(scope.c.id).where(scope.c.entity == entity, scope.c.id == place).exists()
    rows = select(text(f"'{entity}'"), place).where(place.is_not(None), ~known).distinct()
    connection.execute(insert(scope).from_select(["entity", "id"], rows))


def widen_by(connection: Connection, entity: str, ids: Iterable[str]) -> None:
    """Add the rows of these ids to those to look at."""
    known = set(connection.scalars(select(scope.c.id).where(scope.c.entity == entity)))
    rows = [{"entity": entity, "id": each} for each in sorted(set(ids) - known)]
    if rows:
        connection.execute(insert(scope), rows)


def apply(
    connection: Connection,
    table: Table,
    values: Sequence[ColumnElement[Any]],
    rows: Select[Any],
    *,
    everything: bool,
    among: str | None = None,
) -> int:
    """Write labelled values to the columns of their names, in the rows where they differ; say how many rows those are.

    `rows` selects nothing yet: it names the joins and conditions among which the values are found. Unless `everything`
    is looked at, only rows in scope are, under the table's name or `among`, and the ids of those that changed are
    added to the scope under `changed TABLE`, those of rows that they were part of until now under `left TABLE`.
    """
    names = [value.name for value in values]
    fresh = _fresh_table(table, tuple(names))
    _drop(connection, fresh)
    fresh.create(connection, checkfirst=False)
    differs = or_(*(table.c[name].is_distinct_from(value) for name, value in zip(names, values, strict=True)))
    query = rows.with_only_columns(table.c.id, *values).where(differs)
    if not everything:
        query = query.where(table.c.id.in_(select(scope.c.id).where(scope.c.entity == (among or table.name))))
    connection.execute(insert(fresh).from_select(["id", *names], query))
    written = connection.execute(select(func.count()).select_from(fresh)).scalar_one()
    if written:
        analyse(connection, fresh)
        if not everything:
            for name in LEFT.keys() & set(names):
                left = select(table.c[name]).join(fresh, fresh.c.id == table.c.id)
                widen(connection, f"left {LEFT[name]}", left.where(table.c[name].is_distinct_from(fresh.c[name])))
        new = {table.c[name]: fresh.c[name] for name in names}
        connection.execute(update(table).values(new).where(table.c.id == fresh.c.id))
        if not everything:
            widen(connection, f"changed {table.name}", select(fresh.c.id))
    _drop(connection, fresh)
    return written


@cache
def _fresh_table(table: Table, names: tuple[str, ...]) -> Table:
    """Always the same object, so that SQLAlchemy compiles its statements once."""
    return Table(
        f"resolving_fresh_{table.name}",
        MetaData(),
        Column("id", Text),
        *(Column(name, table.c[name].type) for name in names),
        prefixes=["TEMPORARY"],
    )


def _drop(connection: Connection, table: Table) -> None:
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table.name}")
