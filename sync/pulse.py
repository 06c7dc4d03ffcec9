"""Whether the courier's thread lives: it rests between two rounds, or it was heard of not long ago.

A request is bounded (`sync/post.py`: 60 s for an answer), so a thread that neither rests nor begins or ends one for
minutes hangs, in a disk or in a fault of ours. Then systemd's watchdog is fed no more.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sync.post import Answer, Road
from sync.service import Pause

SILENT = 300.0  # s: several requests' longest time, name service included


class Pulse:
    """Beaten by the courier's thread, felt by the process's main one."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._resting, self._beat = False, seconds()

    def beat(self) -> None:
        self._resting, self._beat = False, self._seconds()

    def rest(self) -> None:
        self._resting = True

    def resting(self, wait: Callable[[Pause], bool]) -> Callable[[Pause], bool]:
        """The same wait, known to be one."""

        def waits(pause: Pause) -> bool:
            self.rest()
            ended = wait(pause)
            self.beat()
            return ended

        return waits

    def is_felt(self) -> bool:
        return self._resting or self._seconds() - self._beat < SILENT


class BeatingRoad:
    """A road on which each exchange is a sign of life."""

    def __init__(self, road: Road, pulse: Pulse) -> None:
        self.address = road.address
        self._road, self._pulse = road, pulse

    def get(self, path: str) -> Answer:
        with self._alive():
            return self._road.get(path)

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        with self._alive():
            return self._road.post(path, body, headers)

    @contextmanager
    def _alive(self) -> Iterator[None]:
        self._pulse.beat()
        try:
            yield
        finally:
            self._pulse.beat()
