"""The time left, as a quiet bar that moves in steps: each step is one redraw."""

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock
from kivy.properties import ColorProperty, NumericProperty, ObjectProperty
from kivy.uix.widget import Widget


class TimeBar(Widget):
    """Empties from `span[0]` to `span[1]` (ms of `clock_ms`); without a span nothing is shown."""

    span = ObjectProperty(None, allownone=True)
    ground = ColorProperty()
    left = NumericProperty(0.0)  # the part that is left, 0 to 1
    steps = NumericProperty(1)
    step_ms = NumericProperty(1)
    clock_ms: Callable[[], int] = ObjectProperty()

    def __init__(self, **properties: object) -> None:
        self._ticks: Any = None
        super().__init__(**properties)

    def on_span(self, *_: Any) -> None:
        self.stop()
        if self.span:
            since, until = self.span
            self._ticks = Clock.schedule_interval(self.step, max(self.step_ms, (until - since) / self.steps) / 1000)
            self.step()

    def step(self, *_: Any) -> None:
        since, until = self.span
        self.left = min(1.0, max(0.0, (until - self.clock_ms()) / max(1, until - since)))
        if self.left == 0:
            self.stop()

    def stop(self) -> None:
        if self._ticks:
            self._ticks.cancel()
            self._ticks = None
