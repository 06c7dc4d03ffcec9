"""The order of a log's boots, and what it says about time: a boot lies between its neighbours, and before its arrival.

A stretch is a run of entries of one boot. Of a boot one thing is unknown: when it began. True evidence about one boot
bounds those around it, because entries were appended in order:

    it began    after  the last entry of the stretch before it was pressed
                before the next stretch began, less its own length; and before its entries arrived, less their `mono`

Bounds come from the ward's own word and clock alone (echoes, arrivals): what NTP or a battery says is held against
them. A boot id that comes back, or a monotonic clock that goes back, never happens to an honest kiosk: from there on
no evidence of that boot is believed, and the stretch is bounded by its place in the log.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from sync.ward.dating import DRIFT, SECOND, SLEW, UNDATED, Anchor, BootTime, Dated

GRACE = 60 * SECOND  # how far evidence may miss the bounds: the ward's own clock is set now and then, too
DISORDER = 10 * SECOND  # presses are stamped where they happened and written in turn: never so far apart
NEVER = 2**53
MINUTE = 60 * SECOND  # bounds are whole minutes, so that a date does not change with each batch


class Stretch(msgspec.Struct, order=True):
    """A row of the table `boots`. All times ms; `arrived`, `earliest`, `latest` are of the boot's beginning."""

    first: int
    boot: str
    first_mono: int
    last: int
    last_mono: int
    returned: bool = False  # the boot was there before: its evidence is not believed
    known: bool = False  # the ward's own word dates it
    arrived: int = NEVER  # what has arrived shows that it began before this
    earliest: int | None = None
    latest: int = NEVER

    def goes_on(self, seq: int, boot: str, mono: int) -> bool:
        """Take the next entry in; False if it does not go on where this stretch ends."""
        if boot != self.boot or mono < self.last_mono - DISORDER:
            return False
        self.last = seq
        self.last_mono = max(self.last_mono, mono)
        return True

    def note_arrival(self, at: int) -> None:
        self.arrived = min(self.arrived, at - at_least(self.last_mono))


def at_least(mono: int) -> int:
    """The least true time that `mono` ms of a boot can have been."""
    return mono - mono // DRIFT - SLEW


def at_most(mono: int) -> int:
    return mono + mono // DRIFT + SLEW


class Span(NamedTuple):
    """Of a stretch that the ward's own word dates, Unix ms."""

    began: int  # its boot, at the latest
    ended: int  # its last entry was pressed then, at the earliest


class StretchTime:
    """Dates the presses of one stretch: by its boot's evidence where that can be true, else by its bounds."""

    def __init__(self, stretch: Stretch, anchors: Iterable[Anchor]) -> None:
        self._stretch = stretch
        self._boot = BootTime(() if stretch.returned else anchors)
        self._known = self._boot.has_echo and self._had_arrived(self._by_echo(stretch.last_mono))

    def date(self, mono: int, wall: int, clock: str) -> Dated:
        if self._known:
            return self._boot.date(mono, wall, clock)
        if self._boot.has_echo:  # the ward's word and the ward's clock against each other: no date at all
            return UNDATED
        if self._stretch.returned:
            return self._by_bounds(mono)
        dated = self._boot.date(mono, wall, clock)
        return dated if dated.at is not None and self._is_within(mono, dated) else self._by_bounds(mono)

    def span(self) -> Span | None:
        """None if the ward's own word does not date it."""
        if not self._known:
            return None
        begin, end = self._by_echo(self._stretch.first_mono), self._by_echo(self._stretch.last_mono)
        return Span(_last(begin) - at_least(self._stretch.first_mono), _first(end))

    def _by_echo(self, mono: int) -> Dated:
        return self._boot.date(mono, 0, "unsynced")

    def _had_arrived(self, end: Dated) -> bool:
        """Whether its last entry was pressed before it came."""
        return end.at is not None and _first(end) <= self._stretch.arrived + at_most(self._stretch.last_mono) + GRACE

    def _is_within(self, mono: int, dated: Dated) -> bool:
        earliest, latest, at, error = self._stretch.earliest, self._stretch.latest, dated.at or 0, dated.error or 0
        if at - error > latest + at_most(mono) + GRACE:
            return False
        return earliest is None or at + error >= earliest + at_least(mono) - GRACE

    def _between(self, mono: int) -> tuple[int | None, int]:
        earliest = self._stretch.earliest
        return None if earliest is None else earliest + at_least(mono), self._stretch.latest + at_most(mono)

    def _by_bounds(self, mono: int) -> Dated:
        first, last = self._between(mono)
        if first is None or first > last:
            return UNDATED
        first, last = first // MINUTE * MINUTE, -(-last // MINUTE) * MINUTE
        return Dated((first + last) // 2, (last - first) // 2, "bounds")


def _first(dated: Dated) -> int:
    return (dated.at or 0) - (dated.error or 0)


def _last(dated: Dated) -> int:
    return (dated.at or 0) + (dated.error or 0)


Known = Mapping[int, Span]  # by the first entry of the stretch


def bound(stretches: Sequence[Stretch], known: Known) -> None:
    """Set the bounds of stretches that follow each other; what lies beyond a known one changes nothing."""
    _bound_below(stretches, known)
    _bound_above(stretches, known)


def _bound_below(stretches: Sequence[Stretch], known: Known) -> None:
    floor: int | None = None  # nothing from here on was pressed before this
    for one in stretches:
        one.known = one.first in known
        one.earliest = None if one.known or floor is None else floor - _already_run(one)
        if one.known:
            floor = known[one.first].ended
        elif one.earliest is not None:
            floor = one.earliest + at_least(one.last_mono)


def _bound_above(stretches: Sequence[Stretch], known: Known) -> None:
    """That later stretches had arrived says nothing here: each new one would move the bounds of all before it."""
    ceiling = NEVER  # nothing up to here was pressed after this
    for one in reversed(stretches):
        by_place = ceiling - at_least(one.last_mono)
        one.latest = one.arrived if one.known else min(one.arrived, by_place)
        ceiling = (known[one.first].began if one.known else by_place) + _already_run(one)


def _already_run(stretch: Stretch) -> int:
    """A boot that was there before began before the stretch; any other began after the one before it had ended."""
    return at_most(stretch.first_mono) if stretch.returned else 0
