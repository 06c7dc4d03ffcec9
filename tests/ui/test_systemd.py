"""What systemd hears of the whole terminal: ready when it is really shown, and alive as long as its screen turns."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.systemd import Systemd
from tests.systemd_double import SystemdDouble
from tests.ui.reel import Reel
from tests.ui.running import Running

NO_TIME = 0.004  # s: the screen's loop looks at every frame


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[SystemdDouble]:
    double = SystemdDouble(tmp_path / "notify", watchdog=NO_TIME)
    yield double
    double.close()


@pytest.fixture
def running(hand: Any, reel: Reel, tmp_path: Path, systemd: SystemdDouble) -> Iterator[Running]:
    terminal = Running(tmp_path, hand, reel, simulate=True, systemd=Systemd(systemd.environ))
    yield terminal
    terminal.end()


def test_it_is_ready_and_then_alive_as_long_as_the_screen_turns(running: Running, systemd: SystemdDouble) -> None:
    heard: list[str] = []

    def is_ready() -> bool:
        heard.extend(systemd.heard())
        return "READY=1" in heard

    running.until(is_ready)
    assert heard[:2] == ["READY=1", "STATUS=Running."]
    for _ in range(2):
        running.until(lambda: "WATCHDOG=1" in systemd.heard())


def test_a_frozen_screen_is_not_fed_though_the_booth_lives(running: Running, systemd: SystemdDouble) -> None:
    running.until(lambda: "WATCHDOG=1" in systemd.heard())
    running.press("5")
    systemd.heard()
    answered: list[int] = []
    running.terminal._booth.ping(lambda: answered.append(1))
    while not answered:  # the booth's own thread; no frame is drawn here
        pass
    assert systemd.heard() == []


def test_an_end_is_told(hand: Any, reel: Reel, tmp_path: Path, systemd: SystemdDouble) -> None:
    running = Running(tmp_path, hand, reel, simulate=True, systemd=Systemd(systemd.environ))
    running.end()
    assert "STOPPING=1" in systemd.heard()
