"""What a detector says of one day, and how the same thing on later days becomes one finding."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sync.ward.detect.seen import Place

Fact = str | int


class Kind(StrEnum):
    BURST = "burst"
    REGULAR = "regular"
    OUTSIDE = "outside"
    CORRECTED = "corrected"
    DARK = "dark"  # switched off in sessions, in a pattern
    COVERAGE = "coverage"
    VISITS = "more-visits-than-files"
    STUFFED = "stuffed"  # more of them than there used to be, and all full of praise
    TRIALS = "trials"
    SILENT = "silent"


LASTS = {  # a signal so many days after the last one of its kind is still about the same; 0: each day by itself
    Kind.BURST: 0, Kind.REGULAR: 0, Kind.OUTSIDE: 60, Kind.CORRECTED: 120, Kind.DARK: 120, Kind.COVERAGE: 60,
    Kind.VISITS: 60, Kind.STUFFED: 120, Kind.TRIALS: 60, Kind.SILENT: 0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signal:
    kind: Kind
    day: date  # on which it became visible
    since: date
    until: date
    places: tuple[Place, ...] = ()  # the visits it is about, as far as single ones can be named
    days: tuple[date, ...] = ()  # the days it is about
    facts: Mapping[str, Fact] = field(default_factory=dict)  # for the sentence


@dataclass(slots=True)
class Episode:
    """Signals of one kind that go on: one finding. It is named by the day of its first signal."""

    kind: Kind
    first: date
    last: date  # day of the newest signal
    since: date
    until: date
    places: tuple[Place, ...] = ()
    days: tuple[date, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def takes(self, signal: Signal) -> bool:
        return self.kind is signal.kind and 0 <= (signal.day - self.first).days <= self._reach

    @property
    def _reach(self) -> int:
        return (self.last - self.first).days + LASTS[self.kind]

    def go_on(self, signal: Signal) -> None:
        """The newest facts hold; a day that is looked at again adds nothing."""
        if signal.day >= self.last:
            self.last, self.facts = signal.day, signal.facts
        self.since, self.until = min(self.since, signal.since), max(self.until, signal.until)
        self.places = tuple(sorted({*self.places, *signal.places}))
        self.days = tuple(sorted({*self.days, *signal.days}))


def begin(signal: Signal) -> Episode:
    return Episode(
        signal.kind, signal.day, signal.day, signal.since, signal.until,
        tuple(sorted(set(signal.places))), tuple(sorted(set(signal.days))), signal.facts,
    )  # fmt: skip


def go_on(episodes: list[Episode], signals: Iterable[Signal]) -> list[Episode]:
    """Adds to `episodes`; returns those that are new or changed."""
    touched: list[Episode] = []
    for signal in signals:
        episode = next((one for one in episodes if one.takes(signal)), None)
        if episode is None:
            episode = begin(signal)
            episodes.append(episode)
        else:
            episode.go_on(signal)
        if episode not in touched:
            touched.append(episode)
    return touched
