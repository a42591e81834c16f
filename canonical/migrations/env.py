"""Run by Alembic for every command; `upgrade` hands it a connection whose transaction is already begun."""

from alembic import context

from canonical.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
