"""The staff PIN: kept as a salted hash, and a guard that makes guessing slow. Standard library only.

A PIN is short, so the hash alone would not stop whoever has the settings file: scrypt makes each guess dear there,
the pauses make it slow at the screen.
"""

import hashlib
import hmac
import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from kiosk.entry import Stamp
from kiosk.sayings import _

N, R, P = 2**14, 8, 1  # 16 MiB and about 0.3 s on a Pi
TRIES = 5
FIRST_PAUSE, LONGEST_PAUSE = 30_000, 3_600_000  # ms


class WeakPin(ValueError):
    """A PIN that is none, or the first that anybody tries. Its message is one sentence for whoever chose it."""


def make(pin: str) -> str:
    """The line for `[staff] pin`: "scrypt:<n>:<r>:<p>:<salt hex>:<hash hex>". Raises `WeakPin`."""
    if not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 12):
        raise WeakPin(_("A PIN is 4 to 12 digits."))
    if _is_weak(pin):
        raise WeakPin(_("This PIN is among the first that anybody tries (like 0000, 1234, 1212): choose another."))
    salt = secrets.token_bytes(16)
    return f"scrypt:{N}:{R}:{P}:{salt.hex()}:{_hash(pin, salt, N, R, P).hex()}"


def matches(pin: str, line: str) -> bool:
    """In the same time for every wrong PIN. A line that `make` did not write matches nothing."""
    try:
        _scheme, n, r, p, salt, expected = line.split(":")
        found = _hash(pin, bytes.fromhex(salt), int(n), int(r), int(p))
        return hmac.compare_digest(found, bytes.fromhex(expected))
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Tally:
    """How often it was wrong since it was last right, and the pause that followed: from `since`, for `pause` ms."""

    wrong: int = 0
    pause: int = 0
    boot: str = ""
    since: int = 0  # CLOCK_BOOTTIME of that boot, ms


class Guard:
    """Five tries, then a pause after each wrong one: 30 s, 1 min ... 1 h. `file` keeps that over a restart."""

    def __init__(self, line: str, file: Path) -> None:
        self._line, self._file = line, file
        self._tally = _read(file)

    def pause(self, now: Stamp) -> int:
        """Ms until the next try. In another boot the clock tells nothing of the time between: all of it, again."""
        if self._tally.pause and self._tally.boot != now.boot:
            self._keep(Tally(self._tally.wrong, self._tally.pause, now.boot, now.mono))
        return max(0, self._tally.since + self._tally.pause - now.mono)

    def admits(self, pin: str, now: Stamp) -> bool:
        """Whether this is the PIN. Counted as wrong on disk before it is looked at: pulling the plug gains nothing."""
        if self.pause(now):
            return False
        wrong = self._tally.wrong + 1
        self._keep(Tally(wrong, _pause_after(wrong), now.boot, now.mono))
        right = matches(pin, self._line)
        if right:
            self._keep(Tally())
        return right

    def _keep(self, tally: Tally) -> None:
        self._tally = tally
        with suppress(OSError):  # a full disk: the technician is needed all the more, and this run remembers
            _write(self._file, tally)


def _pause_after(wrong: int) -> int:
    return 0 if wrong < TRIES else min(LONGEST_PAUSE, FIRST_PAUSE << min(wrong - TRIES, 20))


def _read(file: Path) -> Tally:
    """A file that cannot be understood is no gift of five more tries."""
    try:
        document = json.loads(file.read_text("utf-8"))
        return Tally(int(document["wrong"]), int(document["pause"]), str(document["boot"]), int(document["since"]))
    except FileNotFoundError:
        return Tally()
    except (OSError, ValueError, TypeError, KeyError):
        return Tally(TRIES, FIRST_PAUSE)


def _write(file: Path, tally: Tally) -> None:
    draft = file.with_name(file.name + ".new")
    with draft.open("w", encoding="utf-8") as handle:
        json.dump({name: getattr(tally, name) for name in Tally.__slots__}, handle)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(file)


def _hash(pin: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=n, r=r, p=p, maxmem=2**26, dklen=32)


def _is_weak(pin: str) -> bool:
    """One digit only, a run up or down, or one half twice."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    half = len(pin) // 2
    return (len(steps) == 1 and steps <= {0, 1, 9}) or pin == pin[:half] * 2
