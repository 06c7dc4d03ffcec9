"""A real ward in a folder of its own; its clock is a number that the test moves."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import httpx
import pytest
import uvicorn
from sqlalchemy import Row
from sqlalchemy.sql import Executable

from sync.ward.codes import add_kiosk, issue
from sync.ward.house import House, enter, found
from sync.ward.settings import Release
from sync.ward.store.engine import writing
from sync.ward.tokens import Scope, make_token
from sync.ward.web.app import build_app
from sync.ward.web.serving import Announced, bind, open_writer
from sync.wire import Ack, Batch, Purpose, open_signed
from tests.pg.server import Server, serving
from tests.ward.kiosk_double import KioskDouble

NOW = 1_795_000_000_000  # Wednesday 18 November 2026, 18:06:40 in Hà Nội
HOUR = 3_600_000


@dataclass
class Ward:
    """What a test does to a ward: as a kiosk over HTTP, as the operator, and looking into the database."""

    house: House
    client: httpx.Client
    now: list[int]

    def pass_time(self, ms: int) -> None:
        self.now[0] += ms

    def code(self, name: str) -> str:
        """The secret half of a new code for a new kiosk."""
        with writing(self.house.engine) as db:
            return issue(db, self.house, add_kiosk(db, name, self.now[0])).secret

    def enrol(self, name: str = "Quầy 1", kiosk: KioskDouble | None = None) -> KioskDouble:
        kiosk = kiosk or KioskDouble()
        answer = self.client.post("/v1/kiosks", content=kiosk.enrolment(self.code(name)).bytes())
        assert answer.status_code == 200, answer.text
        return kiosk

    def post(self, batch: Batch | bytes, **headers: str) -> Any:
        body = batch if isinstance(batch, bytes) else batch.bytes()
        return self.client.post("/v1/batches", content=body, headers=headers)

    def send(self, kiosk: KioskDouble, **stretch: Any) -> Ack:
        """Post a batch that must be taken; the answer checked as a kiosk checks it."""
        batch = kiosk.batch(**stretch)
        answer = self.post(batch)
        assert answer.status_code == 200, answer.text
        ack = open_signed(answer.content, Ack, Purpose.ACK, bytes(self.house.key.verify_key))
        assert ack.nonce == batch.nonce
        assert ack.head == kiosk.hashes()[ack.have].hex()
        return ack

    def rows(self, query: Executable) -> list[Row[Any]]:
        with self.house.engine.connect() as db:
            return list(db.execute(query).all())

    def token(self, *scopes: Scope) -> dict[str, str]:
        """The header of a system that may read."""
        with writing(self.house.engine) as db:
            token = make_token(db, str(uuid4()), frozenset(scopes or {Scope.FEED}), self.now[0])
        return {"Authorization": f"Bearer {token}"}


class Switchboard:
    """One server for all tests: each request goes to the application of the test that is running."""

    def __init__(self) -> None:
        self.app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


BOARD = Switchboard()
SERVER: Server | None = None  # PostgreSQL, where the tier `pg` runs these tests on it
EMPTY = "empty_tables"  # a database there


@pytest.fixture(scope="session", autouse=True)
def server() -> Iterator[None]:
    """`HAILONG_TEST_DATABASE=postgresql` runs each test on a database of its own, on a server that is started here."""
    global SERVER
    if os.environ.get("HAILONG_TEST_DATABASE") != "postgresql":
        yield
        return
    with TemporaryDirectory() as folder, serving(Path(folder) / "pg", "-c fsync=off") as SERVER:
        ward = Path(folder) / "ward"
        found(ward, "", Release.IMMEDIATE, ("localhost",), lambda: NOW, SERVER.new_database(name=EMPTY))
        yield


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    """The board on a real port of this computer, until the tests end."""
    ready = Event()
    with bind("127.0.0.1", 0) as listener:
        server = Announced(uvicorn.Config(BOARD, log_level="warning", access_log=False, lifespan="off"), ready.set)
        thread = Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            assert ready.wait(100)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@cache
def empty_tables() -> Path:
    """Made once: Alembic's way to them takes longer than most tests."""
    file = Path(mkdtemp()) / "ward.sqlite"
    found(file.parent, "", Release.IMMEDIATE, ("localhost",), lambda: NOW)
    return file


@contextmanager
def empty_database(folder: Path) -> Iterator[str]:
    """What `ward.toml` says of it: a file in this folder or, where the tier `pg` runs, one on a server."""
    if SERVER is None:
        shutil.copy(empty_tables(), folder / "ward.sqlite")
        yield ""
    else:
        url = SERVER.new_database(like=EMPTY)
        yield url
        SERVER.drop_database(url)


@contextmanager
def running(folder: Path, url: str, release: Release = Release.IMMEDIATE) -> Iterator[Ward]:
    """A new ward with this release rule, behind the board."""
    now = [NOW]
    folder.mkdir()
    with empty_database(folder) as database:
        found(folder, "phường An Bình (dữ liệu mẫu)", release, ("localhost",), lambda: now[0], database)
        with _opened(folder, url, now) as ward:
            yield ward


@contextmanager
def _opened(folder: Path, url: str, now: list[int]) -> Iterator[Ward]:
    with enter(folder, lambda: now[0]) as house, open_writer(house) as writer:
        before, BOARD.app = BOARD.app, build_app(house, writer)
        with httpx.Client(base_url=url, timeout=100, verify=False) as client:  # loopback, without TLS
            yield Ward(house, client, now)
        BOARD.app = before


@pytest.fixture
def ward(tmp_path: Path, url: str) -> Iterator[Ward]:
    with running(tmp_path / "ward", url) as made:
        yield made


@pytest.fixture
def daily_ward(tmp_path: Path, url: str) -> Iterator[Ward]:
    with running(tmp_path / "ward", url, Release.DAILY) as made:
        yield made
