"""Votes on a stick: from the kiosk's log to the ward's, and the receipt back. Both ends are the real ones."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.votelog.marks import read_mark
from sync.carry import Carrier, export_to
from sync.home import Ward
from sync.outcomes import Outcome, Told
from sync.ward.carry import Importer
from sync.ward.codes import add_kiosk
from sync.ward.enrolment import Enroller, Introduction
from sync.ward.house import House, enter, found
from sync.ward.report import Report
from sync.ward.settings import Release
from sync.ward.store.engine import writing
from sync.ward.web.serving import open_writer
from tests.sync.conftest import Kiosk, lines_of

NOW = 1_795_000_000_000


class Office:
    """A ward that only ever sees sticks."""

    def __init__(self, house: House, now: list[int]) -> None:
        self.house, self.now = house, now

    def knows(self, kiosk: Kiosk, name: str = "Quầy 1") -> None:
        """As after an enrolment, without the way there."""
        from sync.enrol import line_of_logs
        from sync.introduce import introduction
        from sync.wire import Enrolment

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


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    yield from new_office(tmp_path / "ward")


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


@pytest.fixture
def carried(new_kiosk: Callable[[], Kiosk], office: Office) -> Kiosk:
    """A kiosk without a network, with a start and 7 votes."""
    kiosk = new_kiosk().start().vote(7)
    office.knows(kiosk)
    return kiosk


def export(kiosk: Kiosk, stick: Path, *, everything: bool = False) -> list[Told]:
    return export_to(stick, Carrier(kiosk.home, kiosk.clock), kiosk.home, everything=everything)


def names(stick: Path) -> list[str]:
    return sorted(file.name for file in stick.iterdir())


def outcomes(told: list[Told]) -> list[Outcome]:
    return [one.meant for one in told]


def acked(kiosk: Kiosk, log: str = "") -> int:
    mark = read_mark(kiosk.home.logs / (log or kiosk.log) / "acked.json")
    return mark.seq if mark else 0


def test_there_and_back(carried: Kiosk, office: Office, stick: Path) -> None:
    (told,) = export(carried, stick)
    assert (told.meant, told.facts) == (Outcome.CARRIED, {"n": 8, "files": 1})
    (file,) = names(stick)
    assert file == f"quay-1_01-{carried.log[:8]}_0000001-0000008_20260921.hlb"
    assert acked(carried) == 0
    (report,) = office.imports(stick)
    assert (report.ok, report.text) == (True, f"{file}: 8 new entries of Quầy 1 (log {carried.log[:8]}), 8 in all")
    assert office.lines(carried.log) == lines_of(carried, carried.log)
    assert set(names(stick)) == {file, f"quay-1_{carried.log[:8]}.hlr"}
    told = export(carried, stick)
    assert outcomes(told) == [Outcome.RECEIPT_TAKEN, Outcome.NOTHING_TO_CARRY]
    assert acked(carried) == 8
