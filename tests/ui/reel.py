"""Kivy's time in tests: a frame is a sixtieth of a second, however long this machine took over it.

What lasts 300 ms for a citizen lasts eighteen frames here. A busy machine can't miss it, a fast one need not wait.
"""

from collections.abc import Callable
from time import monotonic

FRAME = 1 / 60  # s
PATIENCE = 30  # s of real time, for what other threads and processes do: a busy machine is no failure


class Reel:
    """Kivy's clock, turned by hand."""

    def __init__(self) -> None:
        from kivy.clock import Clock

        self._now: float = Clock.time()
        Clock.time = lambda: self._now

    def turn(self, frames: int = 1) -> None:
        from kivy.base import EventLoop

        for _ in range(frames):
            self._now += FRAME
            EventLoop.idle()

    def turn_for(self, seconds: float) -> None:
        self.turn(round(seconds / FRAME))

    def turn_until(self, met: Callable[[], bool], where: Callable[[], str] = lambda: "") -> None:
        end = monotonic() + PATIENCE
        while not met():
            assert monotonic() < end, f"it never came to that{where()}"
            self.turn()
