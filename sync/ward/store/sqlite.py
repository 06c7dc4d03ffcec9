"""SQLite: WAL, every commit flushed, write transactions that take their lock at once."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

PATIENCE = 30  # s to wait for another process's write, e.g. `ward enrol` beside `ward serve`
WRITING: Mapping[str, Any] = MappingProxyType({"writes": True})


def open_engine(file: Path) -> Engine:
    place, patience = URL.create("sqlite", database=str(file)), {"timeout": PATIENCE}
    engine = create_engine(place, connect_args=patience, hide_parameters=True)  # a traceback tells no votes, no codes
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(raw: Any, _record: object) -> None:
    raw.isolation_level = None  # we say BEGIN ourselves: sqlite3 would say it too late, and without IMMEDIATE
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
        raw.execute(f"PRAGMA {pragma}").close()


def _begin(db: Connection) -> None:
    """A writer takes the lock before it reads `have`, so what it read is still true when it writes."""
    db.exec_driver_sql("BEGIN IMMEDIATE" if db.get_execution_options().get("writes") else "BEGIN")


def is_still_open(db: Connection) -> bool:
    """SQLite takes back a whole transaction, not only the savepoint, when it finds no room or cannot read or write.

    What follows would be on its own, and a commit at the end would say that all of it was kept (lang_transaction.html).
    """
    raw: Any = db.connection.driver_connection
    return bool(raw.in_transaction)


def is_full(error: object) -> bool:
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
