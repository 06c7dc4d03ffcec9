"""The kernel's clocks: exact within a boot, believed across boots, and how far they are to be believed."""

import ctypes
import time
from pathlib import Path
from typing import Protocol

from kiosk.entry import Clock, Stamp

SETTLING = 15 * 60_000  # ms after boot in which a network may still bring the true time
STEP = 200  # ms: slewing moves both clocks alike, so what changes between them is a step; reading costs far less
CHIPS = Path("/sys/class/rtc")
_CHIP_ERROR = 2_000  # ms: a clock chip tells whole seconds, and is read a little later than the system's clock
_TIME_ERROR = 5  # adjtimex(2): "the system clock is not synchronized to a reliable server"
_TOGETHER = 2  # ms within which the two clocks are read, in at most so many attempts
_ATTEMPTS = 5
_libc = ctypes.CDLL(None, use_errno=True)


def boottime_ms() -> int:
    """Milliseconds since boot, suspended time included; never steps."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()


class Kernel(Protocol):
    """What a clock asks the kernel."""

    def read(self) -> tuple[int, int]: ...  # CLOCK_BOOTTIME and the wall clock at one moment, ms
    def is_synchronised(self) -> bool: ...


class Linux:
    def read(self) -> tuple[int, int]:
        """Read again when something came between the two, so that the pair is of one moment."""
        for _ in range(_ATTEMPTS):
            before, wall, after = boottime_ms(), time.time_ns() // 1_000_000, boottime_ms()
            if after - before <= _TOGETHER:
                break
        return before, wall

    def is_synchronised(self) -> bool:
        """What the kernel says, by adjtimex with nothing to adjust. 256 bytes hold its struct on every machine.

        It goes on saying so for up to 32 000 s after the last word of an NTP server: its estimate of the error grows
        by 500 ppm, and 16 s of it end the trust (NTP_PHASE_LIMIT in the kernel's timex.h).
        """
        answer: int = _libc.adjtimex(ctypes.create_string_buffer(256))
        return 0 <= answer < _TIME_ERROR


class SystemClock:
    """Stamps. `battery` says whether the board should have a clock that goes on without power.

    That clock is believed if its chip agrees with the system's time at the start, and only for as long as nobody sets
    the system's time to another one.
    """

    def __init__(self, battery: bool, kernel: Kernel | None = None, chips: Path = CHIPS) -> None:
        self._kernel = kernel or Linux()
        self._boot = boot_id()
        mono, wall = self._kernel.read()
        self._kept = wall - mono if battery and chip_agrees(wall, chips) else None

    def now(self) -> Stamp:
        synced = self._kernel.is_synchronised()  # before `wall`: what is set in between must not look trusted too early
        mono, wall = self._kernel.read()
        return Stamp(self._boot, mono, wall, self._state(synced, wall - mono))

    def _state(self, synced: bool, began: int) -> Clock:
        if synced:
            self._kept = began if self._kept is not None else None  # the kernel sets the chip by NTP as well
            return "synced"
        return "rtc" if self._kept is not None and abs(began - self._kept) < STEP else "unsynced"


def chip_agrees(wall: int, chips: Path = CHIPS) -> bool:
    """Whether a clock chip tells the system's time. With an empty battery it tells 1970 or 2000, or nothing."""
    for file in sorted(chips.glob("rtc*/since_epoch")):
        try:
            return abs(int(file.read_text("ascii")) * 1000 - wall) <= _CHIP_ERROR  # the first: the one read at boot
        except (OSError, ValueError):  # the kernel's answer for a chip that stopped: "invalid argument"
            return False
    return False
