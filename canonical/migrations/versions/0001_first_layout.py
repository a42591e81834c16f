"""The first layout.

Until the first release it creates what `canonical.schema` says; from then on it is written out and frozen, and every
change of the schema is a version of its own.
"""

from alembic import op

from canonical.schema import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table."""
    metadata.create_all(op.get_bind(), checkfirst=False)
