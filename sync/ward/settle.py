"""Votes as rows: which of a visit counts, and when each was pressed. Pure; used by ingest, rebuild and check."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from sync.ward.dating import Anchor, date
from sync.ward.reading import Vote
from sync.ward.times import day_and_hour

Row = dict[str, Any]
ByBoot = Mapping[str, Sequence[Anchor]]


def settle(log: str, votes: Sequence[Vote], anchors: ByBoot, zone: ZoneInfo) -> list[Row]:
    """A row of the `votes` table for each vote. `votes` are in the order of the log."""
    counting = {(vote.visit, vote.question): vote.seq for vote in votes if vote.kind == "vote"}
    return [
        {
            "log": log,
            **msgspec.structs.asdict(vote),
            "counted": counting.get((vote.visit, vote.question)) == vote.seq,
            **dating(vote.mono, vote.wall, vote.clock, anchors.get(vote.boot, ()), zone),
        }
        for vote in votes
    ]


def dating(mono: int, wall: int, clock: str, anchors: Sequence[Anchor], zone: ZoneInfo) -> Row:
    """The columns that depend on evidence about time."""
    dated = date(mono, wall, clock, anchors)
    day, hour = ("", -1) if dated.at is None else day_and_hour(dated.at, zone)
    return {**dated._asdict(), "day": day, "hour": hour}


def by_boot(anchors: Iterable[Anchor]) -> dict[str, list[Anchor]]:
    groups: dict[str, list[Anchor]] = {}
    for anchor in anchors:
        groups.setdefault(anchor.boot, []).append(anchor)
    return groups
