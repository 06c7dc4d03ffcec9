"""A log's projections made again from what is stored: the whole log at once, by none of the steps that ingest takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from sync.ward.branches import arrivals_on, lines_on
from sync.ward.dating import Anchor, echo_anchor
from sync.ward.house import House
from sync.ward.opening import Opening, only_changes
from sync.ward.reading import Reading, read_lines
from sync.ward.settle import Calendar, VoteRow, by_boot, settle
from sync.ward.store.tables import headers, logs
from sync.ward.stretches import Stretch, bound
from sync.ward.timeline import mark_returned, spans
from sync.wire import Header, Signed


@dataclass(frozen=True, slots=True)
class Again:
    votes: list[VoteRow]
    anchors: list[Anchor]
    stretches: list[Stretch]
    openings: list[Opening]
    start: int | None


def make_again(db: Connection, house: House, log: Row[Any]) -> Again:
    reading = _read_again(db, log)
    anchors = sorted({*reading.anchors, *_echoed(db, house, log)})
    evidence = by_boot(anchors)
    mark_returned(reading.stretches, {})
    bound(reading.stretches, spans(reading.stretches, evidence))
    openings = list(only_changes((), reading.openings))
    votes = settle(log.id, reading.votes, Calendar(reading.stretches, evidence, openings, house.settings.zone))
    return Again(votes, anchors, reading.stretches, openings, reading.start)


def _read_again(db: Connection, log: Row[Any]) -> Reading:
    """Batch by batch as they came, since that is evidence too."""
    whole, lines, after = Reading(), lines_on(db, log, log.branch), 0
    for last, at in arrivals_on(db, log, log.branch):
        part = read_lines(after, islice(lines, last - after), whole.stretches[-1] if whole.stretches else None)
        _put_together(whole, part, after, at)
        after = last
    return whole


def _put_together(whole: Reading, part: Reading, after: int, at: int) -> None:
    for one in part.stretches:
        if one.last > after:
            one.note_arrival(at)
    whole.stretches += part.stretches[1:] if whole.stretches else part.stretches
    whole.votes += part.votes
    whole.anchors += part.anchors
    whole.openings += part.openings
    whole.start = part.start or whole.start


def all_logs(db: Connection) -> list[Row[Any]]:
    return list(db.execute(select(logs).order_by(logs.c.enrolled, logs.c.id)).all())


def kept_headers(db: Connection, log: str) -> Iterator[tuple[str, Signed]]:
    """Why each was kept, and the signed line."""
    query = select(headers).where(headers.c.log == log).order_by(headers.c.nonce)
    for row in db.execute(query):
        yield row.why, Signed(row.line, row.sig)


def _echoed(db: Connection, house: House, log: Row[Any]) -> Iterator[Anchor]:
    beside = set(db.execute(select(logs.c.id).where(logs.c.kiosk == log.kiosk)).scalars())
    for why, signed in kept_headers(db, log.id):
        echo = signed.read(Header).echo
        anchor = echo_anchor(echo, bytes(house.key.verify_key), beside) if echo and why == "echo" else None
        if anchor is not None:
            yield anchor


def row_of(log: str, what: Anchor | Stretch) -> dict[str, Any]:
    return {"log": log, **msgspec.structs.asdict(what)}
