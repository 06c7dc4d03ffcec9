"""Feeds systemd's watchdog as long as screen and booth both live. Neither can be seen to live by a thread of its own.

The screen's loop looks several times within the watchdog's time. Each look asks the booth's thread for an answer; the
next one feeds if that answer came. A frozen screen looks no more, and a booth that hangs (in a disk that never comes
back, say) answers no more: either way nothing is fed, and systemd starts the terminal again.
"""

from collections.abc import Callable

from kiosk.systemd import Systemd

LOOKS = 4  # within the watchdog's time: an answer may be one look late without harm


class Watchdog:
    """`look` is for the screen's thread, every `every` s; None is a service without a watchdog."""

    def __init__(self, systemd: Systemd, ask_booth: Callable[[Callable[[], None]], None]) -> None:
        """`ask_booth` has its argument called on the booth's thread."""
        self._systemd, self._ask_booth = systemd, ask_booth
        self._asked = self._answered = 0
        self.every = systemd.watchdog / LOOKS if systemd.watchdog else None

    def look(self) -> None:
        if self._answered == self._asked:
            self._systemd.feed()
            self._asked += 1
            self._ask_booth(self._answer)

    def _answer(self) -> None:
        self._answered += 1
