"""The PIN pad."""

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.gridlayout import GridLayout

from kiosk.ui.staff.parts import Cover, Key

LEAVES_AFTER = 30_000  # ms without a touch
LOOK = 0.2  # s between two looks at the clock
LONGEST = 12  # digits
KEYS = (*"123456789", "delete", "0", "enter")


class Pad(Cover):
    """Takes digits and shows none of them. Calls `leave` when it is given up; the right PIN is told to `staff`."""

    digits = StringProperty("")
    wrong = BooleanProperty(False)  # the last one was
    wait = NumericProperty(0)  # s until another may be tried

    def __init__(self, clock_ms: Callable[[], int], leave: Callable[[], None], **properties: Any) -> None:
        super().__init__(**properties)
        self.leave = leave
        self._clock_ms, self._touched = clock_ms, clock_ms()
        self._looks = Clock.schedule_interval(self.look, LOOK)
        self.look()

    def close(self) -> None:
        self._looks.cancel()
        self.digits = ""

    def on_touched(self) -> None:
        self._touched = self._clock_ms()

    def look(self, *_: Any) -> None:
        self.wait = -(-self.staff.pause() // 1000)
        if self._clock_ms() - self._touched >= LEAVES_AFTER:
            self.leave()

    def strike(self, name: str) -> None:
        """A key of the pad."""
        if self.wait:
            return
        if name == "enter":
            self._enter()
        elif name == "delete":
            self.digits = self.digits[:-1]
        elif len(self.digits) < LONGEST:
            self.digits += name
            self.wrong = False

    def _enter(self) -> None:
        if self.digits:
            self.wrong = not self.staff.enter(self.digits)
            self.digits = ""
            self.look()


class PadKey(Key):
    """A digit, "delete" or "enter"."""

    name = StringProperty("")


class Keypad(GridLayout):  # type: ignore[misc]
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
