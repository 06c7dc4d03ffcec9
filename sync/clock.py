"""The clock that is handed in: `kiosk.clock.SystemClock` in the programs, one that a test moves elsewhere."""

from typing import Protocol

from kiosk.entry import Stamp


class Clock(Protocol):
    def now(self) -> Stamp: ...
