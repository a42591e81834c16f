"""Identities: every name by which a tool calls an entity, with the time in which it held."""

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table, Text

from canonical.schema.columns import Instant, id_column, metadata

identity = Table(
    "identity",
    metadata,
    Column("entity", Text, nullable=False),
    Column("connector", Text, nullable=False),
    Column("scheme", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("entity_id", Text, nullable=False),
    Column("valid_from", Instant, nullable=False),
    Column("valid_to", Instant),
    PrimaryKeyConstraint("entity", "connector", "scheme", "value", "entity_id"),
)
"""Former keys, urls and ids, people's names and e-mails, and configured aliases. The id, key and url that hold now
stand on the entity's own row and are not repeated here; the view `pmo_identities` shows both."""
Index("ix_identity_entity_id", identity.c.entity_id)

link = Table(
    "link",
    metadata,
    id_column(),
    Column("entity", Text, nullable=False),
    Column("from_id", Text, nullable=False),
    Column("to_id", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text),
    Column("at", Instant, nullable=False),
    Column("undone_at", Instant),
)
"""Two source projects or two people of tools taken for one (`state` linked), thought to be one (proposed), or said by a
person not to be (refused). `basis`: same_as, pmo_id, email, config, name, person (decided by hand)."""
Index("ix_link_to_id", link.c.to_id)
