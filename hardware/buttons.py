"""The panel: a button with a lamp for each rating, and three status lamps.

Secrecy: the lamps in the buttons only ever change all together, and what the status lamps show is the same for every
rating, so nobody behind the desk learns from a light which button was pressed.
"""

from collections.abc import Callable
from enum import Enum

from gpiozero import LED, DigitalInputDevice
from gpiozero.pins import Factory

from hardware.pins import Pins


class Status(Enum):
    """Which of the three status lamps is lit."""

    READY = "ready"
    NOTED = "noted"
    CANNOT_RECORD = "cannot_record"
    DARK = "dark"


class ButtonPanel:
    """Calls `on_press(rating)` and `on_release(rating)`, on gpiozero's own thread."""

    def __init__(
        self, pins: Pins, factory: Factory, on_press: Callable[[int], None], on_release: Callable[[int], None]
    ) -> None:
        # Not gpiozero's Button: each starts a thread that wakes ten times a second to see whether it is held.
        self._buttons = {
            rating: DigitalInputDevice(one.line, pull_up=True, pin_factory=factory)
            for rating, one in pins.buttons.items()
        }
        self._lamps = [LED(one.lamp, pin_factory=factory) for one in pins.buttons.values()]
        self._status = {
            status: LED(getattr(pins.status, status.value), pin_factory=factory)
            for status in Status
            if status is not Status.DARK
        }
        # Lines that are down now are told as held, before any callback: they are no presses.
        self.held_at_start = [rating for rating, button in self._buttons.items() if button.is_active]
        for rating, button in self._buttons.items():
            button.when_activated = _telling(on_press, rating)
            button.when_deactivated = _telling(on_release, rating)

    def light(self, on: bool) -> None:
        """All the lamps in the buttons, together."""
        for lamp in self._lamps:
            lamp.value = on

    def show(self, status: Status) -> None:
        for other, lamp in self._status.items():
            lamp.value = other is status

    def close(self) -> None:
        for device in (*self._buttons.values(), *self._lamps, *self._status.values()):
            device.close()


def _telling(tell: Callable[[int], None], rating: int) -> Callable[[], None]:
    """A plain function without parameters: gpiozero would hand the device to a partial that has room for it."""

    def happened() -> None:
        tell(rating)

    return happened
