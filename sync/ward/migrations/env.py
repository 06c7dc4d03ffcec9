"""Alembic runs inside the connection that `store.engine.migrate` hands it; there is no alembic.ini."""

from alembic import context

from sync.ward.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
