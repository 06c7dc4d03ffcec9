"""Keys 1 to 5 drive the mock pins of the real panel: the simulator is the production path with other pins."""

from gpiozero.pins.mock import MockFactory, MockPin

from hardware.pins import Pins


class Keys:
    """`key("5", True)` presses the button of rating 5, by driving its line to the level the button would."""

    def __init__(self, factory: MockFactory, pins: Pins) -> None:
        """Before the panel is opened: a line without a resistor rests where the button leaves it."""
        self._lines = {str(rating): (factory.pin(one.line), one.active) for rating, one in pins.buttons.items()}
        for name in self._lines:
            self.key(name, False)

    def key(self, name: str, down: bool) -> None:
        if line := self._lines.get(name):
            pin, active = line
            _drive(pin, high=down == (active == "high"))


def _drive(pin: MockPin, high: bool) -> None:
    pin.drive_high() if high else pin.drive_low()
