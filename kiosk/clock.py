"""The kernel's clocks: exact within a boot, believed across boots, and how far they are to be believed."""

import ctypes
import time
from pathlib import Path

from kiosk.entry import Clock, Stamp

SETTLING = 15 * 60_000  # ms after boot in which a network may still bring the true time
_TIME_ERROR = 5  # adjtimex(2): "the system clock is not synchronized to a reliable server"
_libc = ctypes.CDLL(None, use_errno=True)


def boottime_ms() -> int:
    """Milliseconds since boot, suspended time included; never steps."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()


class SystemClock:
    """Stamps. `battery` says whether the board has a clock that goes on without power."""

    def __init__(self, battery: bool) -> None:
        self._boot = boot_id()
        self._unsynced: Clock = "rtc" if battery else "unsynced"

    def now(self) -> Stamp:
        state = self._state()  # before `wall`: a clock that is set in between must not make an old time look trusted
        return Stamp(self._boot, boottime_ms(), time.time_ns() // 1_000_000, state)

    def _state(self) -> Clock:
        return "synced" if is_synchronised() else self._unsynced


def is_synchronised() -> bool:
    """What the kernel says, by adjtimex with nothing to adjust. 256 bytes hold its struct on every machine."""
    answer: int = _libc.adjtimex(ctypes.create_string_buffer(256))
    return 0 <= answer < _TIME_ERROR
