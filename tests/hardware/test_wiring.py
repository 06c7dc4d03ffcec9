"""Buttons wired in other ways: fewer of them, other resistors, other levels."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from gpiozero.pins.mock import MockFactory, MockPin

from hardware.buttons import ButtonPanel
from hardware.factory import NoPins, telling_why
from hardware.panel import open_simulated
from hardware.pins import ButtonPins, Pins, default_pins
from kiosk.settings import Settings, read

PINS = msgspec.convert(default_pins(), Pins, str_keys=True)


def panel_of(text: str, folder: Path) -> Pins:
    """What the terminal opens with this kiosk.toml."""
    file = folder / "kiosk.toml"
    file.write_text(text)
    return read(file).wiring


def wired(pull: str, active: str) -> Pins:
    buttons = {rating: msgspec.structs.replace(one, pull=pull, active=active) for rating, one in PINS.buttons.items()}
    return msgspec.structs.replace(PINS, buttons=buttons)


def told(pins: Pins, presses: Callable[[MockFactory], None]) -> list[tuple[str, int]]:
    factory, seen = MockFactory(), list[tuple[str, int]]()
    panel = ButtonPanel(pins, factory, lambda r: seen.append(("press", r)), lambda r: seen.append(("release", r)))
    presses(factory)
    panel.close()
    return seen


@pytest.mark.parametrize(
    ("pull", "active", "first", "then"),
    [
        ("up", "low", MockPin.drive_low, MockPin.drive_high),
        ("down", "high", MockPin.drive_high, MockPin.drive_low),
        ("none", "high", MockPin.drive_high, MockPin.drive_low),
    ],
)
def test_a_press_is_the_active_level(
    pull: str, active: str, first: Callable[[MockPin], None], then: Callable[[MockPin], None]
) -> None:
    line = PINS.buttons[4].line

    def presses(factory: MockFactory) -> None:
        assert factory.pin(line).pull == {"up": "up", "down": "down", "none": "floating"}[pull]
        first(factory.pin(line))
        then(factory.pin(line))

    assert told(wired(pull, active), presses) == [("press", 4), ("release", 4)]


def test_without_a_pull_a_low_line_is_pressed_and_a_high_one_is_not() -> None:
    """The mock lines float low, so a low-active button is held at the start, until its own resistor raises it."""
    factory, seen = MockFactory(), list[int]()
    panel = ButtonPanel(wired("none", "low"), factory, seen.append, lambda rating: None)
    assert panel.held_at_start == [5, 4, 3, 2, 1]
    factory.pin(PINS.buttons[4].line).drive_high()
    factory.pin(PINS.buttons[4].line).drive_low()
    assert seen == [4]
    panel.close()


@pytest.mark.parametrize(("pull", "active"), [("up", "low"), ("down", "high"), ("none", "high"), ("none", "low")])
def test_the_keys_press_the_buttons_however_they_are_wired(pull: str, active: str) -> None:
    seen: list[tuple[str, int]] = []
    panel, keys = open_simulated(
        wired(pull, active), lambda r: seen.append(("press", r)), lambda r: seen.append(("release", r))
    )
    assert panel.held_at_start == []
    keys.key("2", True)
    keys.key("2", False)
    assert seen == [("press", 2), ("release", 2)]
    panel.close()


@pytest.mark.parametrize("levels", [(5, 3, 1), (5, 4, 2, 1), (5, 4, 3, 2, 1)])
def test_the_levels_decide_which_buttons_are_opened(levels: tuple[int, ...], tmp_path: Path) -> None:
    pins = panel_of(f"[survey]\nlevels = {list(levels)}\n", tmp_path)
    assert set(pins.buttons) == set(levels)
    factory = MockFactory()
    panel = ButtonPanel(pins, factory, lambda rating: None, lambda rating: None)
    opened = {pin.info.name for pin in factory.pins.values()}
    free = {f"GPIO{line}" for rating in set(range(1, 6)) - set(levels)
            for line in (PINS.buttons[rating].line, PINS.buttons[rating].lamp)}  # fmt: skip
    assert len(opened) == 2 * len(levels) + 3
    assert not opened & free
    panel.close()


def test_a_panel_of_three_needs_three_entries_and_may_use_the_lines_of_the_others(tmp_path: Path) -> None:
    text = "[survey]\nlevels = [5, 3, 1]\n[panel.buttons.5]\nline = 6\nlamp = 16\n[panel]\nbuzzer = 19\n"
    pins = panel_of(text, tmp_path)
    assert (pins.buttons[5], pins.buzzer) == (ButtonPins(6, 16), 19)
    assert set(pins.buttons) == {5, 3, 1}


def test_no_setting_at_all_is_the_whole_panel() -> None:
    assert Settings().wiring == PINS


def test_a_line_that_another_program_holds_is_told_and_not_a_crash() -> None:
    factory = MockFactory()
    panel = ButtonPanel(PINS, factory, lambda rating: None, lambda rating: None)
    with pytest.raises(NoPins, match="GPIO5"), telling_why():
        ButtonPanel(PINS, factory, lambda rating: None, lambda rating: None)
    panel.close()


def test_any_other_failure_is_a_bug_and_stays_one() -> None:
    with pytest.raises(ZeroDivisionError), telling_why():
        raise ZeroDivisionError


README = Path(__file__).parent.parent.parent / "hardware" / "README.md"


@pytest.mark.parametrize("sample", README.read_text("utf-8").split("```toml\n")[1:], ids=["another line", "three"])
def test_the_readme_shows_settings_that_work(sample: str, tmp_path: Path) -> None:
    assert panel_of(sample.split("```", maxsplit=1)[0], tmp_path) != PINS


def test_the_readme_names_every_file_of_the_folder() -> None:
    files = {file.name for file in README.parent.glob("*.py") if file.name != "__init__.py"}
    assert {name for name in files if f"({name})" not in README.read_text("utf-8")} == set()
