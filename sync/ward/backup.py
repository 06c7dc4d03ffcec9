"""A copy of the whole ward while it runs: settings, keys and certificates, and the database as of one moment.

    hailong-ward-2026-11-22-031500/     whoever holds it can sign as this ward: keep it as safe as the original
        ward.toml ward.key ca.pem ...
        ward.sqlite   or   ward.dump    from PostgreSQL, by pg_dump

What came after it is not lost: an acknowledgement never lets a kiosk forget, and each sends again what the ward that
was brought back does not have.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, make_url

from sync.ward.failure import Failure
from sync.ward.house import House
from sync.ward.settings import read_settings
from sync.ward.store.engine import open_engine
from sync.ward.times import local
from sync.wire import sync_folder

FILES = ("ward.toml", "ward.key", "ca.pem", "ca.key", "server.pem", "server.key")
SQLITE, DUMP = "ward.sqlite", "ward.dump"


def back_up(house: House, into: Path) -> Path:
    """Whole or not at all: it has its name only once it was read again and is on the disk."""
    moment = local(house.clock(), house.settings.zone)
    target = into / f"hailong-ward-{moment:%Y-%m-%d-%H%M%S}"
    with _whole(target) as draft:
        for name in FILES:
            shutil.copy2(house.folder / name, draft / name)
        if house.settings.database:
            _dump(make_url(house.settings.database), draft / DUMP)
        else:
            _copy_sqlite(house.folder / SQLITE, draft / SQLITE)
    return target


def restore(backup: Path, folder: Path, database: str = "") -> None:
    """Into a new folder and, from PostgreSQL, into an empty database, which may lie elsewhere than before."""
    if not (backup / "ward.toml").exists():
        raise Failure(f"{backup} holds no backup; name the folder that `ward backup` has made")
    known = read_settings(backup / "ward.toml").database
    if bool(database) and not known:
        raise Failure(f"{backup} is of a ward with a database of its own, in a file; leave out --database")
    with _whole(folder) as draft:
        for name in (*FILES, *([] if known else [SQLITE])):
            shutil.copy2(backup / name, draft / name)
        if known:
            _load(backup / DUMP, make_url(database or known))
            _name_database(draft / "ward.toml", known, database or known)


@contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """A folder that has its name only when what was put into it is on the disk."""
    draft = target.with_name(target.name + ".part")
    if target.exists():
        raise Failure(f"{target} exists; name a folder that does not")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True, mode=0o700)
        yield draft
        for file in draft.iterdir():
            _flush(file)
        sync_folder(draft)
        draft.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        raise Failure(f"{target}: cannot be written ({error.strerror}); make room, or name another folder") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _flush(file: Path) -> None:
    with file.open("rb") as handle:
        os.fsync(handle.fileno())


def _copy_sqlite(source: Path, target: Path) -> None:
    """SQLite's own online copy: of one moment, and nobody who writes waits for it."""
    try:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE").close()  # one file, without a WAL beside it
            found = copy.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.Error as error:
        raise Failure(f"{target}: cannot be written ({error}); make room, or name another folder") from error
    if found != "ok":
        raise Failure(f"{source} is damaged ({found}); bring back an older backup, the kiosks send the rest again")


def _dump(url: URL, target: Path) -> None:
    _postgres("pg_dump", "--format=custom", f"--file={target}", "--no-owner", f"--dbname={_address(url)}", url=url)
    _postgres("pg_restore", "--list", str(target), url=url)


def _load(dump: Path, url: URL) -> None:
    """All of it or nothing, and only where nothing is."""
    engine = open_engine(url)
    try:
        with engine.connect() as db:
            if engine.dialect.has_table(db, "alembic_version"):
                raise Failure("that database is not empty; make another with createdb, and name it with --database")
    finally:
        engine.dispose()
    _postgres("pg_restore", "--single-transaction", "--no-owner", f"--dbname={_address(url)}", str(dump), url=url)


def _postgres(*command: str, url: URL) -> None:
    """The password is in no command line, where `ps` would show it."""
    environment: Mapping[str, str] = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    except FileNotFoundError as error:
        raise Failure(f"{command[0]} is needed; install it with: apt install postgresql-client") from error
    if done.returncode:
        raise Failure(f"{command[0]}: {(done.stderr.strip().splitlines() or ['failed'])[0]}")


def _address(url: URL) -> str:
    return url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)


def _name_database(file: Path, before: str, now: str) -> None:
    text = file.read_text()
    if before != now:
        file.write_text(text.replace(before, now))
        read_settings(file)
