"""As a service the terminal waits for its display before anything else; at a desk it does not."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.settings import Settings
from kiosk.systemd import Systemd
from kiosk.terminal import Terminal, Wishes
from kiosk.ui.display import LIMIT
from kiosk.ui.environment import Display
from tests.systemd_double import SystemdDouble

ON_THE_KERNELS_DISPLAY = Display((800, 480), fullscreen=True)


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[SystemdDouble]:
    double = SystemdDouble(tmp_path / "notify")
    yield double
    double.close()


@pytest.fixture
def waited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Each wait, and whether there was a log by then: it is 45 s of real time."""
    waits: list[bool] = []
    monkeypatch.setattr("kiosk.service.wait_until", lambda *_: waits.append((tmp_path / "logs").exists()))
    for name in {"DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"} & set(os.environ):
        monkeypatch.delenv(name)
    return waits


def begin(folder: Path, display: Display, environ: dict[str, str]) -> None:
    terminal = Terminal(Settings(data=folder), Wishes(display, simulate=True), systemd=Systemd(environ))
    terminal.start()
    terminal.end()


def test_a_service_waits_before_there_are_buttons_and_asks_for_the_time(
    tmp_path: Path, systemd: SystemdDouble, waited: list[bool]
) -> None:
    begin(tmp_path, ON_THE_KERNELS_DISPLAY, systemd.environ)
    assert waited == [False]
    extended, status = systemd.heard()[:2]
    assert int(extended.removeprefix("EXTEND_TIMEOUT_USEC=")) > LIMIT * 1e6
    assert status == "STATUS=Waiting for the display."


@pytest.mark.parametrize(
    ("display", "more"),
    [(Display((800, 480), offscreen=True), {}), (ON_THE_KERNELS_DISPLAY, {"DISPLAY": ":0"})],
)
def test_where_no_card_is_needed_none_is_waited_for(
    display: Display,
    more: dict[str, str],
    tmp_path: Path,
    systemd: SystemdDouble,
    waited: list[bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in more.items():
        monkeypatch.setenv(name, value)
    begin(tmp_path, display, systemd.environ)
    assert waited == []


def test_at_a_desk_the_technician_sees_at_once_that_there_is_none(tmp_path: Path, waited: list[bool]) -> None:
    begin(tmp_path, ON_THE_KERNELS_DISPLAY, {})
    assert waited == []
