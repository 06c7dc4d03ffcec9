"""A real kiosk (log, archive, courier) and a real ward (HTTP, database), and whoever would gain by bending them."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from kiosk.entry import Stamp, genesis, link
from kiosk.keeper import Keeper
from kiosk.votelog.archive import Archive
from kiosk.votelog.folder import LogFolder, all_folders
from kiosk.votelog.log import Place
from sync.enrol import enrol
from sync.home import Home, Pending
from sync.outcomes import Outcome
from sync.own_log import OwnLog
from sync.parcel import parcel
from sync.ward.check import check
from sync.ward.codes import add_kiosk, issue
from sync.ward.store.engine import writing
from sync.ward.store.found import findings
from sync.ward.store.tables import feed
from sync.wire import Batch
from tests.sync.conftest import BEGIN, TestClock, lines_of
from tests.sync.conftest import Kiosk as Courier
from tests.ward.conftest import Ward, running, url
from tests.ward.kiosk_double import START


class SameTime(TestClock):
    """A kiosk whose clock is right: what is found is then never a matter of time."""

    def __init__(self, ward: Ward) -> None:
        self._ward, self.stamp = ward, replace(BEGIN, wall=ward.now[0])

    def now(self) -> Stamp:
        return replace(super().now(), wall=self._ward.now[0])

    def pass_time(self, ms: int) -> None:
        super().pass_time(ms)
        self._ward.pass_time(ms)

    def wait_until(self, wall: int) -> None:
        self.pass_time(wall - self._ward.now[0])


class Kiosk(Courier):
    """One terminal: its card is the folder `home.data`."""

    ward: Ward
    clock: SameTime

    def start(self, serial: str = "board-1") -> "Kiosk":
        if self.archive:
            self.archive.close()
        self.archive = Archive(self.home.logs, serial, lambda _: dict(START))
        self.archive.begin(self.clock.now())
        return self

    def vote(self, times: int = 1, rating: int = 5) -> "Kiosk":
        assert self.archive
        for _ in range(times):
            self.archive.append("vote", self.clock.now(), said(rating))
        return self

    def enrolled_at(self, ward: Ward, url: str, name: str) -> "Kiosk":
        self.ward = ward
        with writing(ward.house.engine) as db:
            code = issue(db, ward.house, add_kiosk(db, name, ward.now[0]))
        enrol(self.home, Pending(url, str(code)), self.open_road())
        return self

    def deliver(self) -> Outcome:
        """One round of the courier: what it tells of the newest log."""
        return self.courier().round(contact=True, everything=True).told[self.folders[-1].log].meant

    def a_minute_passes(self) -> None:
        """What the terminal does beside pressing: its note, its check of every entry, and the successor if it must."""
        assert self.archive
        archive = self.archive
        keeper = Keeper(archive, self.clock.now, lambda: archive.rest(self.clock.now()))
        keeper.round()
        self.clock.pass_time(60_000)

    def power_off(self) -> "Kiosk":
        assert self.archive
        self.archive.close()
        self.archive = None
        return self

    def power_on(self, serial: str = "board-1") -> "Kiosk":
        self.clock.reboot()
        self.start(serial)
        return self

    def announce(self, lines: int) -> None:
        """Only so many entries reach the ward, in a batch that names the tip of the whole log."""
        assert self.ward.post(self.batch(0, lines)).status_code == 200

    def batch(self, after: int, lines: int) -> Batch:
        log = OwnLog.open(self.folders[-1])
        return parcel(log, log.copy(after, lines), self.clock.now(), None, self.home.logs)

    @property
    def folders(self) -> list[LogFolder]:
        return all_folders(self.home.logs)

    @property
    def card(self) -> Path:
        return self.home.data


def said(rating: int, question: str = "procedure") -> Callable[[Place], dict[str, object]]:
    return lambda place: {"visit": place.seq, "question": question, "rating": rating, "lang": "vi", "via": "button"}


@dataclass
class Office:
    """The ward's side: what it found, and what it counts."""

    ward: Ward
    url: str
    kiosk: Kiosk

    def found(self) -> set[str]:
        return {row.kind for row in self.ward.rows(select(findings))}

    def counted(self) -> list[int]:
        newest = {(row.log, row.seq): row for row in self.ward.rows(select(feed).order_by(feed.c.position))}
        return [row.rating for row in newest.values() if row.counted]

    def differences(self) -> list[str]:
        with self.ward.house.engine.connect() as db:
            return list(check(db, self.ward.house))


