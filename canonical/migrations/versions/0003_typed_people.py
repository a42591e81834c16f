"""People whom the spreadsheet reader made from typed names become identity's own, which go when nothing names them."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Mark them as typed, and have the next resolution look at everything."""
    op.execute(
        "UPDATE source_person SET content_hash = 'typed'"
        " WHERE (external_id LIKE 'name:%' OR external_id LIKE 'email:%')"
        " AND connector IN (SELECT id FROM connector WHERE kind = 'spreadsheet')"
    )
    op.execute("DELETE FROM resolution WHERE EXISTS (SELECT 1 FROM source_person WHERE content_hash = 'typed')")
