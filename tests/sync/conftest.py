"""A kiosk with a real log, a real HTTP server that can behave badly, and time that the test moves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from kiosk.entry import Stamp
from kiosk.votelog.archive import Archive
from kiosk.votelog.log import Place
from sync import tls
from sync.courier import Courier
from sync.enrol import OpenRoad, road_to
from sync.home import Home
from sync.log_courier import Kit
from sync.pinned import Ward
from sync.post import Post
from tests.sync.bad_ward import BadWard, serving
from tests.sync.certificates import make_ca
from tests.sync.ward_double import WardDouble

if TYPE_CHECKING:
    from tests.sync.office import Office

TIMEOUTS = (5.0, 5.0)
HASTY = (5.0, 0.3)  # for a ward that never answers
BEGIN = Stamp("boot-1", 100_000, 1_790_000_000_000, "synced")


@dataclass
class TestClock:
    """Every look at it is 1 ms later, so that an echo has a width."""

    __test__ = False
    stamp: Stamp = BEGIN

    def now(self) -> Stamp:
        self.pass_time(1)
        return self.stamp

    def pass_time(self, ms: int) -> None:
        self.stamp = replace(self.stamp, mono=self.stamp.mono + ms, wall=self.stamp.wall + ms)

    def reboot(self) -> None:
        self.stamp = replace(self.stamp, boot=self.stamp.boot + "'", mono=5_000)


def vote(place: Place) -> dict[str, object]:
    return {"visit": place.seq, "question": "procedure", "rating": 5, "lang": "vi", "via": "button"}


@dataclass
class Kiosk:
    """What a test does to a kiosk."""

    home: Home
    clock: TestClock = field(default_factory=TestClock)
    archive: Archive | None = None

    def start(self, serial: str = "board-1") -> "Kiosk":
        if self.archive:
            self.archive.close()
        self.archive = Archive(self.home.logs, serial, lambda _: {"ended": "first"})
        self.archive.begin(self.clock.now())
        return self

    def vote(self, times: int = 1) -> "Kiosk":
        assert self.archive
        for _ in range(times):
            self.archive.append("vote", self.clock.now(), vote)
        return self

    def succeed(self, why: str = "moved") -> "Kiosk":
        """Another log begins here."""
        assert self.archive
        self.archive.doubt(why)
        self.archive.rest(self.clock.now())
        return self

    @property
    def log(self) -> str:
        assert self.archive
        return self.archive.log.folder.log

    def open_road(self, timeouts: tuple[float, float] = TIMEOUTS) -> OpenRoad:
        synced = lambda: self.clock.stamp.clock != "unsynced"  # noqa: E731
        return lambda address, context: Post(address, context, synced, timeouts)

    def enrolled(self, ward: WardDouble, url: str) -> "Kiosk":
        """As after `kiosk-sync enrol`, without the way there."""
        assert self.archive
        ward.let_in(bytes(self.archive.log.key.verify_key))
        self.home.pin(Ward(url, ward.identity.key, ward.identity.ca, "Quầy 1"))
        return self

    def courier(self, timeouts: tuple[float, float] = TIMEOUTS) -> Courier:
        ward = self.home.ward()
        assert ward
        return Courier(Kit(self.home, ward, road_to(ward, self.open_road(timeouts)), self.clock))


@pytest.fixture(scope="session")
def ca() -> str:
    return make_ca().pem


@pytest.fixture
def ward(ca: str) -> WardDouble:
    return WardDouble(ca)


@pytest.fixture
def server(ward: WardDouble) -> Iterator[BadWard]:
    with serving(BadWard(ward)) as running:
        yield running


@pytest.fixture
def new_kiosk(tmp_path: Path) -> Iterator[Callable[[], Kiosk]]:
    made: list[Kiosk] = []

    def make() -> Kiosk:
        made.append(Kiosk(Home(tmp_path / f"kiosk{len(made)}")))
        made[-1].home.prepare()
        return made[-1]

    yield make
    for kiosk in made:
        if kiosk.archive:
            kiosk.archive.close()


@pytest.fixture
def kiosk(new_kiosk: Callable[[], Kiosk], ward: WardDouble, server: BadWard) -> Kiosk:
    """Enrolled, with a start and 7 votes in its log."""
    return new_kiosk().start().vote(7).enrolled(ward, server.url)


@pytest.fixture
def office(tmp_path: Path) -> Iterator["Office"]:
    from tests.sync.office import new_office  # it imports this file

    yield from new_office(tmp_path / "ward")


@pytest.fixture
def stick() -> Iterator[Path]:
    """In memory: a stick is flushed after every file."""
    with TemporaryDirectory(dir="/dev/shm") as folder:
        (Path(folder) / "stick").mkdir()
        yield Path(folder) / "stick"


@pytest.fixture
def carried(new_kiosk: Callable[[], Kiosk], office: "Office") -> Kiosk:
    """A kiosk without a network, with a start and 7 votes."""
    kiosk = new_kiosk().start().vote(7)
    office.knows(kiosk)
    return kiosk


def lines_of(kiosk: Kiosk, log: str) -> list[str]:
    """What the log really holds, read past our own reader."""
    import sqlite3

    with sqlite3.connect(kiosk.home.logs / log / "log.db") as db:
        rows = [line for (line,) in db.execute("select line from entries order by seq")]
    db.close()
    return rows


__all__ = ["Kiosk", "TestClock", "lines_of", "tls"]
