"""Whole rows by the thousand: plain tuples in the order of the table's columns, one prepared statement."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert


def add_rows(db: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """As `db.execute(insert(table), rows)`, which would spend more on each row than the database does."""
    if rows:
        db.exec_driver_sql(_insert(table, db.dialect), list(rows))


@lru_cache(maxsize=64)
def _insert(table: Table, dialect: Dialect) -> str:
    return str(insert(table).compile(dialect=dialect))
