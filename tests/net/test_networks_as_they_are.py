"""A backlog arrives once and in order through every network that lets anything through, and the sentence is right.

`./setup.sh test net long`: 100 000 entries through each, which is mostly waiting. The short form sends as many as each
network carries in a few minutes: an entry is about 16 bytes on the wire, so that 16 kbit/s needs a minute for 10 000.
"""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest

from sync.outcomes import Outcome
from sync.ward.certificates import read_pair
from tests.net.town import Town
from tests.net.wire import NAME, Wire, ip, name_service
from tests.sync.certificates import Authority, make_ca

LONG = os.environ.get("HAILONG_NET") == "long"
MANY = 100_000 if LONG else 20_000
PATIENCE = 4 * 3600 if LONG else 900  # s

pytestmark = [pytest.mark.slow, pytest.mark.timeout(PATIENCE + 300)]

GROWTH = 8 * 1024  # KiB: a batch of 5000 lines is about 1.2 MB, and held twice or three times while it is packed

Note = Callable[[str, object], None]
NewTown = Callable[..., Town]
Closed = Callable[[Town], AbstractContextManager[None]]


@contextmanager
def noted(town: Town, network: str, note: Note, sentence: str = "-") -> Iterator[None]:
    """What is inside delivers everything; measured, checked and put into the table."""
    before, began = town.wire.bytes, time.monotonic()
    yield
    seconds, lost, twice = time.monotonic() - began, *town.lost_and_twice()
    growth = town.peak - town.first
    row = {
        "network": network, "entries": town.tip(), "seconds": round(seconds), "requests": len(town.requests()),
        "bytes": town.wire.bytes - before, "memory": f"+{growth} KiB", "sentence": sentence[:60],
        "lost": lost, "twice": twice,
    }  # fmt: skip
    for column, value in row.items():
        note(column, value)
    assert (lost, twice) == (0, 0)
    assert growth < GROWTH


SLOW: dict[str, tuple[int, dict[str, float]]] = {
    "healthy": (MANY, {}),
    "30 % loss each way": (MANY if LONG else 3_000, {"loss": 0.3}),
    "2 s delay each way": (MANY, {"delay": 2.0}),
    "16 kbit/s": (MANY if LONG else 10_000, {"rate": 2000.0}),
}


@pytest.mark.parametrize("network", SLOW)
def test_a_slow_or_lossy_line_delivers_all(network: str, new_town: NewTown, wire: Wire, record_property: Note) -> None:
    entries, shape = SLOW[network]
    town = new_town(entries)
    town.start_ward()
    town.enrol()
    for name, value in shape.items():
        setattr(wire, name, value)
    with noted(town, network, record_property), town.courier():
        town.wait_for_all(PATIENCE)


# What lets nothing through: the sentence, and then everything arrives by itself.


@contextmanager
def no_name(town: Town) -> Iterator[None]:
    name_service(town.wire.kiosk, works=False)
    yield
    name_service(town.wire.kiosk, works=True)


@contextmanager
def cable_pulled(town: Town) -> Iterator[None]:
    ip("-n", town.wire.kiosk, "link", "set", town.wire.kiosk, "down")
    yield
    ip("-n", town.wire.kiosk, "link", "set", town.wire.kiosk, "up")


@contextmanager
def swallowed(town: Town) -> Iterator[None]:
    town.wire.cut = True
    yield
    town.wire.cut = False


@contextmanager
def nobody(town: Town) -> Iterator[None]:
    town.stop_ward()
    yield
    town.start_ward()


def instead(*words: object) -> Closed:
    """Another server at the ward's address."""

    @contextmanager
    def answers(town: Town) -> Iterator[None]:
        town.stop_ward()
        town.start_stranger(*(word(town) if callable(word) else word for word in words))
        yield
        town.stop_ward(kill=True)
        town.start_ward()

    return answers


def certificate(address: str = NAME, since: int = -1, until: int = 30) -> Callable[[Town], Path]:
    """Signed by the ward's own authority."""

    def made(town: Town) -> Path:
        pair = read_pair(town.ward_data / "ca.pem", town.ward_data / "ca.key")
        Authority(pair.certificate, pair.key).server(town.folder, address, since, until)
        return town.folder / "server.pem"

    return made


def foreign(town: Town) -> Path:
    make_ca().server(town.folder, NAME)
    return town.folder / "server.pem"


