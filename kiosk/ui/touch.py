"""Fingers on the panel, by exactly one provider of Kivy's: two on one panel would make two touches of one tap.

Kivy turns a touch with the picture (Window.rotation), so a provider's own `rotation` stays 0: it is for a panel that
is mounted differently from its display.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from kivy.base import EventLoop
from kivy.input.factory import MotionEventFactory

from hardware.touch import TouchPanel, touch_panels

LOOK = 5.0  # s between two looks for a panel that came late, or was plugged in again as another device

# By provider: which panels it reads, and how. hidinput knows one finger only, and by itself has y upside down.
READS: dict[str, tuple[bool, str]] = {"mtdev": (True, ""), "hidinput": (False, ",invert_y=0")}


class Loop(Protocol):
    """The screen's."""

    def every(self, seconds: float, call: Callable[[], None]) -> None: ...


def read_panels(loop: Loop, provider: str) -> bool:
    """From now on, those that come later too. False if Kivy has no such provider: libmtdev may not be installed."""
    if not (factory := MotionEventFactory.get(provider)):
        return False
    panels = Panels(factory, *READS[provider])
    panels.look()
    loop.every(LOOK, panels.look)
    return True


class Panels:
    """Begins to read each panel when it appears. One that went away is waited for by its provider."""

    def __init__(
        self, factory: Any, fingers: bool, how: str, panels: Callable[[], Sequence[TouchPanel]] = touch_panels
    ) -> None:
        self._factory, self._fingers, self._how, self._panels = factory, fingers, how, panels
        self._read: set[TouchPanel] = set()

    def look(self) -> None:
        for panel in self._panels():
            if panel.fingers == self._fingers and panel not in self._read:
                self._read.add(panel)
                self._begin(panel)

    def _begin(self, panel: TouchPanel) -> None:
        provider = self._factory(panel.device.name, f"{panel.device}{self._how}")
        EventLoop.add_input_provider(provider)
        provider.start()  # Kivy itself starts only those that are there when its loop begins
