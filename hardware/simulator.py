"""Keys 1 to 5 drive the mock pins of the real panel: the simulator is the production path with other pins."""

from gpiozero.pins.mock import MockFactory

from hardware.pins import Pins


class Keys:
    """`key("5", True)` presses the button of rating 5, by pulling its line to ground as the button would."""

    def __init__(self, factory: MockFactory, pins: Pins) -> None:
        self._lines = {str(rating): factory.pin(one.line) for rating, one in pins.buttons.items()}

    def key(self, name: str, down: bool) -> None:
        if pin := self._lines.get(name):
            pin.drive_low() if down else pin.drive_high()
