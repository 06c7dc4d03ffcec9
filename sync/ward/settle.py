"""Votes as rows: which of a visit counts, and when each was pressed. Pure; used by ingest, rebuild and check."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import astuple

from sync.ward.dating import Anchor, Dated, Stamped
from sync.ward.opening import Opening, Session, holding, session_at
from sync.ward.reading import Vote
from sync.ward.stretches import Stretch, StretchTime
from sync.ward.times import day_and_hour

VoteRow = tuple[Any, ...]  # in the order of `COLUMNS`
ByBoot = Mapping[str, Sequence[Anchor]]


When = tuple[int | None, int | None, str | None, str, int, str]
WHEN = ("at", "error", "source", "day", "hour", "session")  # the columns that depend on evidence about time


COLUMNS = ("log", *Vote.__struct_fields__, "counted", *WHEN)  # of the table `votes`


class Calendar:
    """Dates presses; what is known about a stretch, and its sessions, are looked through once."""

    def __init__(
        self, stretches: Iterable[Stretch], anchors: ByBoot, openings: Iterable[Opening], zone: ZoneInfo
    ) -> None:
        self._stretches, self._anchors, self._zone = sorted(stretches, key=_first), anchors, zone
        self._openings = list(openings)
        self._at = range(0)  # the places of the stretch that was looked up last
        self._time: StretchTime
        self._sessions: tuple[Session, ...] = ()

    def date(self, press: Stamped) -> Dated:
        if press.seq not in self._at:
            self._turn_to(press.seq)
        return self._time.date(press.mono, press.wall, press.clock)

    def when(self, vote: Stamped) -> When:
        dated = self.date(vote)
        session = session_at(self._sessions, dated.at, dated.error, self._zone)
        return (*dated, *day_and_hour(dated.at, dated.error, self._zone), session)

    def _turn_to(self, seq: int) -> None:
        stretch = self._stretches[bisect_right(self._stretches, seq, key=_first) - 1]
        self._sessions, holds = holding(self._openings, seq)
        self._at = range(max(stretch.first, holds.start), min(stretch.last + 1, holds.stop))
        self._time = StretchTime(stretch, self._anchors.get(stretch.boot, ()))


def _first(stretch: Stretch) -> int:
    return stretch.first


def settle(log: str, votes: Sequence[Vote], calendar: Calendar) -> list[VoteRow]:
    """A row of the `votes` table for each vote. `votes` are in the order of the log."""
    counting = {(vote.visit, vote.question): vote.seq for vote in votes if vote.kind == "vote"}
    when = calendar.when
    return [(log, *astuple(vote), counting.get((vote.visit, vote.question)) == vote.seq, *when(vote)) for vote in votes]


def by_boot(anchors: Iterable[Anchor]) -> dict[str, list[Anchor]]:
    groups: dict[str, list[Anchor]] = {}
    for anchor in anchors:
        groups.setdefault(anchor.boot, []).append(anchor)
    return groups
