"""One kiosk's card and one ward, and an oracle that knows every vote that was acknowledged to a citizen."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from kiosk.entry import Stamp
from kiosk.keeper import Keeper
from kiosk.seal import from_body, seal_body, seal_text
from kiosk.votelog.archive import Archive
from kiosk.votelog.folder import LogFolder, all_folders
from kiosk.votelog.log import NotRecorded, Place
from kiosk.votelog.marks import Mark, read_mark, write_mark
from sync.courier import Courier
from sync.enrol import enrol
from sync.home import Home, Pending
from sync.log_courier import Kit
from sync.outcomes import Told
from sync.post import Answer
from sync.ward.codes import add_kiosk, issue
from sync.ward.enrolment import Enroller, read_introduction
from sync.ward.house import House, found
from sync.ward.intake import Intake
from sync.ward.problems import Refused
from sync.ward.settings import Release, Settings
from sync.ward.store.engine import open_engine, writing
from sync.ward.store.found import findings
from sync.ward.store.tables import logs, votes
from sync.wire import Problem, Purpose, Welcome, load, write_signed
from tests.sync.conftest import TestClock
from tests.ward.kiosk_double import START

NOW = 1_795_000_000_000


class Direct:
    """The ward's writer without its thread."""

    def __init__(self, house: House) -> None:
        self._house = house

    def submit(self, job: Callable[[Any], Any]) -> Any:
        from concurrent.futures import Future

        future: Future[Any] = Future()
        with writing(self._house.engine) as db:
            future.set_result(job(db))
        return future


class Hallway:
    """The road of a courier whose ward is next door: the ward's own code, without HTTP."""

    address = "https://ward.example"

    def __init__(self, house: House) -> None:
        self._house, self._intake = house, Intake(house, Direct(house))  # type: ignore[arg-type]

    def get(self, path: str) -> Answer:
        import msgspec

        return Answer(200, msgspec.json.encode(self._house.identity))

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        try:
            if path == "/v1/batches":
                return Answer(200, self._intake.take(body, packed="Content-Encoding" in headers).bytes())
            return Answer(200, self._welcome(body))
        except Refused as refused:
            return self._refusal(refused.problem)

    def _welcome(self, body: bytes) -> bytes:
        from hashlib import sha256

        who = read_introduction(body, "next door")
        with writing(self._house.engine) as db:
            outcome = Enroller(self._house).take(db, who)
        if isinstance(outcome, Refused):
            raise outcome
        welcome = Welcome(who.enrolment.log, outcome, self._house.clock(), sha256(body.split(b"\n")[0]).hexdigest())
        return write_signed(welcome, Purpose.ENROL, self._house.key).bytes()

    def _refusal(self, problem: Problem) -> Answer:
        import msgspec

        return Answer(problem.status, msgspec.json.encode(problem), {"content-type": "application/problem+json"})


@dataclass
class Oracle:
    """What every citizen was told."""

    thanked: dict[str, tuple[str, int]] = field(default_factory=dict)  # the vote's own word -> log and seq
    sorry: set[str] = field(default_factory=set)


@dataclass
class Card:
    """A kiosk: what is on its card, and its life between two power cuts."""

    folder: Path
    oracle: Oracle
    clock: TestClock = field(default_factory=TestClock)
    archive: Archive | None = None

    @property
    def home(self) -> Home:
        return Home(self.folder)

    @property
    def logs(self) -> list[LogFolder]:
        return all_folders(self.home.logs)

    def power_on(self) -> None:
        """Raises `Taken`, OSError or sqlite3.Error: what the terminal turns into its sentence."""
        self.clock.reboot()
        self.archive = Archive(self.home.logs, "board-1", lambda _: dict(START))
        try:
            self.archive.begin(self.clock.now())
        except NotRecorded:
            return  # the screen stands all the same, and tries again at each press

    def vote(self, times: int) -> None:
        assert self.archive
        for _ in range(times):
            word = f"vote-{len(self.oracle.thanked) + len(self.oracle.sorry)}"
            try:
                place = self.archive.append("vote", self.clock.now(), partial(self._said, word))
            except NotRecorded:
                self.oracle.sorry.add(word)
            else:
                self.oracle.thanked[word] = (place.log, place.seq)

    def _said(self, word: str, place: Place) -> dict[str, object]:
        rating = 1 + int(word.split("-")[1]) % 5
        return {"visit": place.seq, "question": word, "rating": rating, "lang": "vi", "via": "button"}

    def a_minute_passes(self) -> None:
        assert self.archive
        keeper = Keeper(self.archive, self.clock.now, self._rest)
        keeper._pause = lambda: None  # type: ignore[method-assign]  # all day is one moment here
        keeper.round()
        self._rest()

    def _rest(self) -> None:
        assert self.archive
        try:
            self.archive.rest(self.clock.now())
        except NotRecorded:
            return

    def seal(self) -> None:
        from datetime import date

        assert self.archive
        log, stamp = self.archive.log, self.clock.now()
        body = seal_body(log.head.seq, log.head.hash, log.key, date(2026, 11, 20), stamp)
        self.archive.append("seal", stamp, body)
        mark = Mark(body["seq"], bytes.fromhex(body["hash"]))
        write_mark(log.folder.sealed, mark, text=seal_text(from_body(body)))

    def deliver(self, house: House, rounds: int = 1) -> dict[str, Told]:
        """What the courier tells of each log at the end."""
        ward = self.home.ward()
        if ward is None:
            return {"": Told("NOT_ENROLLED")}
        told: dict[str, Told] = {}
        for _ in range(rounds):
            told |= Courier(Kit(self.home, ward, Hallway(house), self.clock)).round(contact=True, everything=True).told
        return told

    def off(self) -> None:
        """The plug is pulled; what an open connection would still write is not written."""
        if self.archive:
            self.archive.close()
            self.archive = None


