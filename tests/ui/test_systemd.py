"""What systemd hears of the whole terminal: ready when it is really shown, and alive as long as its screen turns."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from kiosk.systemd import Systemd
from tests.systemd_double import SystemdDouble
from tests.ui.reel import Reel
from tests.ui.running import Running

WATCHDOG = 20.0  # s


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[SystemdDouble]:
    double = SystemdDouble(tmp_path / "notify", WATCHDOG)
    yield double
    double.close()


@pytest.fixture
def running(hand: Any, reel: Reel, tmp_path: Path, systemd: SystemdDouble) -> Iterator[Running]:
    terminal = Running(tmp_path, hand, reel, simulate=True, systemd=Systemd(systemd.environ))
    yield terminal
    terminal.end()


def turn_until(running: Running, systemd: SystemdDouble, state: str) -> list[str]:
    """Everything that was said until then."""
    heard: list[str] = []

    def has_come() -> bool:
        heard.extend(systemd.heard())
        return state in heard

    running.until(has_come)
    return heard


def test_it_is_ready_and_then_alive_within_half_the_watchdogs_time(
    running: Running, systemd: SystemdDouble, reel: Reel
) -> None:
    assert turn_until(running, systemd, "READY=1") == ["READY=1", "STATUS=Running."]
    for _ in range(3):
        reel.turn_for(WATCHDOG / 2)
        assert "WATCHDOG=1" in systemd.heard()
        wait_for_the_booth(running)


def test_a_frozen_screen_is_not_fed_though_the_booth_lives(running: Running, systemd: SystemdDouble) -> None:
    turn_until(running, systemd, "WATCHDOG=1")
    running.press("5")
    systemd.heard()
    running.pass_time(10 * WATCHDOG)
    wait_for_the_booth(running)  # the booth's own thread; no frame is turned here
    assert systemd.heard() == []


def test_a_booth_that_hangs_is_not_fed_though_the_screen_turns(
    running: Running, systemd: SystemdDouble, reel: Reel
) -> None:
    turn_until(running, systemd, "WATCHDOG=1")
    disk = Event()
    running.terminal._booth.ping(lambda: (disk.wait(60), None)[1])  # as a write that does not come back
    reel.turn_for(WATCHDOG / 2)
    systemd.heard()
    reel.turn_for(2 * WATCHDOG)
    assert systemd.heard() == []
    disk.set()
    turn_until(running, systemd, "WATCHDOG=1")


def test_an_end_is_told(hand: Any, reel: Reel, tmp_path: Path, systemd: SystemdDouble) -> None:
    running = Running(tmp_path, hand, reel, simulate=True, systemd=Systemd(systemd.environ))
    running.end()
    assert "STOPPING=1" in systemd.heard()


def wait_for_the_booth(running: Running) -> None:
    answered = Event()
    running.terminal._booth.ping(answered.set)
    assert answered.wait(30)
