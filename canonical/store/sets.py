"""Work on many rows at once, written alike for SQLite and PostgreSQL.

Values go in as one JSON text or one array, and rows by `executemany` or COPY: a parameter for each value would make
another statement for each size, and meet the databases' limits.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import orjson
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    String,
    Table,
    Text,
    bindparam,
    column,
    func,
    select,
    type_coerce,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import UserDefinedType

if TYPE_CHECKING:
    import psycopg

Upsert: TypeAlias = sqlite.Insert | postgresql.Insert


class AsDriver(UserDefinedType[Any]):
    """A value as the database's driver takes and gives it."""

    cache_ok = True


AS_DRIVER = AsDriver()


def insert_into(connection: Connection, table: Table) -> Upsert:
    """Begin an INSERT that knows ON CONFLICT, which both databases write alike."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def given(connection: Connection, values: Iterable[str]) -> Select[tuple[str]]:
    """Make the given texts a set of rows with the one column `value`."""
    if connection.dialect.name == "postgresql":
        array = bindparam(None, list(values), postgresql.ARRAY(Text))
        return select(func.unnest(array).column_valued("value"))
    document = bindparam(None, orjson.dumps(list(values)).decode(), String)
    return select(func.json_each(document).table_valued(column("value", Text)).c.value)


def among(connection: Connection, place: ColumnElement[str], values: Iterable[str]) -> ColumnElement[bool]:
    """Say that a column holds one of the given texts."""
    if connection.dialect.name == "postgresql":
        return place == func.any(bindparam(None, list(values), postgresql.ARRAY(Text)))
    return place.in_(given(connection, values))


def raw(columns: Iterable[Column[Any]]) -> list[ColumnElement[Any]]:
    """Select columns as the database's driver gives them, without turning each value into ours."""
    return [type_coerce(place, AS_DRIVER).label(place.name) for place in columns]


def add_rows(connection: Connection, table: Table, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    """Insert rows whose values are already in the driver's form, in the order of `columns`."""
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    if connection.dialect.name == "postgresql":
        driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
        with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN'.encode()) as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    statement = " ".join(("INSERT INTO", f'"{table.name}" ({names})', f"VALUES ({marks})"))
    connection.exec_driver_sql(statement, rows)


def set_values(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Update rows by id: each holds the columns' values in the driver's form, in their order, then the id."""
    binds = [bindparam(f"new_{name}", type_=AS_DRIVER) for name in columns]
    statement = update(table).where(table.c.id == bindparam("row_id")).values(dict(zip(columns, binds, strict=True)))
    keys = [*(bind.key for bind in binds), "row_id"]
    connection.execute(statement, [dict(zip(keys, row, strict=True)) for row in rows])
