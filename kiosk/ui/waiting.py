"""What happens when nobody touches anything for a while."""

from collections.abc import Callable, Sequence
from typing import Any

from kivy.clock import Clock

Due = tuple[float, Callable[[], None]]  # s after the last touch, and what is done then


class Waiting:
    """Counts from `renew` on by `clock_ms`; each due thing is done once. Wakes the screen for nothing else."""

    def __init__(self, clock_ms: Callable[[], int], dues: Sequence[Due]) -> None:
        self._clock_ms, self._dues = clock_ms, sorted(dues, key=lambda due: due[0])
        self._since, self._left = 0, list[Due]()
        self._timer: Any = None

    def renew(self) -> None:
        self._since, self._left = self._clock_ms(), list(self._dues)
        self.look()

    def stop(self) -> None:
        self._left = []
        self._cancel()

    def look(self, *_: Any) -> None:
        """Does what is due by now, and waits for the next."""
        self._cancel()
        while self._left and self._waited() >= self._left[0][0]:
            self._left.pop(0)[1]()
        if self._left:
            self._timer = Clock.schedule_once(self.look, self._left[0][0] - self._waited())

    def _waited(self) -> float:
        return (self._clock_ms() - self._since) / 1000

    def _cancel(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
