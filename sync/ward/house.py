"""The ward's folder: settings, keys, certificates and database, made once by `found` and opened by `enter`.

ward.toml   settings          ward.key   Ed25519, signs acknowledgements
ward.sqlite the votes, unless `database` names a server    ca.pem ca.key server.pem server.key
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from nacl.signing import SigningKey
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError

from sync.ward.failure import Failure
from sync.ward.settings import Release, Settings, read_settings, settings_text
from sync.ward.store.engine import migrate, open_engine, place_of
from sync.ward.store.tables import kiosks
from sync.ward.times import Clock, system_clock
from sync.wire import BadKey, Identity, create, load, sync_folder

if TYPE_CHECKING:
    from sync.ward.certificates import Pair


@dataclass(frozen=True)
class House:
    """Everything that belongs to one ward; handed to whoever needs part of it."""

    folder: Path
    settings: Settings
    key: SigningKey
    engine: Engine
    clock: Clock

    @cached_property
    def identity(self) -> Identity:
        return Identity(key=bytes(self.key.verify_key).hex(), ca=(self.folder / "ca.pem").read_text())


def found(
    folder: Path,
    name: str,
    release: Release,
    addresses: tuple[str, ...],
    clock: Clock = system_clock,
    database: str = "",
) -> None:
    """A new ward. Its settings are written last: a ward without them was never finished."""
    from sync.ward.certificates import make_ca, make_server  # noqa: PLC0415  most commands need no certificate

    if (folder / "ward.toml").exists():
        raise Failure(f"{folder} already holds a ward; choose another folder, or use this one with --data {folder}")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    create(folder / "ward.key")
    ca = make_ca(name, clock())
    _keep_pair(folder, "ca", ca)
    _keep_pair(folder, "server", make_server(ca, addresses, clock()))
    with _database(folder, database) as engine:
        if _is_used(engine):
            raise Failure("that database belongs to a ward; bring that ward's folder here, or name another database")
    _write(folder / "ward.toml", settings_text(name, release, addresses, database), 0o644)


@contextmanager
def enter(folder: Path, clock: Clock = system_clock) -> Iterator[House]:
    """An existing ward, its database brought to this version."""
    if not (folder / "ward.toml").exists():
        raise Failure(f"{folder} holds no ward; make one with: ward init {folder}")
    settings, key = read_settings(folder / "ward.toml"), _load_key(folder / "ward.key")
    with _database(folder, settings.database) as engine:
        yield House(folder, settings, key, engine, clock)


@contextmanager
def _database(folder: Path, url: str) -> Iterator[Engine]:
    """Brought to this version."""
    engine = open_engine(place_of(folder, url))
    try:
        _reach(engine)
        migrate(engine)
        yield engine
    finally:
        engine.dispose()


def _reach(engine: Engine) -> None:
    try:
        engine.connect().close()
    except OperationalError as error:
        where = engine.url.render_as_string(hide_password=True)
        why = _first_line(error)
        raise Failure(f"the database {where} cannot be reached ({why}); does it run, and let this user in?") from error


def _first_line(error: OperationalError) -> str:
    return str(error.orig).strip().splitlines()[0]


def _is_used(engine: Engine) -> bool:
    with engine.connect() as db:
        return db.execute(select(kiosks.c.id).limit(1)).first() is not None


def renew_certificate(house: House) -> None:
    """A new server certificate when the old one ends soon or names other addresses. The CA stays: kiosks pin it."""
    from sync.ward.certificates import make_server, read_pair, still_good  # noqa: PLC0415

    folder, now = house.folder, house.clock()
    server = read_pair(folder / "server.pem", folder / "server.key")
    if not still_good(server.certificate, house.settings.addresses, now):
        ca = read_pair(folder / "ca.pem", folder / "ca.key")
        _keep_pair(folder, "server", make_server(ca, house.settings.addresses, now))


def _load_key(file: Path) -> SigningKey:
    try:
        return load(file)
    except BadKey as error:
        raise Failure(f"{error}; bring it back from your copy: without it no kiosk believes this ward") from error


def _keep_pair(folder: Path, name: str, pair: "Pair") -> None:
    _write(folder / f"{name}.key", pair.key_pem, 0o600)
    _write(folder / f"{name}.pem", pair.pem, 0o644)


def _write(file: Path, text: str, mode: int) -> None:
    """Whole or not at all, also when the power goes."""
    draft = file.with_name(file.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    draft.rename(file)
    sync_folder(file.parent)
