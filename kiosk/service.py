"""The terminal as a service: it waits for its display, says when it is ready, and shows that it lives."""

import os
import time
from collections.abc import Callable
from typing import Protocol

from kiosk.sayings import _
from kiosk.systemd import Systemd
from kiosk.ui.display import LIMIT, is_there, needs_kernel_display, wait_until
from kiosk.ui.environment import Display
from kiosk.watchdog import Watchdog

LOADING = 90.0  # s from the display to the third frame, on the slowest board


class Loop(Protocol):
    """The screen's."""

    def every(self, seconds: float, call: Callable[[], None]) -> None: ...


class Service:
    def __init__(self, systemd: Systemd, display: Display) -> None:
        self._systemd, self._display = systemd, display

    def wait_for_display(self) -> None:
        """As a service only: at a desk, whoever typed the command sees at once that there is none."""
        if self._systemd.listens and not self._display.offscreen and needs_kernel_display(os.environ):
            more = round((LIMIT + LOADING) * 1e6)
            self._systemd.tell(f"EXTEND_TIMEOUT_USEC={more}", "STATUS=" + _("Waiting for the display."))
            wait_until(is_there, time.sleep)

    def ready(self, loop: Loop, ask_booth: Callable[[Callable[[], None]], None]) -> None:
        """On the screen's thread, when the question is really shown: the first frames take seconds on a Pi."""
        self._systemd.tell("READY=1", "STATUS=" + _("Running."))
        watchdog = Watchdog(self._systemd, ask_booth)
        if watchdog.every:
            loop.every(watchdog.every, watchdog.look)

    def ending(self) -> None:
        self._systemd.tell("STOPPING=1", "STATUS=" + _("Ending."))
