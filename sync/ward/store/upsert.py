"""INSERT ... ON CONFLICT in PostgreSQL's form. SQLite's is the same, and SQLAlchemy compiles this one for both."""

from sqlalchemy.dialects.postgresql import Insert as Upsert
from sqlalchemy.dialects.postgresql import insert as upsert

__all__ = ["Upsert", "upsert"]
