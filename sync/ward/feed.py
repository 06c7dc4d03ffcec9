"""The pull feed: every released state of every vote, in the order of release. A cursor only ever grows.

A row is (log, seq, revision). A correction, or a better date, is a new row with a higher revision; the newest holds.
Where a person decides that another branch of a forked log counts, the same place may so come to hold another vote.

Who may not see exact times must not see the order of the visitors either: under daily release their rows stand in no
order, and `seq` and `visit` are names of the places (`Veil`), the same for ever, that say nothing of before and after.

A cursor names the row that it stands behind. After a ward was brought back from a backup another row may come to stand
at that position; then the cursor is refused, since whoever goes on from it would miss rows and never know.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, Row, select

from sync.ward.house import House
from sync.ward.store.tables import feed, kiosks, logs
from sync.ward.times import local

MOST_ROWS = 10_000
VERSION = "2"


@dataclass(frozen=True, slots=True)
class Veil:
    """Names the places of a log by a secret of this ward."""

    secret: bytes

    def place(self, log: str, seq: int) -> int:
        named = hmac.digest(self.secret, f"{log}:{seq}".encode(), sha256)
        return int.from_bytes(named[:7]) >> 3 or 1  # 53 bits: what every JSON reader keeps exactly


def veil_of(house: House) -> Veil:
    return Veil(hmac.digest(bytes(house.key), b"hailong feed v1\n", sha256))


class BadCursor(ValueError):
    """Not a cursor that this feed gave out, or of a feed that is no more."""


class FeedRow(msgspec.Struct, frozen=True):
    log: str
    seq: int  # its place in the log; without the scope `exact`, under daily release, a name of that place
    revision: int
    release: int
    kiosk: int
    kiosk_name: str
    kind: str  # vote | trial (never counted)
    visit: int  # `seq` of the visit's first vote
    question: str
    rating: int  # 5 very satisfied ... 1 very dissatisfied
    counted: bool  # false: a trial, answered again within the visit, or in a branch that does not count
    day: str | None  # local day on which it is counted; null: time uncertain
    session: str | None  # as the kiosk calls it, or "outside"; null: time uncertain, or the kiosk has no calendar
    at: str | None  # ISO 8601 with milliseconds; null: time uncertain, or not shown to this token
    error_ms: int | None  # the true time is within this of `at`
    dated_by: str | None  # echo | clock | wall | rtc | bounds; shown with `at`


class Page(msgspec.Struct, frozen=True):
    rows: list[FeedRow]
    next: str  # the cursor to ask with next time, also when nothing came
    more: bool


def read_page(
    db: Connection, after: str, limit: int, zone: ZoneInfo, veil: Veil | None, of: frozenset[int] | None = None
) -> Page:
    """`veil`: for who may not see exact times; `of`: only these kiosks."""
    start = position_of(db, after) if after else 0
    query = _newer().where(feed.c.position > start).limit(limit + 1)
    found = db.execute(query if of is None else query.where(logs.c.kiosk.in_(of))).all()
    rows = found[:limit]
    end = _cursor(rows[-1]) if rows else after
    seen = [_veiled(row, veil) if veil else _exact(row, zone) for row in rows]
    return Page(seen, end, len(found) > limit)


def position_of(db: Connection, cursor: str) -> int:
    try:
        version, _, number = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(":")
        position = int(number.partition(":")[0])
    except ValueError as error:
        raise BadCursor(f"{cursor:.40} is not a cursor of this feed") from error
    if version != VERSION or not 0 < position < 2**63:
        raise BadCursor(f"{cursor:.40} is not a cursor of this feed; begin again without one")
    row = db.execute(select(feed).where(feed.c.position == position)).first()
    if row is None or _cursor(row) != cursor:
        raise BadCursor("this cursor is of a feed that is no more (the ward was restored); begin again without one")
    return position


def _cursor(row: Row[Any]) -> str:
    which = sha256(f"{row.log} {row.seq} {row.revision} {row.rating} {row.release}".encode()).hexdigest()[:8]
    return urlsafe_b64encode(f"{VERSION}:{row.position}:{which}".encode()).decode().rstrip("=")


def _newer() -> Any:
    return (
        select(feed, logs.c.kiosk, kiosks.c.name)
        .join_from(feed, logs, logs.c.id == feed.c.log)
        .join(kiosks, kiosks.c.id == logs.c.kiosk)
        .order_by(feed.c.position)
    )


def _exact(row: Row[Any], zone: ZoneInfo) -> FeedRow:
    at = local(row.at, zone).isoformat(timespec="milliseconds") if row.at is not None else None
    return FeedRow(
        row.log, row.seq, row.revision, row.release, row.kiosk, row.name, row.kind, row.visit, row.question, row.rating,
        row.counted, row.day or None, row.session or None, at, row.error, row.source,
    )  # fmt: skip


def _veiled(row: Row[Any], veil: Veil) -> FeedRow:
    place, visit = veil.place(row.log, row.seq), veil.place(row.log, row.visit)
    return FeedRow(
        row.log, place, row.revision, row.release, row.kiosk, row.name, row.kind, visit, row.question, row.rating,
        row.counted, row.shown_day or None, row.shown_session or None, None, None, None,
    )  # fmt: skip
