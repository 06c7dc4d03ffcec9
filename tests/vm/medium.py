"""What is on the medium after the power went out at some place of a disk's log.

DROP: no write that was not flushed survives. TORN: each sector of such a write survives or not, by chance.
KEPT: all survive, as when only the process is killed. LIES: the device answers a flush and does nothing;
a write is on the medium some time after it came.
"""

import random
from collections.abc import Iterator, MutableSequence
from enum import Enum
from typing import Any

from tests.vm.volatile import Event, What

SECTOR = 512
LAG = 0.3  # s after which a device that lies has written

Bytes = MutableSequence[int] | Any  # a bytearray or a writable mmap
Piece = tuple[int, bytes]  # where, what


class Medium(Enum):
    DROP = "unflushed writes dropped"
    TORN = "unflushed writes torn by sector"
    KEPT = "all writes kept"
    LIES = "the device lies"


def apply(log: list[Event], cut: int, medium: Medium, to: Bytes, seed: int = 0) -> None:
    """Turn the disk as it was before log[0] into the medium after a cut before log[cut]."""
    certain = certain_until(log, cut, medium)
    for place, data in [*writes(log, 0, certain), *survivors(log, certain, cut, medium, seed)]:
        to[place : place + len(data)] = data


def certain_until(log: list[Event], cut: int, medium: Medium, lag: float = LAG) -> int:
    """Every write before this place of the log is on the medium. It never goes back when `cut` goes on."""
    if medium is Medium.LIES:
        end = log[cut - 1].at - lag
        return next((place for place in range(cut) if log[place].at >= end), cut)
    return max((place for place in range(cut) if log[place].what is What.FLUSH), default=0)


def writes(log: list[Event], begin: int, end: int) -> Iterator[Piece]:
    for event in log[begin:end]:
        if event.what in (What.WRITE, What.DURABLE):
            yield event.place, event.data


def survivors(log: list[Event], begin: int, cut: int, medium: Medium, seed: int) -> Iterator[Piece]:
    """What else is on the medium, of the writes that were not certain."""
    chance = random.Random(seed)
    for event in log[begin:cut]:
        if event.what is What.WRITE and medium is Medium.TORN:
            yield from _torn(event, chance)
        elif medium is Medium.KEPT or (event.what is What.DURABLE and medium is not Medium.LIES):
            yield event.place, event.data


def _torn(event: Event, chance: random.Random) -> Iterator[Piece]:
    for at in range(0, len(event.data), SECTOR):
        if chance.random() < 0.5:
            yield event.place + at, event.data[at : at + SECTOR]
