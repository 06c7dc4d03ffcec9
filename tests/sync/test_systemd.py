"""systemd hears that the courier runs, and of nothing that only seems to."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.systemd import Systemd
from sync.post import Answer
from sync.pulse import SILENT, BeatingRoad, Pulse
from sync.run import _feed
from sync.service import Pause
from tests.sync.conftest import Kiosk
from tests.sync.test_the_command import Technician
from tests.systemd_double import SystemdDouble

PATIENCE = 20  # s


class Hands:
    """A clock that a test turns."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[SystemdDouble]:
    double = SystemdDouble(tmp_path / "notify", watchdog=1)
    yield double
    double.close()


def test_a_courier_that_rests_lives_however_long_it_rests(hands: Hands, systemd: SystemdDouble) -> None:
    pulse = Pulse(hands)

    def wait(_: Pause) -> bool:
        hands.now += 10 * SILENT
        _feed(Systemd(systemd.environ), pulse)
        return False

    assert pulse.resting(wait)(Pause(1)) is False
    assert systemd.heard() == ["WATCHDOG=1"]
    hands.now += SILENT
    _feed(Systemd(systemd.environ), pulse)  # the round that follows is a round
    assert systemd.heard() == []


def test_a_courier_that_neither_rests_nor_gets_on_is_fed_no_more(hands: Hands, systemd: SystemdDouble) -> None:
    pulse = Pulse(hands)
    pulse.rest()
    pulse.beat()
    hands.now = SILENT - 1
    _feed(Systemd(systemd.environ), pulse)
    assert systemd.heard() == ["WATCHDOG=1"]
    hands.now = SILENT
    _feed(Systemd(systemd.environ), pulse)
    assert systemd.heard() == []


class Slow:
    """A road on which every exchange takes as long as one may."""

    address = "https://ward"

    def __init__(self, hands: Hands, fails: bool) -> None:
        self._hands, self._fails = hands, fails

    def get(self, path: str) -> Answer:
        return self.post(path, b"", {})

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        self._hands.now += SILENT - 1
        if self._fails:
            raise OSError
        return Answer(200, b"")


@pytest.mark.parametrize("fails", [False, True])
def test_a_long_round_of_slow_requests_is_alive(hands: Hands, fails: bool) -> None:
    pulse = Pulse(hands)
    road = BeatingRoad(Slow(hands, fails), pulse)
    for ask in (lambda: road.get("/"), lambda: road.post("/", b"", {})):
        try:
            ask()
        except OSError:
            assert fails
        assert pulse.is_felt()


def test_run_tells_systemd_how_it_is(
    kiosk: Kiosk, tmp_path: Path, systemd: SystemdDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in systemd.environ.items():
        monkeypatch.setenv(name, value)
    running = Technician(kiosk, tmp_path).start("run")
    heard: list[str] = []
    end = time.monotonic() + PATIENCE
    while not {"READY=1", "WATCHDOG=1", "STATUS=Every entry is at the ward."} <= set(heard):
        assert time.monotonic() < end, heard
        heard += systemd.heard()
        time.sleep(0.02)  # another process
    assert heard.index("READY=1") < heard.index("WATCHDOG=1")
    running.send_signal(signal.SIGTERM)
    assert running.wait(PATIENCE) == 0
    running.communicate()
    assert "STOPPING=1" in systemd.heard()
