"""PostgreSQL: several `ward serve` processes on one database, one of them writing at a time.

A lock of the database's own takes the place of SQLite's BEGIN IMMEDIATE. So `have`, tallies and the feed's positions
are read and written by one transaction at a time: a position that a reader sees is never followed by a smaller one.
Unpacking, signatures and chains are checked before, by as many processes as there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event

PATIENCE = 30_000  # ms to wait for another process's write
THE_WRITER = 7_161_974_001  # the lock's number in this database; the same in every process
DURABLE = f"-c synchronous_commit=on -c lock_timeout={PATIENCE} -c TimeZone=UTC"
SNAPSHOT = "REPEATABLE READ"  # whatever a page reads is of one moment
# A snapshot is taken by a transaction's first statement; the writer's is the lock, before which others still wrote.
WRITING: Mapping[str, Any] = MappingProxyType({"writes": True, "isolation_level": "READ COMMITTED"})
DISK_FULL = "53100"


def open_engine(url: URL) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        isolation_level=SNAPSHOT,
        connect_args={"options": DURABLE},
        pool_pre_ping=True,  # the server may have been started again
        hide_parameters=True,  # a traceback tells no votes and no codes
    )
    event.listen(engine, "begin", _begin)
    return engine


def _begin(db: Connection) -> None:
    if db.get_execution_options().get("writes"):
        db.exec_driver_sql(f"SELECT pg_advisory_xact_lock({THE_WRITER})").close()


def copy_rows(db: Connection, table: Table, rows: Iterable[Sequence[Any]]) -> None:
    names = ", ".join(db.dialect.identifier_preparer.quote(column.name) for column in table.columns)
    raw: Any = db.connection.driver_connection
    with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def is_still_open(db: Connection) -> bool:
    """After a savepoint was left, a transaction goes on unless the connection itself was lost."""
    raw: Any = db.connection.driver_connection
    return not raw.closed


def is_full(error: object) -> bool:
    return getattr(error, "sqlstate", None) == DISK_FULL
