"""The PIN pad."""

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock
from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.gridlayout import GridLayout

from kiosk.staff import Checking, Look, Open, Pausing, Wrong
from kiosk.ui.staff.parts import Cover, Key

LEAVES_AFTER = 30_000  # ms without a touch
LOOK = 0.1  # s between two looks at the clock
LONGEST = 12  # digits
KEYS = (*"123456789", "delete", "0", "enter")


class Pad(Cover):
    """Takes digits and shows none of them. Calls `leave` when it is given up; the right PIN is told to `staff`."""

    digits = StringProperty("")
    door: Look = ObjectProperty(Open())

    def __init__(self, clock_ms: Callable[[], int], leave: Callable[[], None], **properties: Any) -> None:
        super().__init__(**properties)
        self.leave = leave
        self._clock_ms, self._touched = clock_ms, clock_ms()
        self._looks = Clock.schedule_interval(self.look, LOOK)
        self.look()

    def close(self) -> None:
        self._looks.cancel()
        self.digits = ""
        self.staff.forget()

    def on_touched(self) -> None:
        self._touched = self._clock_ms()

    def look(self, *_: Any) -> None:
        self.door = self.staff.look()
        if self._clock_ms() - self._touched >= LEAVES_AFTER:
            self.leave()

    def strike(self, name: str) -> None:
        """A key of the pad."""
        if isinstance(self.door, Checking | Pausing):
            return
        if name == "enter":
            self._enter()
        elif name == "delete":
            self.digits = self.digits[:-1]
        elif len(self.digits) < LONGEST:
            self.digits += name
            self.staff.forget()
        self.look()

    def _enter(self) -> None:
        if self.digits:
            self.staff.enter(self.digits)
            self.digits = ""


def news(door: Look, say: Callable[[str], str]) -> str:
    """What the pad says of it."""
    match door:
        case Checking():
            return say("Checking the PIN…")
        case Wrong():
            return say("That is not the PIN.")
        case Pausing(ms=ms):
            return say("Please wait {time}.").format(time="{}:{:02}".format(*divmod(-(-ms // 1000), 60)))
        case Open():
            return say("4 to 12 digits")


def calls(door: Look) -> bool:
    """Whether that should be noticed."""
    return isinstance(door, Wrong | Pausing)


class PadKey(Key):
    """A digit, "delete" or "enter"."""

    name = StringProperty("")


class Keypad(GridLayout):
    """Tells `on_key` the name of a key as a finger comes down on it."""

    def __init__(self, **properties: Any) -> None:
        self.register_event_type("on_key")
        super().__init__(**properties)
        for name in KEYS:
            key = PadKey(name=name)
            key.bind(on_press=lambda key: self.dispatch("on_key", key.name))
            self.add_widget(key)

    def on_key(self, name: str) -> None:
        """That key was struck."""
