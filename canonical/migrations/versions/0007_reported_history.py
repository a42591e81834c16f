"""Changes as tools report them, the fields whose whole history a connector reports, and who the hub is there."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0007"
down_revision = "0006"

INSTANT = sa.BigInteger().with_variant(TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Add columns that may be empty, and an index; every older row stays as it is."""
    op.add_column("connector", sa.Column("account", sa.Text()))
    op.add_column("connector", sa.Column("reports", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("change", sa.Column("connector", sa.Text()))
    op.add_column("change", sa.Column("change_id", sa.Text()))
    op.add_column("change", sa.Column("earliest", INSTANT))
    op.add_column("change", sa.Column("latest", INSTANT))
    op.create_index("uq_change_connector_change_id_field", "change", ["connector", "change_id", "field"], unique=True)
