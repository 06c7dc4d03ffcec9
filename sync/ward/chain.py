"""The stored chain of one log."""

from typing import Any

from sqlalchemy import Connection, Row, select

from sync.ward.store.tables import entries
from sync.wire import genesis


def hash_at(db: Connection, log: Row[Any], seq: int) -> bytes | None:
    """The stored hash of entry `seq` (0: what the key begins the chain with); None for what the ward has not."""
    if seq == 0:
        return genesis(log.key)
    place = (entries.c.log == log.id, entries.c.seq == seq)
    return db.execute(select(entries.c.hash).where(*place)).scalar()