@pytest.fixture
def new_kiosk(tmp_path: Path, ward: Ward) -> Iterator[Callable[[Path | None], Kiosk]]:
    made: list[Kiosk] = []

    def make(card: Path | None = None) -> Kiosk:
        """With an empty card, or a copy of another one."""
        home = Home(tmp_path / f"card{len(made)}")
        if card:
            shutil.copytree(card, home.data)
        made.append(Kiosk(home, SameTime(ward)))
        home.prepare()
        return made[-1]

    yield make
    for kiosk in made:
        if kiosk.archive:
            kiosk.archive.close()


@pytest.fixture
def ward(tmp_path: Path, url: str) -> Iterator[Ward]:
    with running(tmp_path / "ward", url) as made:
        yield made


@pytest.fixture
def office(ward: Ward, url: str, new_kiosk: Callable[[], Kiosk]) -> Office:
    return Office(ward, url, new_kiosk().start().enrolled_at(ward, url, "Quầy 1"))


# What somebody with the card in hand, sqlite3 and patience can do to it

Change = Callable[[list[str]], list[str]]


def edit(lines: list[str]) -> list[str]:
    return [line.replace('"rating":1', '"rating":5') for line in lines]


def delete(lines: list[str]) -> list[str]:
    return [line for line in lines if '"rating":1' not in line]


def cut_off(lines: list[str]) -> list[str]:
    return lines[: next(place for place, line in enumerate(lines) if '"rating":1' in line)]


def reorder(lines: list[str]) -> list[str]:
    return [*lines[:3], lines[4], lines[3], *lines[5:]]


def insert(lines: list[str]) -> list[str]:
    return [*lines[:3], lines[2], *lines[3:]]


CHANGES = (edit, delete, cut_off, reorder, insert)


def rewrite(folder: LogFolder, change: Change, *, chained: bool = False, marks: bool = False) -> None:
    """Change the lines of a log that lies still. `chained`: with places and hashes made anew, as a program could.
    `marks`: and what else on the card says how far the log reached thrown away."""
    with closing(sqlite3.connect(folder.database)) as db, db:
        for verb in ("update", "delete"):
            db.execute(f"drop trigger if exists entries_no_{verb}")
        rows = db.execute("select line, hash from entries order by seq").fetchall()
        hashes = dict(rows)
        lines = change([line for line, _ in rows])
        if chained:
            lines = [renumbered(line, seq) for seq, line in enumerate(lines, 1)]
        db.execute("delete from entries")
        previous = genesis(bytes(folder.key().verify_key))
        for seq, line in enumerate(lines, 1):
            previous = link(previous, line) if chained else hashes.get(line, bytes(32))
            db.execute("insert into entries (seq, line, hash) values (?, ?, ?)", (seq, line, previous))
    if marks:
        for mark in (folder.alive, folder.acked, folder.sealed, folder.checked):
            mark.unlink(missing_ok=True)


def renumbered(line: str, seq: int) -> str:
    import json

    from kiosk.entry import canonical

    document: dict[str, Any] = json.loads(line)
    document["seq"] = seq
    if document["kind"] == "vote":
        document["body"]["visit"] = seq
    return canonical(document)


__all__ = ["CHANGES", "Archive", "Kiosk", "Office", "lines_of", "rewrite", "url"]
