"""Writes a `clock` entry when the system's clock becomes trustworthy, and when someone or something sets it.

The entry ties this boot's monotonic clock to the time that an NTP server gave, so that the ward can date what was
pressed before. And a clock that is set to and fro leaves its traces in the log, whoever set it.
"""

from collections.abc import Callable
from typing import Any, Literal

from kiosk.clock import STEP
from kiosk.entry import Stamp

Write = Callable[[Literal["clock"], dict[str, Any]], None]  # the booth's thread owns the log


class Timekeeper:
    """`round` is called once a minute, on the keeper's thread. Made before the first entry is written."""

    def __init__(self, now: Callable[[], Stamp], write: Write) -> None:
        self._now, self._write = now, write
        first = now()
        self._began, self._clock = began(first), first.clock

    def round(self) -> None:
        stamp = self._now()
        if abs(began(stamp) - self._began) >= STEP or (stamp.clock == "synced" != self._clock):
            self._write("clock", {"before": self._began, "after": began(stamp), "was": self._clock})
            self._began = began(stamp)  # only now: small steps add up until they are told
        self._clock = stamp.clock


def began(stamp: Stamp) -> int:
    """When this boot began as the wall clock has it, Unix ms. Only a step changes it: slewing moves both clocks."""
    return stamp.wall - stamp.mono
