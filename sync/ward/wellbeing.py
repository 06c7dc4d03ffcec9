"""How each kiosk is, now: for whoever looks after them. It shows no rating."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from sync.ward.status import KioskStatus
from sync.ward.store.tables import entries, logs
from sync.ward.times import DAY, MINUTE, local

LATELY = 20 * MINUTE  # four heartbeats
QUIET = 3 * DAY  # a weekend
LOOKED_THROUGH = 300  # newest entries of a log, for faults
FULL = 500_000_000  # bytes: years of votes, but hardly an upgrade
WRONG_CLOCK = 5 * MINUTE


class Heard(StrEnum):
    """How long ago a kiosk was last heard of."""

    NOW = "now"
    TODAY = "lately"
    SILENT = "silent"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Fault:
    what: str  # stuck | released | not-recorded | anything else
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Wellbeing:
    status: KioskStatus
    heard: Heard
    seen: datetime | None
    age: int  # ms since it was last heard of
    fault: Fault | None  # the newest

    @property
    def clock_is_off(self) -> bool:
        """Its own clock, when it was last heard of, was not what this server's said."""
        wall, seen = self.status.health.wall, self.status.seen
        return wall is not None and seen is not None and abs(wall - seen) > WRONG_CLOCK

    @property
    def nearly_full(self) -> bool:
        return self.status.health.free is not None and self.status.health.free < FULL


def heard(status: KioskStatus, now: int) -> Heard:
    if status.seen is None:
        return Heard.NEVER
    age = now - status.seen
    if age <= LATELY:
        return Heard.NOW
    return Heard.TODAY if age <= QUIET else Heard.SILENT


def how_they_are(db: Connection, statuses: Sequence[KioskStatus], now: int, zone: ZoneInfo) -> list[Wellbeing]:
    faults = newest_faults(db, [status.id for status in statuses], zone)
    return [
        Wellbeing(
            status, heard(status, now), local(status.seen, zone) if status.seen is not None else None,
            max(0, now - (status.seen or 0)), faults.get(status.id),
        )
        for status in statuses
    ]  # fmt: skip


def newest_faults(db: Connection, kiosks: Iterable[int], zone: ZoneInfo) -> dict[int, Fault]:
    """By kiosk, as its newest entries tell; dated by the kiosk's own clock."""
    query = (
        select(logs.c.kiosk, entries.c.line)
        .join_from(logs, entries, entries.c.log == logs.c.id)
        .where(logs.c.kiosk.in_(list(kiosks)), entries.c.seq > logs.c.have - LOOKED_THROUGH)
        .where(entries.c.line.contains('"kind":"fault"'))
        .order_by(logs.c.enrolled, entries.c.log, entries.c.seq)
    )
    lines = ((kiosk, json.loads(line)) for kiosk, line in db.execute(query))
    return {kiosk: _fault(said, zone) for kiosk, said in lines if said["kind"] == "fault"}


def _fault(said: dict[str, Any], zone: ZoneInfo) -> Fault:
    what = said["body"].get("fault") if isinstance(said["body"], dict) else None
    try:
        at = local(said["wall"], zone)
    except (ValueError, OverflowError):  # a clock may say anything
        at = None
    return Fault(str(what or "")[:60], at)
