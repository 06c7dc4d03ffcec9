"""Alembic runs inside the connection that `store.engine.migrate` hands it; there is no alembic.ini."""

from alembic import context

from sync.ward.store import days, found, people, tables  # noqa: F401  each enters its tables
from sync.ward.store.columns import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
