"""What is on the medium after the power went out at some place of a disk's log.

DROP: no write that was not flushed survives. TORN: each sector of such a write survives or not, by chance.
KEPT: all survive, as when only the process is killed. LIES: the device answers a flush and does nothing;
a write is on the medium `lag` seconds after it came.
"""

import random
from collections.abc import Iterator, MutableSequence
from enum import Enum
from typing import Any

from tests.vm.volatile import Event, What

SECTOR = 512


class Medium(Enum):
    DROP = "unflushed writes dropped"
    TORN = "unflushed writes torn by sector"
    KEPT = "all writes kept"
    LIES = "the device lies"


Bytes = MutableSequence[int] | Any  # a bytearray or a writable mmap


def apply(log: list[Event], cut: int, medium: Medium, to: Bytes, *, seed: int = 0, lag: float = 0.3) -> int:
    """Turn the disk as it was before log[0] into the medium after a cut before log[cut]. Bytes lost."""
    lost = 0
    for event, survives in _fates(log, cut, medium, lag):
        if survives:
            _write(to, event)
        elif medium is Medium.TORN:
            lost += _tear(to, event, random.Random(f"{seed} {event.at}"))
        else:
            lost += len(event.data)
    return lost


def _fates(log: list[Event], cut: int, medium: Medium, lag: float) -> Iterator[tuple[Event, bool]]:
    """Each write in order, and whether it was on the medium at the cut."""
    end = log[cut - 1].at if cut else 0.0
    flushed = max((place for place in range(cut) if log[place].what is What.FLUSH), default=-1)
    for place in range(cut):
        event = log[place]
        if event.what in (What.WRITE, What.DURABLE):
            if medium is Medium.LIES:
                yield event, event.at < end - lag
            else:
                yield event, medium is Medium.KEPT or event.what is What.DURABLE or place < flushed


def _write(to: Bytes, event: Event) -> None:
    to[event.place : event.place + len(event.data)] = event.data


def _tear(to: Bytes, event: Event, chance: random.Random) -> int:
    lost = 0
    for at in range(0, len(event.data), SECTOR):
        piece = event.data[at : at + SECTOR]
        if chance.random() < 0.5:
            to[event.place + at : event.place + at + len(piece)] = piece
        else:
            lost += len(piece)
    return lost
