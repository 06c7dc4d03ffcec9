"""The first frames. On KMSDRM the first one may stay black until something is drawn again, so more are asked for."""

from collections.abc import Callable
from typing import Any

from kivy.clock import Clock
from kivy.core.window import Window

READY_AT = 3  # flips: during the first ones the shaders are built, and a press would wait for seconds
AWAKE_FOR = 10  # s after those


def wake(on_ready: Callable[[], None]) -> Callable[[], None]:
    """Draws until three frames were shown, then calls `on_ready`; then once a second for a few seconds more.

    What it returns ends it.
    """
    flips = 0

    def flipped(_window: Any) -> None:
        nonlocal flips
        flips += 1
        if flips < READY_AT:
            Window.canvas.ask_update()
        else:
            Window.unbind(on_flip=flipped)
            Clock.schedule_once(lambda _: again.cancel(), AWAKE_FOR)  # from here on: the first frame may take that long
            on_ready()

    Window.bind(on_flip=flipped)
    again = Clock.schedule_interval(lambda _: Window.canvas.ask_update(), 1)
    return again.cancel  # type: ignore[no-any-return]  # Kivy has no types
