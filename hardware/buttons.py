"""The panel: a button with a lamp for each rating, three status lamps, and a buzzer where there is one.

Secrecy: the lamps in the buttons only ever change all together, and what the status lamps and the buzzer say is the
same for every rating, so nobody behind the desk learns which button was pressed. `light_alone` is for trials only.
"""

from collections.abc import Callable
from enum import Enum

from gpiozero import LED, Buzzer, DigitalInputDevice
from gpiozero.pins import Factory

from hardware.pins import ButtonPins, Pins

SOUND = 0.08  # s


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
        self._buttons = {rating: _button(one, factory) for rating, one in pins.buttons.items()}
        self._lamps = {f"buttons.{rating}": LED(one.lamp, pin_factory=factory) for rating, one in pins.buttons.items()}
        self._status = {
            f"status.{status.value}": LED(getattr(pins.status, status.value), pin_factory=factory)
            for status in Status
            if status is not Status.DARK
        }
        self._buzzer = None if pins.buzzer is None else Buzzer(pins.buzzer, pin_factory=factory)
        # Lines that are down now are told as held, before any callback: they are no presses.
        self.held_at_start = [rating for rating, button in self._buttons.items() if button.is_active]
        for rating, button in self._buttons.items():
            button.when_activated = _telling(on_press, rating)
            button.when_deactivated = _telling(on_release, rating)

    @property
    def lamps(self) -> tuple[str, ...]:
        """Every lamp, by its name in the settings: `buttons.5`, ..., `status.ready`, ..."""
        return (*self._lamps, *self._status)

    @property
    def has_buzzer(self) -> bool:
        return self._buzzer is not None

    def light(self, on: bool) -> None:
        """All the lamps in the buttons, together."""
        for lamp in self._lamps.values():
            lamp.value = on

    def show(self, status: Status) -> None:
        for name, lamp in self._status.items():
            lamp.value = name == f"status.{status.value}"

    def sound(self) -> None:
        """The one sound there is, if there is a buzzer. Returns at once."""
        if self._buzzer:
            self._buzzer.beep(on_time=SOUND, off_time=0, n=1)

    def light_alone(self, lamp: str | None) -> None:
        """In a trial only: one of `lamps` and no other; None is none."""
        for name, one in (self._lamps | self._status).items():
            one.value = name == lamp

    def close(self) -> None:
        for device in (*self._buttons.values(), *self._lamps.values(), *self._status.values()):
            device.close()
        if self._buzzer:
            self._buzzer.close()


def _button(pins: ButtonPins, factory: Factory) -> DigitalInputDevice:
    """Not gpiozero's Button: each starts a thread that wakes ten times a second to see whether it is held.

    No `bounce_time`: a filter that swallows one edge makes gpiozero miss the next press too (its #550, #1039). What
    bounces is told as it comes, and the booth's cool-down makes one press of it.
    """
    active = None if pins.pull_up is not None else pins.active == "high"  # gpiozero takes one or the other
    return DigitalInputDevice(pins.line, pull_up=pins.pull_up, active_state=active, pin_factory=factory)


def _telling(tell: Callable[[int], None], rating: int) -> Callable[[], None]:
    """A plain function without parameters: gpiozero would hand the device to a partial that has room for it."""

    def happened() -> None:
        tell(rating)

    return happened
