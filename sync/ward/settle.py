"""Votes as rows: which of a visit counts, and when each was pressed. Pure; used by ingest, rebuild and check."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from msgspec.structs import astuple

from sync.ward.dating import Anchor, BootTime
from sync.ward.reading import Vote
from sync.ward.times import day_and_hour

VoteRow = tuple[Any, ...]  # in the order of `COLUMNS`
ByBoot = Mapping[str, Sequence[Anchor]]


When = tuple[int | None, int | None, str | None, str, int]
WHEN = ("at", "error", "source", "day", "hour")  # the columns that depend on evidence about time


NO_DAY = ("", -1)


class Pressed(Protocol):
    """What has to be dated: a vote, or a row of one."""

    @property
    def boot(self) -> str: ...
    @property
    def mono(self) -> int: ...
    @property
    def wall(self) -> int: ...
    @property
    def clock(self) -> str: ...


COLUMNS = ("log", *Vote.__struct_fields__, "counted", *WHEN)  # of the table `votes`


class Calendar:
    """Dates presses; what is known about a boot is looked through once."""

    def __init__(self, anchors: ByBoot, zone: ZoneInfo) -> None:
        self._anchors, self._zone = anchors, zone
        self._boots: dict[str, BootTime] = {}

    def when(self, vote: Pressed) -> When:
        dated = self._boot(vote.boot).date(vote.mono, vote.wall, vote.clock)
        return (*dated, *(NO_DAY if dated.at is None else day_and_hour(dated.at, self._zone)))

    def _boot(self, name: str) -> BootTime:
        if name not in self._boots:
            self._boots[name] = BootTime(self._anchors.get(name, ()))
        return self._boots[name]


def settle(log: str, votes: Sequence[Vote], anchors: ByBoot, zone: ZoneInfo) -> list[VoteRow]:
    """A row of the `votes` table for each vote. `votes` are in the order of the log."""
    counting = {(vote.visit, vote.question): vote.seq for vote in votes if vote.kind == "vote"}
    when = Calendar(anchors, zone).when
    return [(log, *astuple(vote), counting.get((vote.visit, vote.question)) == vote.seq, *when(vote)) for vote in votes]


def by_boot(anchors: Iterable[Anchor]) -> dict[str, list[Anchor]]:
    groups: dict[str, list[Anchor]] = {}
    for anchor in anchors:
        groups.setdefault(anchor.boot, []).append(anchor)
    return groups
