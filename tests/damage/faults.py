"""What can befall a card: flipped bits, files cut short, a second terminal; a full, failing or read-only disk."""

import ctypes
import errno
import os
from dataclasses import dataclass
from pathlib import Path
from random import Random

from kiosk.votelog.archive import Archive
from tests.damage.card import Card
from tests.damage.run import Fault

FILES = {
    "database": "log.db",
    "write-ahead log": "log.db-wal",
    "its index": "log.db-shm",
    "key": "key",
    "place": "place",
    "minute note": "alive.json",
    "acknowledgement": "acked.json",
    "seal": "sealed.json",
}


def file_of(card: Card, name: str) -> Path:
    if name in FILES:
        return card.logs[-1].path / FILES[name]
    return card.home.folder / (f"{card.logs[-1].log}.json" if name == "courier's memory" else name)


@dataclass
class Flip(Fault):
    """One bit at a random place of a file; where `bits` > 1, so many next to each other."""

    name: str
    seed: int
    bits: int = 1

    def before(self, card: Card) -> None:
        file, random = file_of(card, self.name), Random(self.seed)
        data = bytearray(file.read_bytes()) if file.exists() else bytearray()
        if data:
            first = random.randrange(8 * len(data))
            for bit in range(first, min(first + self.bits, 8 * len(data))):
                data[bit // 8] ^= 1 << bit % 8
            file.write_bytes(data)


@dataclass
class Cut(Fault):
    """A file ends at a random place."""

    name: str
    seed: int

    def before(self, card: Card) -> None:
        file = file_of(card, self.name)
        if file.exists() and (size := file.stat().st_size):
            os.truncate(file, Random(self.seed).randrange(size))


@dataclass
class Twice(Fault):
    """Another terminal is started on the same card, while this one runs."""

    def during(self, card: Card) -> None:
        self.other = Archive(card.home.logs, "board-1", lambda _: {})

    def after(self, card: Card) -> None:
        if self.other:
            self.other.close()
            self.other = None  # type: ignore[assignment]


WRITES, FLUSHES, READS, OPENS, UNTIL_BALLAST = 1, 2, 4, 8, 16


@dataclass
class Disk(Fault):
    """From the nth call on, so many calls fail (0: all). Needs `faults.c` preloaded."""

    which: int
    nth: int
    times: int
    why: int

    def during(self, card: Card) -> None:
        shim().fault_arm(str(card.folder).encode(), self.which, self.nth, self.times, self.why)

    def after(self, card: Card) -> None:
        shim().fault_disarm()


def shim() -> ctypes.CDLL:
    return ctypes.CDLL(None)  # the process itself, in which it was preloaded


def is_preloaded() -> bool:
    return hasattr(shim(), "fault_arm")


def full(nth: int) -> Fault:
    return Disk(WRITES | UNTIL_BALLAST, nth, 0, errno.ENOSPC)


def full_for_good(nth: int) -> Fault:
    return Disk(WRITES, nth, 0, errno.ENOSPC)


def full_once(nth: int) -> Fault:
    return Disk(WRITES, nth, 1, errno.ENOSPC)


def fails_to_write(nth: int) -> Fault:
    return Disk(WRITES, nth, 1, errno.EIO)


def fails_to_flush(nth: int) -> Fault:
    return Disk(FLUSHES, nth, 1, errno.EIO)


def fails_to_flush_for_good(nth: int) -> Fault:
    return Disk(FLUSHES, nth, 0, errno.EIO)


def fails_to_read(nth: int) -> Fault:
    return Disk(READS, nth, 1, errno.EIO)


def becomes_read_only(nth: int) -> Fault:
    return Disk(WRITES | OPENS, nth, 0, errno.EROFS)
