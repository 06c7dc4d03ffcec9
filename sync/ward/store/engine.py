"""The database: a SQLite file, or PostgreSQL by URL. In both one writer at a time, and every commit is on the disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, inspect, make_url

from sync.ward.store import postgres, sqlite

VERSION = "0005"  # the newest of migrations/versions


def open_engine(place: URL | Path) -> Engine:
    """`place`: the file of a SQLite database, or the address of a PostgreSQL one."""
    return sqlite.open_engine(place) if isinstance(place, Path) else postgres.open_engine(place)


def place_of(folder: Path, url: str) -> URL | Path:
    """What the setting `database` names; empty: a file in the ward's own folder."""
    return make_url(url) if url else folder / "ward.sqlite"


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One write transaction: committed at the end, undone by an exception. What it reads stays true until then."""
    kind = postgres if engine.dialect.name == "postgresql" else sqlite
    with engine.connect().execution_options(**kind.WRITING) as db, db.begin():
        yield db


def is_still_open(db: Connection) -> bool:
    """Whether what was written in this transaction, but for the savepoint that has just failed, will still be kept."""
    return sqlite.is_still_open(db) if db.dialect.name == "sqlite" else postgres.is_still_open(db)


def is_full(error: object) -> bool:
    """Whether this error of a driver says that the database has no room."""
    return sqlite.is_full(error) or postgres.is_full(error)


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
