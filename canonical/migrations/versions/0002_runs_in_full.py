"""What a run waited for and how its items ended, asking it to stop, holds, and when a connector was last counted."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0002"
down_revision = "0001"

INSTANT = sa.BigInteger().with_variant(TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add columns with defaults, and one table; every older row stays as it is."""
    op.add_column("run", sa.Column("waits", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("run", sa.Column("outcomes", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("run", sa.Column("cancel_asked_at", INSTANT))
    op.add_column("run", sa.Column("cancel_asked_by", sa.Text()))
    op.add_column("connector", sa.Column("census_at", INSTANT))
    op.create_table(
        "hold",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("released_at", INSTANT),
        sa.Column("released_by", sa.Text()),
        sa.PrimaryKeyConstraint("run_id", name="pk_hold"),
    )
