"""What each recipient of notices was told, and when a connector's credential ends."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0006"
down_revision = "0005"

INSTANT = sa.BigInteger().with_variant(TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add a table and a column that may be empty; every older row stays as it is."""
    op.add_column("connector", sa.Column("credential_expires_at", INSTANT))
    op.create_table(
        "told",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("recipient", "matter", "token")),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("recipient", "matter", name="pk_told"),
    )
