"""The panel on mock pins: the tests drive the lines and look at what the panel tells, and the other way round."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from gpiozero.pins.mock import MockFactory, MockPin

from hardware.buttons import ButtonPanel, Status
from hardware.factory import NoPins, board_pins, mock_pins
from hardware.pins import Pins, default_pins
from hardware.simulator import Keys
from kiosk.lamps import show_on_lamps
from kiosk.states import Asking, Choosing, Noted, Sorry, State, Thanks, Trial, Writing

PINS = msgspec.convert(default_pins(), Pins, str_keys=True)


class Bench:
    """A simulated panel and what it told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int]] = []
        self.factory = mock_pins()
        self.panel = ButtonPanel(PINS, self.factory, self._told("press"), self._told("release"))
        self.keys = Keys(self.factory, PINS)

    def _told(self, what: str) -> Callable[[int], None]:
        return lambda rating: self.told.append((what, rating))

    def lit(self, line: int) -> bool:
        return bool(self.factory.pin(line).state)


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.panel.close()


@pytest.mark.parametrize("rating", [1, 2, 3, 4, 5])
def test_a_key_presses_the_button_of_its_rating(rating: int, bench: Bench) -> None:
    bench.keys.key(str(rating), True)
    bench.keys.key(str(rating), False)
    assert bench.told == [("press", rating), ("release", rating)]


def test_any_other_key_does_nothing(bench: Bench) -> None:
    for key in ("0", "6", "a", "escape", ""):
        bench.keys.key(key, True)
    assert bench.told == []


def test_a_line_pulled_to_ground_is_a_press(bench: Bench) -> None:
    bench.factory.pin(PINS.buttons[2].line).drive_low()
    assert bench.told == [("press", 2)]


class Grounded(MockPin):
    """A line whose button is held down: the pull-up can't raise it."""

    def _set_pull(self, value: str) -> None:
        super()._set_pull(value)
        if self.info.name == "GPIO6":
            self._change_state(False)


def test_a_line_held_at_the_start_is_told_as_held_and_is_no_press() -> None:
    told: list[int] = []
    factory = MockFactory(pin_class=Grounded)
    panel = ButtonPanel(PINS, factory, told.append, lambda rating: None)
    assert panel.held_at_start == [4]
    assert told == []
    factory.pin(6).drive_high()
    factory.pin(6).drive_low()
    assert told == [4]
    panel.close()


STATES: list[tuple[State, bool, str | None]] = [
    (Asking(0), True, "ready"),
    (Asking(1, 5), True, "ready"),
    (Noted(0, 5), True, "noted"),
    (Thanks(9, 5), False, "noted"),
    (Choosing("reasons", 9, 5), False, "noted"),
    (Sorry(0, 5), True, "cannot_record"),
    (Trial(5), False, None),
]


@pytest.mark.parametrize(("state", "lamps", "status"), STATES)
def test_the_lamps_say_the_state(state: State, lamps: bool, status: str | None, bench: Bench) -> None:
    show_on_lamps(bench.panel, state)
    assert [bench.lit(button.lamp) for button in PINS.buttons.values()] == [lamps] * 5
    assert [name for name in ("ready", "noted", "cannot_record") if bench.lit(getattr(PINS.status, name))] == [
        *filter(None, [status])
    ]


def test_no_lamp_changes_before_the_vote_is_durable(bench: Bench) -> None:
    show_on_lamps(bench.panel, Asking(0))
    before = [bench.lit(line) for line in PINS.used().values()]
    for rating in range(1, 6):
        show_on_lamps(bench.panel, Writing(0, rating))
        assert [bench.lit(line) for line in PINS.used().values()] == before


def test_a_dark_panel_shows_nothing(bench: Bench) -> None:
    bench.panel.show(Status.READY)
    bench.panel.show(Status.DARK)
    assert not any(bench.lit(getattr(PINS.status, name)) for name in ("ready", "noted", "cannot_record"))


def test_a_machine_without_lines_is_one_sentence() -> None:
    """This test machine is no Raspberry Pi; on one, the panel is really opened elsewhere (test vm)."""
    if Path("/proc/device-tree/model").exists():
        board_pins().close()
        return
    with pytest.raises(NoPins) as caught:
        board_pins()
    assert str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_default_wiring_has_no_clash_and_leaves_the_clock_its_lines() -> None:
    assert PINS.clash() is None
    assert not {2, 3, 14, 15} & set(PINS.used().values())


def test_keys_are_the_only_simulation() -> None:
    """The simulator has no way to a vote of its own: all it does is drive lines."""
    assert [name for name in vars(Keys) if not name.startswith("_")] == ["key"]
