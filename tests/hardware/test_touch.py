"""Touch panels are told from everything else that has axes or keys, by what a 64-bit kernel says of each."""

from pathlib import Path

import pytest

from hardware.touch import TouchPanel, touch_panels

# abs, key, properties, as in /sys/class/input/eventN/device
FT5406 = ("260800000000003", "400 0 0 0 0 0", "2")  # the 7-inch panel: protocol B, direct
GOODIX = ("265800000000003", "400 0 0 0 0 0", "2")
OLD_DRIVER = ("265800000000003", "400 0 0 0 0 0", "0")  # says no property at all
ADS7846 = ("1000003", "400 0 0 0 0 0", "0")  # resistive: one finger
TOUCHPAD = ("2e0800000000003", "e520 10000 0 0 0 0", "5")  # needs a pointer
KEYBOARD = ("0", "1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe", "0")
JOYSTICK = ("3003f", "7cdb000000000000 0 0 0 0", "0")
MOUSE = ("0", "70000 0 0 0 0", "0")


def plug(root: Path, name: str, device: tuple[str, str, str], node: bool = True) -> None:
    folder = root / "sys/class/input" / name / "device"
    (folder / "capabilities").mkdir(parents=True)
    for file, text in zip(("capabilities/abs", "capabilities/key", "properties"), device, strict=True):
        (folder / file).write_text(f"{text}\n")
    (root / "dev/input").mkdir(parents=True, exist_ok=True)
    if node:
        (root / "dev/input" / name).touch()


@pytest.mark.parametrize("device", [TOUCHPAD, KEYBOARD, JOYSTICK, MOUSE])
def test_what_is_no_panel_is_left_alone(device: tuple[str, str, str], tmp_path: Path) -> None:
    plug(tmp_path, "event0", device)
    assert touch_panels(tmp_path) == []


@pytest.mark.parametrize(("device", "fingers"), [(FT5406, True), (GOODIX, True), (OLD_DRIVER, True), (ADS7846, False)])
def test_a_panel_is_found_among_others(device: tuple[str, str, str], fingers: bool, tmp_path: Path) -> None:
    plug(tmp_path, "event0", KEYBOARD)
    plug(tmp_path, "event11", device)
    assert touch_panels(tmp_path) == [TouchPanel(tmp_path / "dev/input/event11", fingers)]


def test_one_that_udev_has_not_made_yet_is_none(tmp_path: Path) -> None:
    plug(tmp_path, "event0", FT5406, node=False)
    assert touch_panels(tmp_path) == []


def test_a_machine_without_inputs_has_none(tmp_path: Path) -> None:
    assert touch_panels(tmp_path) == []


def test_nonsense_is_no_panel(tmp_path: Path) -> None:
    plug(tmp_path, "event0", ("soon", "", "x"))
    assert touch_panels(tmp_path) == []