@dataclass
class Base:
    """A kiosk and its ward before the fault, to be copied for every run."""

    card: Path
    ward: Path
    oracle: Oracle
    stamp: Stamp
    settings: Settings

    def copy(self, to: Path) -> tuple[Card, House]:
        shutil.copytree(self.card, to / "card")
        (to / "ward").mkdir()
        for file in ("ward.sqlite", "ward.key", "ca.pem"):
            shutil.copyfile(self.ward / file, to / "ward" / file)
        oracle = Oracle(dict(self.oracle.thanked), set(self.oracle.sorry))
        engine = open_engine(to / "ward" / "ward.sqlite")
        house = House(to / "ward", self.settings, load(to / "ward" / "ward.key"), engine, lambda: NOW)
        return Card(to / "card", oracle, TestClock(self.stamp)), house


def make_base(folder: Path, votes_before: int, delivered: bool, noted: bool, votes_after: int) -> Base:
    """Votes, perhaps delivered, sealed and noted; then more, which only the write-ahead log holds; then a power cut."""
    found(folder / "ward", "phường An Bình (dữ liệu mẫu)", Release.IMMEDIATE, ("localhost",), lambda: NOW)
    settings = Settings("phường An Bình (dữ liệu mẫu)", Release.IMMEDIATE)
    key, engine = load(folder / "ward" / "ward.key"), open_engine(folder / "ward" / "ward.sqlite")
    house = House(folder / "ward", settings, key, engine, lambda: NOW)
    card = Card(folder / "card", Oracle())
    card.home.prepare()
    card.power_on()
    card.vote(votes_before)
    card.off()  # an orderly end: what was written so far goes from the write-ahead log into the database
    card.power_on()
    with writing(engine) as db:
        code = issue(db, house, add_kiosk(db, "Quầy 1", NOW))
    enrol(card.home, Pending("https://ward.example", str(code)), lambda *_: Hallway(house))
    if delivered:
        card.deliver(house, 2)
    if noted:
        card.a_minute_passes()
        card.seal()
    card.vote(votes_after)
    shutil.copytree(card.folder, folder / "cut")  # as the power cut leaves it: the connection never closed
    card.off()
    engine.dispose()
    return Base(folder / "cut", folder / "ward", card.oracle, card.clock.stamp, settings)


def counted(house: House) -> list[str]:
    """The word of every vote that the ward counts."""
    with house.engine.connect() as db:
        return list(db.execute(select(votes.c.question).where(votes.c.counted, votes.c.kind == "vote")).scalars())


def known(house: House, log: str) -> int:
    """The furthest place of a log that the ward has heard of."""
    with house.engine.connect() as db:
        row = db.execute(select(logs.c.have, logs.c.tip_seq).where(logs.c.id == log)).first()
    return max(row) if row else 0


def finding_kinds(house: House) -> set[str]:
    with house.engine.connect() as db:
        return set(db.execute(select(findings.c.kind)).scalars())


def furthest_mark(folder: LogFolder) -> int:
    marks = [read_mark(file) for file in (folder.alive, folder.acked, folder.sealed)]
    return max((mark.seq for mark in marks if mark), default=0)
