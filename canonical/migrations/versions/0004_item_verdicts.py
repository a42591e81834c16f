"""The verdicts on each item, from which counts are made anew without judging everything again."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add an empty table: the next evaluation looks at everything and fills it."""
    op.create_table(
        "item_verdict",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("project_id", "bundle", "item_id", "verdicts")),
        sa.PrimaryKeyConstraint("project_id", "bundle", "item_id", name="pk_item_verdict"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_item_verdict_item_id", "item_verdict", ["item_id"])
