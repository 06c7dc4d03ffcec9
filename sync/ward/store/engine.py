"""The SQLite database: WAL, every commit flushed, write transactions that take their lock at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect

VERSION = "0004"  # the newest of migrations/versions
PATIENCE = 30  # s to wait for another process's write, e.g. `ward enrol` beside `ward serve`


def open_engine(file: Path) -> Engine:
    place, patience = URL.create("sqlite", database=str(file)), {"timeout": PATIENCE}
    engine = create_engine(
        place, connect_args=patience, hide_parameters=True
    )  # a traceback tells no votes and no codes
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


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One write transaction: committed at the end, undone by an exception."""
    with engine.connect().execution_options(writes=True) as db, db.begin():
        yield db


def is_still_open(db: Connection) -> bool:
    """SQLite takes back a whole transaction, not only the savepoint, when it finds no room or cannot read or write.

    What follows would be on its own, and a commit at the end would say that all of it was kept (lang_transaction.html).
    """
    raw: Any = db.connection.driver_connection
    return db.dialect.name != "sqlite" or bool(raw.in_transaction)


def migrate(engine: Engine) -> None:
    """Bring the tables to this version. Alembic takes a quarter of a second, so only when there is something to do."""
    if _version(engine) != VERSION:
        _upgrade(engine)


def _version(engine: Engine) -> str | None:
    """None: a new database."""
    with engine.connect() as db:
        known = inspect(db).has_table("alembic_version")
        return db.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() if known else None


def _upgrade(engine: Engine) -> None:
    from alembic import command  # noqa: PLC0415  only here
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    with resources.as_file(resources.files("sync.ward") / "migrations") as scripts, writing(engine) as db:
        config.set_main_option("script_location", str(scripts).replace("%", "%%"))
        config.attributes["connection"] = db
        command.upgrade(config, "head")
