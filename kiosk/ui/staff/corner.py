"""The hidden corner: the top left of the screen, held for five seconds. Nothing shows that it is there."""

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock
from kivy.core.window import Window

HOLD = 5_000  # ms
LOOK = 0.05  # s between two looks at the clock, while a finger is there


class Corner:
    """Calls `held` once for a finger that came down in the corner and stayed. The touch itself goes on to the page."""

    def __init__(self, side: Callable[[], float], clock_ms: Callable[[], int], held: Callable[[], None]) -> None:
        self._side, self._clock_ms, self._held = side, clock_ms, held
        self._finger: Any = None
        self._since = 0
        self._looks: Any = None
        Window.bind(on_touch_down=self._down, on_touch_move=self._move, on_touch_up=self._up)

    def close(self) -> None:
        self._let_go()
        Window.unbind(on_touch_down=self._down, on_touch_move=self._move, on_touch_up=self._up)

    def _down(self, _window: Any, touch: Any) -> None:
        if self._finger is None and self._is_inside(touch):
            self._finger, self._since = touch.uid, self._clock_ms()
            self._looks = Clock.schedule_interval(self.look, LOOK)

    def _move(self, _window: Any, touch: Any) -> None:
        if touch.uid == self._finger and not self._is_inside(touch):
            self._let_go()

    def _up(self, _window: Any, touch: Any) -> None:
        if touch.uid == self._finger:
            self._let_go()

    def look(self, *_: Any) -> None:
        if self._finger is not None and self._clock_ms() - self._since >= HOLD:
            self._let_go()
            self._held()

    def _let_go(self) -> None:
        self._finger = None
        if self._looks:
            self._looks.cancel()
            self._looks = None

    def _is_inside(self, touch: Any) -> bool:
        side = self._side()
        return bool(touch.x <= side and touch.y >= Window.height - side)
