"""Where released visits are counted for everybody: never fewer than three at once in any cell. Pure.

A cell is a day and session of one kiosk. Every release adds to it either nothing or at least `LEAST` visits
together; so whatever ranges, filters and releases are held against each other, what differs is at least that many.

The visits of a day that has too few wait, and are counted with a later day; those of uncertain time wait for others
like them. Sessions are told apart where each has enough. The hour stays as it was: nothing counts by it but pages that
do so over whole months, in rough figures (`hours.py`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from sync.ward.opening import NO_SESSION
from sync.ward.times import NO_DAY

LEAST = 3  # visits


class Cell(NamedTuple):
    day: str
    session: str
    hour: int


class Visit(NamedTuple):
    """By the log and the seq of its first vote."""

    log: str
    first: int


def shown(pressed: Mapping[Visit, Cell]) -> dict[Visit, Cell]:
    """Where each visit is counted; who is not in it waits on."""
    found: dict[Visit, Cell] = {}
    for day, visits in _groups(pressed):
        found |= _told_apart(day, {visit: pressed[visit] for visit in visits})
    return found


def _groups(pressed: Mapping[Visit, Cell]) -> Iterator[tuple[str, list[Visit]]]:
    """Days with enough visits; a day with too few goes with the one after it."""
    held: list[Visit] = []
    for day, visits in groupby(sorted(pressed, key=lambda one: pressed[one].day), key=lambda one: pressed[one].day):
        held += visits
        if len(held) >= LEAST:
            yield day, held
            held = []
        elif day == NO_DAY:
            held = []


def _told_apart(day: str, pressed: Mapping[Visit, Cell]) -> dict[Visit, Cell]:
    sessions = _enough(cell.session for cell in pressed.values())
    return {visit: Cell(day, cell.session if sessions else NO_SESSION, cell.hour) for visit, cell in pressed.items()}


def _enough(names: Iterable[object]) -> bool:
    return min(Counter(names).values()) >= LEAST


class Place(NamedTuple):
    """An entry whose vote has changed since it was last released; `was` is None if it never was."""

    seq: int
    visit: Visit
    counted: bool  # now
    said: tuple[str, int]  # question and rating
    pressed: Cell
    was_counted: bool = False
    was_said: tuple[str, int] | None = None
    was_pressed: Cell | None = None
    was_shown: Cell | None = None

    @property
    def stays(self) -> bool:
        """Whether it counts for everybody as it did: at most its exact time is better known."""
        return (
            self.was_counted == self.counted
            and (not self.counted or (self.said == self.was_said and not self._moved))
            and self.was_shown is not None
        )

    @property
    def adds(self) -> bool:
        return self.counted and not self.stays

    @property
    def _moved(self) -> bool:
        was, told = self.was_pressed, self.was_shown
        if was is None or told is None or was.day != self.pressed.day:
            return True
        return told.session != NO_SESSION and was.session != self.pressed.session


def due(places: Sequence[Place]) -> dict[tuple[str, int], Cell]:
    """Of the changed places of one kiosk, by log and seq: which are released now, and where they are counted."""
    pressed: dict[Visit, Cell] = {}
    for one in places:
        if one.adds:
            pressed.setdefault(one.visit, one.pressed)
    cells = shown(pressed)
    withdrawn = {one.visit for one in places if not one.stays} - pressed.keys()
    may_go = bool(cells) or len(withdrawn) >= LEAST  # what is only taken back goes with others
    found: dict[tuple[str, int], Cell] = {}
    for one in places:
        if one.stays and one.was_shown is not None:
            found[one.visit.log, one.seq] = one.was_shown._replace(hour=one.pressed.hour)
        elif one.visit in cells:
            found[one.visit.log, one.seq] = cells[one.visit]
        elif one.visit in withdrawn and may_go:
            found[one.visit.log, one.seq] = one.was_shown or one.pressed
    return found
