"""Making a table what a query says, and no row touched that is so already."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, delete, exists, insert, select


def carry(connection: Connection, table: Table, query: Select[Any], within: ColumnElement[bool]) -> None:
    """Make the rows of a table that lie `within` equal to a query's; a row that is equal already is not touched."""
    new = query.subquery("new")
    key = and_(*(table.c[column.name] == new.c[column.name] for column in table.primary_key))
    others = [column for column in new.c if column.name not in table.primary_key.columns]
    # The key by plain equality: PostgreSQL joins by hash on that only, and else compares every row with every other.
    same = and_(key, *(table.c[column.name].is_not_distinct_from(column) for column in others))
    connection.execute(delete(table).where(within, ~exists().where(same)))
    connection.execute(insert(table).from_select(new.c.keys(), select(new).where(~exists().where(key))))
