"""A log's projections made again from what is stored: the whole log at once, by none of the steps that ingest takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from sync.ward.branches import lines_on
from sync.ward.dating import Anchor, echo_anchor
from sync.ward.house import House
from sync.ward.reading import read_lines
from sync.ward.settle import VoteRow, by_boot, settle
from sync.ward.store.tables import headers, logs
from sync.wire import Header, Signed


@dataclass(frozen=True, slots=True)
class Again:
    votes: list[VoteRow]
    anchors: list[Anchor]
    start: int | None


def make_again(db: Connection, house: House, log: Row[Any]) -> Again:
    reading = read_lines(0, lines_on(db, log, log.branch))
    anchors = sorted({*reading.anchors, *_echoed(db, house, log)})
    votes = settle(log.id, reading.votes, by_boot(anchors), house.settings.zone)
    return Again(votes, anchors, reading.start)


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


def anchor_row(log: str, anchor: Anchor) -> dict[str, Any]:
    return {"log": log, **msgspec.structs.asdict(anchor)}