CLOSED: dict[str, tuple[Closed, Outcome, bool]] = {
    "DNS gone": (no_name, Outcome.NO_NAME, True),
    "cable pulled": (cable_pulled, Outcome.NO_NETWORK, True),
    "every packet swallowed": (swallowed, Outcome.TIMED_OUT, True),
    "ward switched off": (nobody, Outcome.NOBODY, True),
    "login page, 302": (instead("login"), Outcome.REDIRECTED, False),
    "login page, 200": (instead("page"), Outcome.FOREIGN_PAGE, False),
    "proxy that opens TLS": (instead("login", foreign), Outcome.CERTIFICATE_FOREIGN, True),
    "proxy without TLS": (instead("login"), Outcome.TLS_FAILED, True),
    "TLS expired": (instead("page", certificate(since=-20, until=-10)), Outcome.CERTIFICATE_DATES, True),
    "TLS not yet valid": (instead("page", certificate(since=10, until=20)), Outcome.CERTIFICATE_DATES, True),
    "TLS of another name": (instead("page", certificate("other.test")), Outcome.CERTIFICATE_NAME, True),
}


@pytest.mark.parametrize("network", CLOSED)
def test_a_closed_road_is_named_and_delivers_all_when_it_opens(
    network: str, new_town: NewTown, record_property: Note
) -> None:
    closed, outcome, tls = CLOSED[network]
    town = new_town(MANY, tls=tls)
    town.start_ward()
    town.enrol()
    with ExitStack() as fault:
        fault.enter_context(closed(town))
        running = fault.enter_context(ExitStack())
        running.enter_context(town.courier())
        sentence = town.wait_for_trouble(outcome)
        assert town.acked() == 0
        going_on = running.pop_all()
    with going_on, noted(town, network, record_property, f"{outcome.name}: {sentence}"):
        town.wait_for_all(PATIENCE)


def test_a_peer_that_vanishes_in_the_middle(new_town: NewTown, wire: Wire, record_property: Note) -> None:
    """Half-open: no packet says that the connection is over."""
    town = new_town(MANY)
    town.start_ward()
    town.enrol()
    wire.cut_after = 400_000
    with town.courier():
        sentence = town.wait_for_trouble(Outcome.TIMED_OUT)
        town.stop_ward(kill=True)  # it forgets the connection; the kiosk does not
        wire.heal()
        town.start_ward()
        with noted(town, "half-open in a batch", record_property, f"TIMED_OUT: {sentence}"):
            town.wait_for_all(PATIENCE)


def test_a_connection_that_died_while_idle(new_town: NewTown, wire: Wire, record_property: Note) -> None:
    town = new_town(5_000)
    town.start_ward()
    town.enrol()
    with town.courier():
        town.wait_for_all(PATIENCE)
        wire.cut = True
        town.stop_ward(kill=True)
        more_votes(town)
        sentence = town.wait_for_trouble(Outcome.TIMED_OUT)
        wire.heal()
        town.start_ward()
        with noted(town, "half-open between batches", record_property, f"TIMED_OUT: {sentence}"):
            town.wait_for_all(PATIENCE)


def more_votes(town: Town) -> None:
    from kiosk.clock import SystemClock
    from kiosk.votelog.archive import Archive

    archive = Archive(town.data / "logs", None, lambda _: {"ended": "first"})
    archive.begin(SystemClock(battery=False).now())
    archive.close()


def test_a_ward_killed_in_the_middle_of_batches(new_town: NewTown, wire: Wire, record_property: Note) -> None:
    town = new_town(MANY)
    town.start_ward()
    town.enrol()
    with noted(town, "ward killed in 5 batches", record_property, "BROKEN_OFF or NOBODY"), town.courier():
        for _ in range(5):
            passed = wire.bytes + 150_000  # in the second batch or later
            town.wait(lambda passed=passed: wire.bytes > passed, 60, "a batch")
            town.stop_ward(kill=True)
            town.wait(lambda: town.told().meant in (Outcome.BROKEN_OFF, Outcome.NOBODY), 60, "trouble")
            town.start_ward()
        town.wait_for_all(PATIENCE)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "none", place], check=True)
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_a_ward_whose_disk_is_full(new_town: NewTown, small_disk: Path, record_property: Note) -> None:
    town = new_town(MANY, ward=small_disk / "ward")
    town.start_ward()
    town.enrol()
    with town.courier():
        sentence = town.wait_for_trouble(Outcome.WARD_FULL)
        assert 0 < town.acked() < town.tip()
        with noted(town, "ward's disk full", record_property, f"WARD_FULL: {sentence}"):
            subprocess.run(["mount", "-o", "remount,size=400m", small_disk], check=True)
            town.wait_for_all(PATIENCE)
