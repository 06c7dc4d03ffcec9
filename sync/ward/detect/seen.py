"""What a detector gets to see: the visits of a day that has closed, and the kiosk's days before, summed up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import msgspec

MINUTE = 60_000
BAD, GOOD = (1, 2), (4, 5)


class Place(NamedTuple):
    """Entries of a log, both included."""

    log: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Seen:
    """One visit on a known day."""

    place: Place
    at: int  # Unix ms, of its first press
    levels: tuple[int, ...]  # what counts, of each question answered
    bad: int = 0  # questions at which the first press was bad
    corrected: int = 0  # those of them that ended good
    session: str = ""  # "" where it is not known
    away: int = 0  # minutes to the nearest session; 0 within one
    trial: bool = False
    sure: bool = True  # `at` is known to the minute; else `session` and `away` say nothing

    @property
    def level(self) -> int:
        """The one level that all its answers have; 0 if they differ."""
        return self.levels[0] if len(set(self.levels)) == 1 else 0


class Day(msgspec.Struct, frozen=True):
    """One day of a kiosk, as later days remember it."""

    day: date
    visits: int = 0
    levels: tuple[int, ...] = (0, 0, 0, 0, 0, 0)  # visits by their one level; the first: none
    full: int = 0  # visits that gave 5 to every question of the survey
    bad: int = 0
    corrected: tuple[Place, ...] = ()
    outside: tuple[Place, ...] = ()
    trials: tuple[Place, ...] = ()  # within a session
    files: int | None = None  # handled at the counter; None: nobody said
    minutes: int = 0  # of its sessions
    dark: int = 0  # of those, without power

    @property
    def worked(self) -> bool:
        """Whether there was a session at all, as far as can be known."""
        return self.minutes > 0 and (self.files > 0 if self.files is not None else self.visits > 0)


@dataclass(frozen=True, slots=True)
class Past:
    """The days up to the one that is looked at, without gaps, and the visits of that one in order of time."""

    days: Sequence[Day]
    visits: Sequence[Seen] = field(default=())

    @property
    def today(self) -> Day:
        return self.days[-1]

    @property
    def votes(self) -> list[Seen]:
        """Today's, in order of time, as far as that is known to the minute."""
        return [visit for visit in self.visits if visit.sure and not visit.trial]

    def last(self, days: int) -> Sequence[Day]:
        return self.days[-days:]

    def before(self, days: int, most: int = 364) -> Sequence[Day]:
        """What came before the last so many."""
        return self.days[-most - days : -days]


class Around(NamedTuple):
    """What a day was like, whoever came."""

    files: int | None = None
    minutes: int = 0  # of sessions
    dark: int = 0


def sum_up(day: date, visits: Iterable[Seen], questions: int, outside: int, around: Around) -> Day:
    """`questions` of the survey; `outside` are the minutes from where on a visit is outside."""
    seen = list(visits)
    votes, tests = [one for one in seen if not one.trial], [one for one in seen if one.trial]
    return Day(
        day,
        len(votes),
        tuple(sum(visit.level == level for visit in votes) for level in range(6)),
        sum(len(visit.levels) >= questions and visit.level == 5 for visit in votes),
        sum(visit.bad for visit in votes),
        tuple(visit.place for visit in votes for _ in range(visit.corrected)),
        tuple(visit.place for visit in votes if visit.away > outside),
        tuple(visit.place for visit in tests if visit.away == 0 and visit.session),
        *around,
    )
