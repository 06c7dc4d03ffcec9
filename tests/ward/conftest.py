"""A real ward in a folder of its own; its clock is a number that the test moves."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import httpx
import pytest
import uvicorn
from argon2 import PasswordHasher
from sqlalchemy import Row
from sqlalchemy.sql import Executable

from sync.ward.accounts import add_account
from sync.ward.codes import add_kiosk, issue
from sync.ward.house import House, enter, found
from sync.ward.passwords import Passwords
from sync.ward.permissions import ROOT, Role
from sync.ward.settings import Release
from sync.ward.store.engine import writing
from sync.ward.tokens import Scope, make_token
from sync.ward.units import add_unit, move_kiosk
from sync.ward.web.app import build_app
from sync.ward.web.serving import Announced, bind, open_writer
from sync.ward.writer import Writer
from sync.wire import Ack, Batch, Purpose, open_signed
from tests.pg.server import Server, serving
from tests.ward.kiosk_double import KioskDouble

NOW = 1_795_000_000_000  # Wednesday 18 November 2026, 18:06:40 in Hà Nội
HOUR = 3_600_000
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
PASSWORD = "bốn từ chẳng liên quan"
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))  # argon2, without its cost


@dataclass
class Ward:
    """What a test does to a ward: as a kiosk over HTTP, as the operator, and looking into the database."""

    house: House
    client: httpx.Client
    now: list[int]
    writer: Writer

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

    def token(self, *scopes: Scope, unit: int = ROOT) -> dict[str, str]:
        """The header of a system that may read."""
        with writing(self.house.engine) as db:
            token = make_token(db, str(uuid4()), frozenset(scopes or {Scope.FEED}), self.now[0], unit)
        return {"Authorization": f"Bearer {token}"}

    def unit(self, name: str, under: int = ROOT, kiosks: tuple[str, ...] = ()) -> int:
        """A new unit, with these kiosks."""
        with writing(self.house.engine) as db:
            unit = add_unit(db, name, under)
            for kiosk in kiosks:
                move_kiosk(db, kiosk, unit)
        return unit

    def account(self, name: str, role: Role = Role.VIEWER, unit: int = ROOT, **about: Any) -> int:
        """With the password PASSWORD."""
        with writing(self.house.engine) as db:
            return add_account(db, name, CHEAP.hash(PASSWORD), self.now[0], role=role, unit=unit, **about)

    @contextmanager
    def browser(self, **headers: str) -> Iterator["Browser"]:
        """Cookies of its own; redirects are not followed. No connection is kept: on a busy machine it would be closed
        just when it is used again."""
        once = httpx.Limits(max_keepalive_connections=0)
        with httpx.Client(base_url=self.client.base_url, timeout=100, headers=headers, limits=once) as client:
            yield Browser(client)

    @contextmanager
    def logged_in(self, name: str, **headers: str) -> Iterator["Browser"]:
        with self.browser(**headers) as browser:
            answer = browser.log_in(name)
            assert answer.status_code == 303, answer.text
            yield browser


@dataclass
class Browser:
    client: httpx.Client

    def get(self, path: str, **query: str) -> httpx.Response:
        return self.client.get(path, params=query or None)

    def log_in(self, name: str, password: str = PASSWORD, then: str = "/") -> httpx.Response:
        page = self.get("/login", next=then)
        return self.client.post("/login", data=hidden(page) | {"name": name, "password": password})

    def send(self, page: str, action: str, **fields: str) -> httpx.Response:
        """Fill in a form of the page, with the hidden value that the page gave."""
        shown = self.get(page)
        assert f'action="{action}"' in shown.text, (action, shown.text)
        return self.client.post(action, data={"form": hidden(shown)["form"], **fields})


def hidden(page: httpx.Response) -> dict[str, str]:
    """The hidden fields of the last form of a page."""
    assert page.status_code < 500, page.text
    return {name: unescape(value) for name, value in HIDDEN.findall(page.text)}


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
    with serving_url() as found:
        yield found


@contextmanager
def serving_url() -> Iterator[str]:
    """The board on a real port of this computer."""
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
        with opened(folder, url, now) as ward:
            yield ward


@contextmanager
def opened(folder: Path, url: str, now: list[int]) -> Iterator[Ward]:
    """A ward that is there, behind the board."""
    with enter(folder, lambda: now[0]) as house, open_writer(house) as writer:
        before, BOARD.app = BOARD.app, build_app(house, writer, passwords=CHEAP)
        with httpx.Client(base_url=url, timeout=100, verify=False) as client:  # loopback, without TLS
            yield Ward(house, client, now, writer)
        BOARD.app = before


@pytest.fixture
def ward(tmp_path: Path, url: str) -> Iterator[Ward]:
    with running(tmp_path / "ward", url) as made:
        yield made


@pytest.fixture
def daily_ward(tmp_path: Path, url: str) -> Iterator[Ward]:
    with running(tmp_path / "ward", url, Release.DAILY) as made:
        yield made
