"""Column types and the columns that many tables share."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, Index, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.types import TypeDecorator, TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def milliseconds(moment: datetime) -> int:
    """Count the whole milliseconds from 1970 to an aware moment."""
    return (moment - EPOCH) // MILLISECOND


class Instant(TypeDecorator[datetime]):
    """An aware moment in UTC: timestamptz on PostgreSQL, integer milliseconds since 1970 on SQLite.

    Text would compare wrongly there: offsets, fractions and the separator all sort by their spelling.
    """

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the database's own type."""
        return dialect.type_descriptor(TIMESTAMP(timezone=True) if dialect.name == "postgresql" else BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse a naive moment; it has no meaning here."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"a moment without a time zone cannot be stored: {value!r}"
            raise ValueError(message)
        return value if dialect.name == "postgresql" else milliseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give the moment back in UTC."""
        if value is None:
            return None
        moment: datetime = value.astimezone(UTC) if dialect.name == "postgresql" else EPOCH + value * MILLISECOND
        return moment


class Percentage(TypeDecorator[Any]):
    """0 to 100 with two decimals, stored as whole hundredths, so that both databases compare and add exactly."""

    impl = BigInteger
    cache_ok = True
    scale = 2

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Scale up and drop nothing: more decimals than the column keeps are refused by the record before."""
        return None if value is None else int(value.scaleb(self.scale))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        """Scale down to a Decimal."""
        return None if value is None else Decimal(value).scaleb(-self.scale)


class Amount(Percentage):
    """Money and points in 1/10,000, as whole numbers; the currency stands in a column beside it."""

    cache_ok = True
    scale = 4


def id_column() -> Column[str]:
    """Our own id of an entity, made from its first identity and then frozen."""
    return Column("id", Text, primary_key=True)


def source_columns() -> list[Column[Any]]:
    """Where a row came from, what it looked like, when it was first seen and when it was found gone."""
    return [
        Column("connector", Text, nullable=False),
        Column("external_id", Text, nullable=False),
        Column("key", Text),
        Column("url", Text),
        Column("scope", Text),
        Column("source_created_at", Instant),
        Column("source_updated_at", Instant),
        Column("first_seen_at", Instant, nullable=False),
        Column("deleted_at", Instant),
        Column("lost_access_at", Instant),
        Column("content_hash", Text, nullable=False),
        Column("fields", Text, nullable=False, server_default="{}"),
    ]


def source_indexes(table: Table) -> None:
    """One row for each id of a tool, found by it and listed by scope."""
    Index(f"uq_{table.name}_connector_external_id", table.c.connector, table.c.external_id, unique=True)
    Index(f"ix_{table.name}_connector_scope", table.c.connector, table.c.scope)
