"""The way of one vote through the real programs: terminal, `kiosk-sync`, `ward serve`, the feed and the page."""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from kiosk.booth import Booth
from kiosk.clock import SystemClock
from kiosk.entry import compose, genesis, link
from kiosk.recorder import Recorder
from kiosk.settings import Settings
from kiosk.start import start_body
from kiosk.states import Asking
from kiosk.votelog.archive import Archive
from kiosk.votelog.folder import LogFolder, all_folders
from sync.wire import Header, Mark, pack

BIN = Path(sys.executable).parent
CLOCK = SystemClock(battery=False)


class House:
    """A kiosk's folder and a ward's folder, and the commands that a person would type."""

    def __init__(self, folder: Path) -> None:
        self.kiosk, self.ward = folder / "kiosk", folder / "ward"
        self.config = folder / "kiosk.toml"
        self.config.write_text(f'data = "{self.kiosk}"\n')
        self.url, self.port, self.token = "", "0", ""

    def call(self, *words: object, check: bool = True) -> subprocess.CompletedProcess[str]:
        command = [str(BIN / str(words[0])), *map(str, words[1:])]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
        assert not check or done.returncode == 0, done
        return done

    def sync(self, *words: object, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self.call("kiosk-sync", "--config", self.config, *words, check=check)

    @contextmanager
    def serving(self) -> Iterator[None]:
        """The ward's server, at the same address each time."""
        command = [BIN / "ward", "serve", "--data", self.ward, "--port", self.port]
        with subprocess.Popen([*map(str, command)], stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout
            self.url = server.stdout.readline().split()[-1]
            self.port = self.url.rsplit(":", 1)[1]
            try:
                yield
            finally:
                server.terminate()

    def enrol(self) -> None:
        code = self.call("ward", "enrol", "--data", self.ward, "--name", "Quầy 2", "--plain").stdout.strip()
        self.sync("enrol", self.url, code)

    @contextmanager
    def terminal(self) -> Iterator["Terminal"]:
        """The terminal without its screen: archive and booth, as they are."""
        body = start_body(Settings(), None, "first", None)
        archive = Archive(self.kiosk / "logs", None, lambda archive: dict(body))
        archive.begin(CLOCK.now())
        try:
            yield Terminal(archive)
            archive.note_alive(CLOCK.now())
        finally:
            archive.close()

    def feed(self) -> list[dict[str, Any]]:
        """The newest revision of every vote that counts, in order."""
        answer = requests.get(
            f"{self.url}/v1/votes", params={"limit": 1000, "format": "ndjson"}, timeout=100,
            headers={"Authorization": f"Bearer {self.token}"},
        )  # fmt: skip
        assert answer.status_code == 200, answer.text
        newest = {(row["log"], row["seq"]): row for row in map(json.loads, answer.text.splitlines())}
        return [row for _, row in sorted(newest.items()) if row["counted"]]

    def folders(self) -> list[LogFolder]:
        return all_folders(self.kiosk / "logs")


class Terminal:
    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._views: list[Any] = []
        self.booth = Booth(
            Recorder(archive, CLOCK.now), Settings().survey, Settings().timing, "vi", CLOCK.now, self._views.append
        )

    def visit(self, first: int, second: int) -> None:
        """One citizen, in no time at all: the booth is told that its times are over."""
        self.booth._debounce.quiet = 0
        for rating in (first, second):
            self.booth.press(rating, "button")
            self.booth.release(rating, "button")
            self.booth.stop()
            self._run()
            self.booth.tick(2**52)
            if isinstance(state := self.booth.state, Asking):
                self.booth._state = replace(state, noted_until=0)  # by the clock, the first answer is still noted
        self.booth.tick(2**53)
        assert self.booth.state == Asking(0)

    def _run(self) -> None:
        """What is queued, without the thread's first announcement."""
        while not (events := self.booth._events).empty():
            self.booth.handle(events.get())


@pytest.fixture(scope="module")
def new_ward(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A ward as `ward init` makes it, and a token: made once, copied for each test."""
    house = House(tmp_path_factory.mktemp("new"))
    house.call("ward", "init", house.ward, "--release", "immediate")
    return house.ward, house.call("ward", "token", "test", "--data", house.ward, "--plain").stdout.strip()


@pytest.fixture
def house(tmp_path: Path, new_ward: tuple[Path, str]) -> House:
    made = House(tmp_path)
    shutil.copytree(new_ward[0], made.ward)
    made.token = new_ward[1]
    return made


def ratings(rows: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(row["question"], row["rating"]) for row in rows]


def test_five_then_four_reach_log_feed_and_page(house: House) -> None:
    with house.terminal() as terminal:
        terminal.visit(5, 4)
    with house.serving():
        house.enrol()
        assert "Every entry is at the ward." in house.sync("now").stdout
        rows = house.feed()
        assert ratings(rows) == [("procedure", 5), ("attitude", 4)]
        assert {row["visit"] for row in rows} == {2}
        page = requests.get(f"{house.url}/", params={"lang": "en"}, timeout=100).text
    assert "1 of 1" in page
    assert "Quầy 2" in page


def test_the_ward_stops_more_is_pressed_it_starts_and_all_is_there_once(house: House) -> None:
    with house.terminal() as terminal:
        terminal.visit(5, 4)
        with house.serving():
            house.enrol()
            house.sync("now")
        for rating in (1, 2, 3):
            terminal.visit(rating, rating)
        refused = house.sync("now", check=False)
        assert refused.returncode == 1
        assert "Nobody answers" in refused.stdout + refused.stderr
        with house.serving():
            house.sync("now")
            house.sync("now")
            expected = [("procedure", 5), ("attitude", 4)]
            expected += [(question, rating) for rating in (1, 2, 3) for question in ("procedure", "attitude")]
            assert ratings(house.feed()) == expected
    assert "no difference" in house.call("ward", "check", "--data", house.ward).stdout.lower()


def test_a_changed_line_is_refused_and_named_at_every_station(house: House) -> None:
    with house.terminal() as terminal:
        for _ in range(3):
            terminal.visit(1, 1)
    (folder,) = house.folders()
    with closing(sqlite3.connect(folder.database)) as db, db:
        db.execute("drop trigger entries_no_update")
        db.execute("""update entries set line = replace(line, '"rating":1', '"rating":5') where seq = 4""")

    verified = house.call("kiosk", "verify", "--config", house.config, check=False)
    assert verified.returncode == 1
    assert "entry 4" in " ".join(verified.stdout.split())
    with house.serving():
        house.enrol()
        said = house.sync("now", check=False)
        assert said.returncode == 1
        assert "entry 3" in said.stdout + said.stderr  # damaged behind it
        assert len(house.feed()) == 2  # what stands before is delivered
        refused = requests.post(f"{house.url}/v1/batches", data=forged(folder), timeout=100)
    assert (refused.status_code, refused.json()["type"], refused.json()["seq"]) == (422, "urn:hailong:broken-chain", 4)


def forged(folder: LogFolder) -> bytes:
    """The changed line in a batch that the log's own key signed, as if nothing had happened."""
    with closing(sqlite3.connect(folder.database)) as db:
        rows = db.execute("select line, hash from entries where seq > 3 order by seq").fetchall()
        prev = db.execute("select hash from entries where seq = 3").fetchone()[0]
    last = Mark(3 + len(rows), rows[-1][1].hex())
    header = Header(log=folder.log, after=3, prev=prev.hex(), last=last.seq, head=last.hash, tip=last, boot="x", mono=1)
    return pack(header, [line for line, _ in rows], folder.key()).bytes()


def test_the_last_day_deleted_makes_a_successor_that_the_ward_takes_in(house: House) -> None:
    with house.terminal() as terminal:
        terminal.visit(1, 1)
    with house.serving():
        house.enrol()
        house.sync("now")
        with house.terminal() as terminal:
            terminal.visit(2, 2)
        (old,) = house.folders()
        with closing(sqlite3.connect(old.database)) as db, db:
            db.execute("drop trigger entries_no_delete")
            db.execute("delete from entries where seq > 4")
        with house.terminal() as terminal:
            terminal.visit(5, 5)
        old, new = house.folders()
        with closing(sqlite3.connect(new.database)) as db:
            start = json.loads(db.execute("select line from entries where seq = 1").fetchone()[0])
        assert start["body"]["succeeds"]["log"] == old.log
        assert "not there any more" in start["body"]["succeeds"]["why"]
        house.sync("now", check=False)
        assert sorted(rating for _, rating in ratings(house.feed())) == [1, 1, 5, 5]


def test_a_card_copied_before_it_was_changed_cannot_replace_what_the_ward_has(house: House, tmp_path: Path) -> None:
    """A whole chain made anew with the stolen key: the ward keeps the first and calls the second a fork."""
    with house.terminal() as terminal:
        terminal.visit(1, 1)
    with house.serving():
        house.enrol()
        house.sync("now")
        (folder,) = house.folders()
        answer = requests.post(f"{house.url}/v1/batches", data=rewritten(folder), timeout=100)
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:hailong:fork")
        assert ratings(house.feed()) == [("procedure", 1), ("attitude", 1)]
    shutil.rmtree(tmp_path / "kiosk")


def rewritten(folder: LogFolder) -> bytes:
    key = folder.key()
    previous = first = genesis(bytes(key.verify_key))
    lines = []
    for seq in (1, 2, 3, 4):
        body = {"visit": 1, "question": "procedure", "rating": 5, "lang": "vi", "via": "button"}
        lines.append(compose(seq, "vote", CLOCK.now(), body))
        previous = link(previous, lines[-1])
    end = Mark(4, previous.hex())
    header = Header(log=folder.log, after=0, prev=first.hex(), last=4, head=end.hash, tip=end, boot="x", mono=1)
    return pack(header, lines, key).bytes()


def test_a_pull_fetches_the_same_bytes(house: House, serve_kiosk: Callable[[House], str]) -> None:
    with house.terminal() as terminal:
        terminal.visit(5, 4)
    with house.serving():
        house.enrol()
        with house.terminal() as terminal:
            terminal.visit(3, 2)
        address = serve_kiosk(house)
        house.call("ward", "pull", address, "--data", house.ward)
        assert ratings(house.feed()) == [("procedure", 5), ("attitude", 4), ("procedure", 3), ("attitude", 2)]
    (folder,) = house.folders()
    with (
        closing(sqlite3.connect(folder.database)) as kiosk,
        closing(sqlite3.connect(house.ward / "ward.sqlite")) as ward,
    ):
        kept = ward.execute("select line from entries order by seq").fetchall()
        assert [bytes(line, "utf-8") if isinstance(line, str) else line for (line,) in kept] == [
            line.encode() for (line,) in kiosk.execute("select line from entries order by seq")
        ]


@pytest.fixture
def serve_kiosk() -> Iterator[Callable[[House], str]]:
    running: list[subprocess.Popen[str]] = []

    def serve(house: House) -> str:
        house.config.write_text(f'data = "{house.kiosk}"\n[sync]\nhost = "127.0.0.1"\nport = 0\n')
        command = [str(BIN / "kiosk-sync"), "--config", str(house.config), "serve"]
        running.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        assert running[0].stdout
        line = running[0].stdout.readline()
        return next(word for word in line.split() if word.startswith("http")).rstrip(".")

    yield serve
    for process in running:
        process.terminate()
        process.wait(100)
        assert process.stdout
        process.stdout.close()
