"""Several `ward serve` on one PostgreSQL: kiosks push to any of them, a reader polls, and the database goes down."""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from sync.ward.check import check
from sync.ward.codes import add_kiosk, issue
from sync.ward.enrolment import Enroller, introduce
from sync.ward.house import enter, found
from sync.ward.settings import Release
from sync.ward.store.engine import writing
from sync.ward.store.tables import entries
from sync.ward.tokens import Scope, make_token
from tests.pg.server import Server, serving
from tests.ward.kiosk_double import KioskDouble

pytestmark = pytest.mark.pg
SERVERS, KIOSKS, BATCHES, VISITS = 3, 6, 12, 5


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "pg") as made:
        yield made


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """One `ward serve`, in its own process."""
    command = [sys.executable, "-m", "sync.ward.cli", "serve", "--data", str(folder), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()


class Pusher(Thread):
    """A kiosk with a courier's habits: to any server, again after whatever goes wrong, from where the ward says."""

    def __init__(self, kiosk: KioskDouble, urls: list[str], seed: int) -> None:
        super().__init__()
        self.kiosk, self._urls, self._chance = kiosk, urls, random.Random(seed)
        self.have, self.refused = 0, 0

    def run(self) -> None:
        for _ in range(BATCHES):
            for _ in range(VISITS):
                self.kiosk.visit(self._chance.randint(1, 5), self._chance.randint(1, 5))
            while self.have < len(self.kiosk.lines):
                self._push()

    def _push(self) -> None:
        sent = self.kiosk.batch(after=max(0, self.have - self._chance.choice((0, 0, 7))))  # sometimes again
        url = self._chance.choice(self._urls)
        try:
            answer = httpx.post(f"{url}/v1/batches", content=sent.bytes(), timeout=60)
        except httpx.HTTPError:
            answer = None
        if answer is not None and answer.status_code == 200:
            self.have = json.loads(answer.text.splitlines()[0])["have"]
        else:
            self.refused += 1
            time.sleep(0.2)


class Reader(Thread):
    """Follows the feed at any server, in pages of any size."""

    def __init__(self, urls: list[str], auth: dict[str, str]) -> None:
        super().__init__()
        self._urls, self._auth, self.done = urls, auth, Event()
        self.rows: list[dict[str, Any]] = []
        self.pages = 0

    def run(self) -> None:
        chance, after, last = random.Random(5), "", False
        while True:
            over = self.done.is_set()
            query = {"after": after, "limit": chance.choice((1, 7, 50))}
            try:
                answer = httpx.get(
                    f"{chance.choice(self._urls)}/v1/votes", params=query, headers=self._auth, timeout=60
                )
                page = answer.raise_for_status().json()
            except httpx.HTTPError:
                time.sleep(0.2)
                continue
            self.rows += page["rows"]
            self.pages += 1
            after, last = page["next"], not page["more"]
            if over and last:
                return


def read(url: str, auth: dict[str, str], **query: Any) -> Any:
    return httpx.get(f"{url}/v1/votes", params=query, headers=auth, timeout=60).raise_for_status().json()


def test_each_vote_once_and_the_feed_whole(server: Server, tmp_path: Path) -> None:
    house_folder = tmp_path / "ward"
    found(house_folder, "phường An Bình", Release.IMMEDIATE, ("localhost",), database=server.new_database())
    kiosks = [KioskDouble() for _ in range(KIOSKS)]
    with enter(house_folder) as house, ExitStack() as stack:
        for number, kiosk in enumerate(kiosks):
            with writing(house.engine) as db:
                code = issue(db, house, add_kiosk(db, f"Quầy {number}", house.clock())).secret
                Enroller(house).take(db, introduce(kiosk.enrolment(code), "here"))
        with writing(house.engine) as db:
            token = make_token(db, "reader", frozenset({Scope.FEED}), house.clock())
        urls = [stack.enter_context(running(house_folder)) for _ in range(SERVERS)]
        pushers = [Pusher(kiosk, urls, seed) for seed, kiosk in enumerate(kiosks)]
        auth = {"Authorization": f"Bearer {token}"}
        reader = Reader(urls, auth)
        for thread in (*pushers, reader):
            thread.start()
        while not any(pusher.have > 40 for pusher in pushers):
            time.sleep(0.05)
        server.stop("immediate")  # as when its power goes
        time.sleep(0.5)
        server.start()
        for pusher in pushers:
            pusher.join()
        reader.done.set()
        reader.join()
        whole = httpx.get(f"{urls[0]}/v1/votes", params={"limit": 10_000}, headers=reader._auth, timeout=60).json()[
            "rows"
        ]
        assert reader.rows == whole
        assert any(pusher.refused for pusher in pushers)
        for kiosk in kiosks:
            with house.engine.connect() as db:
                stored = db.execute(select(entries.c.line).where(entries.c.log == kiosk.log).order_by(entries.c.seq))
                assert list(stored.scalars()) == kiosk.lines
        newest = {(row["log"], row["seq"]): row for row in whole}
        assert len(newest) == KIOSKS * BATCHES * VISITS * 2
        with house.engine.connect() as db:
            assert list(check(db, house)) == []
