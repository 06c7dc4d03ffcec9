"""What each pin of the header goes to: the one list from which picture and tables are made."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from hardware.drawing.header import LINES, ground_after
from hardware.pins import Pins

Kind = Literal["line", "lamp", "status", "bus", "three", "five", "ground"]
STATUS = ("ready", "noted", "cannot_record")
OUTPUTS = 18  # of the ULN2803A: output n is its pin 19 - n
CHANNELS = 8


@dataclass(frozen=True, slots=True)
class Wire:
    """From a pin of the header to one terminal of a part."""

    pin: int  # physical
    kind: Kind
    what: str  # the rating, the status, or the terminal's name


@dataclass(frozen=True, slots=True)
class Wiring:
    """Each group's signals in the order of their pins, so that the wires of a group never cross."""

    buttons: tuple[Wire, ...]
    lamps: tuple[Wire, ...]
    status: tuple[Wire, ...]
    clock: tuple[Wire, ...]

    @property
    def power(self) -> tuple[Wire, Wire]:
        """Of the driver chip and the lamps."""
        return FIVE, Wire(ground_after(self.lamps[-1].pin), "ground", "GND")

    def grounds(self) -> tuple[Wire, ...]:
        """One for the buttons, one for the status lamps."""
        return tuple(Wire(ground_after(group[-1].pin), "ground", "GND") for group in (self.buttons, self.status))

    def all(self) -> Iterator[Wire]:
        for group in (self.clock, self.status, self.buttons, self.power, self.lamps, self.grounds()):
            yield from group


def wire_up(pins: Pins) -> Wiring:
    buttons = [Wire(LINES[one.line], "line", str(rating)) for rating, one in pins.buttons.items()]
    lamps = [Wire(LINES[one.lamp], "lamp", str(rating)) for rating, one in pins.buttons.items()]
    status = [Wire(LINES[getattr(pins.status, name)], "status", name) for name in STATUS]
    return Wiring(_by_pin(buttons), _by_pin(lamps), _by_pin(status), CLOCK)


def channel(number: int) -> tuple[int, int]:
    """Of the ULN2803A, counted from 0: the pin of the input and the pin of the output across from it."""
    return number + 1, OUTPUTS - number


def _by_pin(wires: list[Wire]) -> tuple[Wire, ...]:
    return tuple(sorted(wires, key=lambda wire: wire.pin))


CLOCK = (Wire(1, "three", "VCC"), Wire(3, "bus", "SDA"), Wire(5, "bus", "SCL"), Wire(9, "ground", "GND"))
FIVE = Wire(2, "five", "5 V")
