"""Stops of writing, the standing approval behind a write-back, and how strong a connector's precondition is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0005"
down_revision = "0004"

INSTANT = sa.BigInteger().with_variant(TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add a table and two columns that may be empty; every older row stays as it is."""
    op.add_column("writeback", sa.Column("policy", sa.Text()))
    op.add_column("connector", sa.Column("precondition", sa.Text()))
    op.create_table(
        "writing_stop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("connector", sa.Text(), nullable=False),
        sa.Column("field", sa.Text()),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lifted_at", INSTANT),
        sa.Column("lifted_by", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_writing_stop"),
    )
    op.create_index("ix_writing_stop_connector", "writing_stop", ["connector"])
