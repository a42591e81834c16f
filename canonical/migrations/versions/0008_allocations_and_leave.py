"""Planned capacity of people on projects, and the days on which people are away."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0008"
down_revision = "0007"

INSTANT = sa.BigInteger().with_variant(TIMESTAMP(timezone=True), "postgresql")
TEXT, DATE, LARGE = sa.Text(), sa.Date(), sa.BigInteger()


def upgrade() -> None:
    """Add two tables; every older row stays as it is."""
    op.create_table(
        "allocation",
        *source_columns(),
        *(sa.Column(name, TEXT) for name in ("project_ref", "source_project_id", "project_id")),
        *span_columns(),
        sa.Column("weekly_effort", LARGE),
        sa.Column("percent", LARGE),
        sa.PrimaryKeyConstraint("id", name="pk_allocation"),
    )
    op.create_table("leave", *source_columns(), *span_columns(), sa.PrimaryKeyConstraint("id", name="pk_leave"))
    for table in ("allocation", "leave"):
        op.create_index(f"uq_{table}_connector_external_id", table, ["connector", "external_id"], unique=True)
        op.create_index(f"ix_{table}_connector_scope", table, ["connector", "scope"])
        op.create_index(f"ix_{table}_person_id", table, ["person_id"])
    op.create_index("ix_allocation_project_id", "allocation", ["project_id"])


def source_columns() -> list[sa.Column[Any]]:
    """Where a tool's record came from, and since when and until when it is there."""
    return [
        *(sa.Column(name, TEXT, nullable=False) for name in ("id", "connector", "external_id")),
        *(sa.Column(name, TEXT) for name in ("key", "url", "scope")),
        *(sa.Column(name, INSTANT) for name in ("source_created_at", "source_updated_at")),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        *(sa.Column(name, INSTANT) for name in ("deleted_at", "lost_access_at")),
        sa.Column("content_hash", TEXT, nullable=False),
        sa.Column("fields", TEXT, nullable=False, server_default="{}"),
    ]


def span_columns() -> list[sa.Column[Any]]:
    """Of whom it is said, and from which day to which."""
    return [
        *(sa.Column(name, TEXT) for name in ("person_ref", "person_id")),
        sa.Column("first_day", DATE, nullable=False),
        sa.Column("last_day", DATE),
    ]
