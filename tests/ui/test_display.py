"""The display may come late, and as whichever card."""

from pathlib import Path

import pytest

from kiosk.ui.display import LIMIT, LOOK, is_there, needs_kernel_display, wait_until


def plug(root: Path, connector: str, status: str = "connected", node: bool = True) -> None:
    (root / "sys/class/drm" / connector).mkdir(parents=True)
    (root / "sys/class/drm" / connector / "status").write_text(f"{status}\n")
    (root / "dev/dri").mkdir(parents=True, exist_ok=True)
    if node:
        (root / "dev/dri" / connector.split("-", maxsplit=1)[0]).touch()


@pytest.mark.parametrize("connector", ["card0-HDMI-A-1", "card1-DSI-1", "card7-Virtual-1"])
def test_any_card_with_a_connected_screen_will_do(connector: str, tmp_path: Path) -> None:
    plug(tmp_path, "card2-HDMI-A-2", "disconnected")
    assert not is_there(tmp_path)
    plug(tmp_path, connector)
    assert is_there(tmp_path)


def test_a_card_that_udev_has_not_made_yet_is_none(tmp_path: Path) -> None:
    plug(tmp_path, "card0-DSI-1", node=False)
    assert not is_there(tmp_path)


def test_a_machine_without_graphics_has_none(tmp_path: Path) -> None:
    assert not is_there(tmp_path)


def test_it_is_waited_for_and_not_longer_than_needed() -> None:
    looks = iter([False, False, True])
    paused: list[float] = []
    assert wait_until(lambda: next(looks), paused.append)
    assert paused == [LOOK, LOOK]


def test_the_wait_ends(tmp_path: Path) -> None:
    paused: list[float] = []
    assert not wait_until(lambda: is_there(tmp_path), paused.append)
    assert sum(paused) == LIMIT


@pytest.mark.parametrize(("environ", "needed"), [
    ({}, True), ({"DISPLAY": ":0"}, False), ({"WAYLAND_DISPLAY": "wayland-0"}, False), ({"DISPLAY": ""}, True),
    ({"SDL_VIDEODRIVER": "x11,wayland,kmsdrm"}, True), ({"SDL_VIDEODRIVER": "offscreen"}, False),
])  # fmt: skip
def test_x_and_wayland_are_there_or_not(environ: dict[str, str], needed: bool) -> None:
    assert needs_kernel_display(environ) is needed
