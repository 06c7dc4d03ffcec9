"""A ward that only ever sees sticks, and what a technician does with one."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from kiosk.votelog.marks import read_mark
from sync.carry import Carrier, export_to
from sync.enrol import line_of_logs
from sync.introduce import introduction
from sync.outcomes import Outcome, Told
from sync.pinned import Ward
from sync.ward.carry import Importer
from sync.ward.codes import add_kiosk
from sync.ward.enrolment import Enroller, Introduction
from sync.ward.house import House, enter, found
from sync.ward.report import Report
from sync.ward.settings import Release
from sync.ward.store.engine import writing
from sync.ward.web.serving import open_writer
from sync.wire import Enrolment
from tests.sync.conftest import Kiosk

NOW = 1_795_000_000_000


class Office:
    """A ward that only ever sees sticks."""

    def __init__(self, house: House, now: list[int]) -> None:
        self.house, self.now = house, now

    def knows(self, kiosk: Kiosk, name: str = "Quầy 1") -> None:
        """As after an enrolment, without the way there."""
        first = introduction(line_of_logs(kiosk.home)[0])
        with writing(self.house.engine) as db:
            enroller = Enroller(self.house)
            enroller.let_in(db, Introduction(first.read(Enrolment), "test"), add_kiosk(db, name, self.now[0]))
        identity = self.house.identity
        kiosk.home.pin(Ward("http://127.0.0.1:1", identity.key, identity.ca, name))

    def imports(self, *places: Path, receipts: Path | None = None) -> list[Report]:
        with open_writer(self.house) as writer:
            importer = Importer(self.house, writer)
            reports = list(importer.take(places))
            list(importer.write_receipts(receipts))
        return reports

    def lines(self, log: str) -> list[str]:
        with closing(sqlite3.connect(self.house.folder / "ward.sqlite")) as db:
            return [line for (line,) in db.execute("select line from entries where log = ? order by seq", (log,))]

    def rows(self, query: str) -> list[tuple]:
        with closing(sqlite3.connect(self.house.folder / "ward.sqlite")) as db:
            return db.execute(query).fetchall()


def new_office(folder: Path) -> Iterator[Office]:
    now = [NOW]
    found(folder, "phường An Bình (dữ liệu mẫu)", Release.IMMEDIATE, ("localhost",), lambda: now[0])
    with enter(folder, lambda: now[0]) as house:
        yield Office(house, now)


def export(kiosk: Kiosk, stick: Path, *, everything: bool = False) -> list[Told]:
    return export_to(stick, Carrier(kiosk.home, kiosk.clock), kiosk.home, everything=everything)


def names(stick: Path) -> list[str]:
    return sorted(file.name for file in stick.iterdir())


def outcomes(told: list[Told]) -> list[Outcome]:
    return [one.meant for one in told]


def acked(kiosk: Kiosk, log: str = "") -> int:
    mark = read_mark(kiosk.home.logs / (log or kiosk.log) / "acked.json")
    return mark.seq if mark else 0
