"""`ward check`: every chain from the stored lines, and every projection against one made again. Changes nothing."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, and_, select

from sync.ward.again import Again, all_logs, kept_headers, make_again
from sync.ward.audit import check_audit
from sync.ward.branches import letter, numbers, parent_hash
from sync.ward.calendars import openings_of
from sync.ward.covering import published, work_out
from sync.ward.dating import Anchor
from sync.ward.house import House
from sync.ward.rebuild import unreleased
from sync.ward.release import released_tallies
from sync.ward.settle import COLUMNS
from sync.ward.spelling import spells_from
from sync.ward.store.days import covered
from sync.ward.store.tables import anchors, boots, branches, entries, tallies, votes, waiting
from sync.ward.stretches import Stretch
from sync.wire import BadLine, BadSignature, Purpose, check_place, genesis, link


def check(db: Connection, house: House) -> Iterator[str]:
    """One sentence for each difference; nothing when all is as it should be."""
    for log in all_logs(db):
        differences = list(_chain(db, log))
        yield from (f"log {log.id}: {difference}" for difference in differences or _log(db, house, log))
    yield from _tallies(db)
    yield from _coverage(db, house)
    yield from _waiting(db)
    yield from check_audit(db)


def _log(db: Connection, house: House, log: Row[Any]) -> Iterator[str]:
    again = make_again(db, house, log)
    yield from _headers(db, log)
    yield from _branches(db, log)
    yield from _votes(db, log, again)
    yield from _anchors(db, log, again)
    yield from _stretches(db, log, again)
    yield from _openings(db, log, again)
    yield from _spells(db, log, again)
    if log.start != again.start:
        yield f"its newest start is noted as entry {log.start}, but is {again.start}"


def _chain(db: Connection, log: Row[Any]) -> Iterator[str]:
    seq, previous = 0, genesis(log.key)
    query = select(entries.c.seq, entries.c.line, entries.c.hash).where(entries.c.log == log.id).order_by(entries.c.seq)
    for seq, row in enumerate(db.execute(query), 1):
        previous = link(previous, row.line)
        if why := _misfit(row, seq, previous):
            yield why
            return
    if (log.have, bytes(log.head)) != (seq, previous):
        yield f"it is noted to end at entry {log.have}, but its chain ends at {seq}"


def _misfit(row: Row[int, str, bytes], seq: int, expected: bytes) -> str:
    try:
        check_place(row.line, seq)
    except BadLine as error:
        return str(error)
    return "" if row.hash == expected and row.seq == seq else f"entry {seq}: does not fit the chain"


def _branches(db: Connection, log: Row[Any]) -> Iterator[str]:
    """Every entry of every other branch: what it follows on, in its own branch or where that left another."""
    if log.branch not in numbers(db, log.id):
        yield f"branch {letter(log.branch)} is noted to count, but is not here"
    for row in db.execute(select(branches).where(branches.c.log == log.id).order_by(branches.c.branch, branches.c.seq)):
        if why := _stray(db, log, row):
            yield f"branch {letter(row.branch)}: {why}"


def _stray(db: Connection, log: Row[Any], row: Row[Any]) -> str:
    try:
        check_place(row.line, row.seq)
    except BadLine as error:
        return str(error)
    return "" if parent_hash(db, log, row) else f"entry {row.seq}: does not fit the chain"


def _headers(db: Connection, log: Row[Any]) -> Iterator[str]:
    for why, signed in kept_headers(db, log.id):
        try:
            signed.check(log.key, Purpose.BATCH)
        except BadSignature:
            yield f"a header kept as evidence ({why}) is not signed by the log"


def _votes(db: Connection, log: Row[Any], again: Again) -> Iterator[str]:
    rows = db.execute(select(votes).where(votes.c.log == log.id)).all()
    stored = {row.seq: dict(row._mapping) for row in rows}
    expected = {row["seq"]: row for row in (dict(zip(COLUMNS, vote, strict=True)) for vote in again.votes)}
    for seq in sorted(stored.keys() | expected.keys()):
        yield from (f"entry {seq}: {what}" for what in _row(stored.get(seq), expected.get(seq)))


def _row(stored: Mapping[str, Any] | None, expected: Mapping[str, Any] | None) -> Iterator[str]:
    if stored is None or expected is None:
        yield "is missing among the votes" if stored is None else "is among the votes, but is none"
        return
    for name, value in expected.items():
        if stored[name] != value:
            yield f"{name} is {stored[name]!r}, should be {value!r}"


def _anchors(db: Connection, log: Row[Any], again: Again) -> Iterator[str]:
    columns = (anchors.c[name] for name in Anchor.__struct_fields__)
    stored = {Anchor(*row) for row in db.execute(select(*columns).where(anchors.c.log == log.id))}
    for anchor in sorted(stored ^ set(again.anchors)):
        state = "has no evidence" if anchor in stored else "is missing"
        yield f"the anchor {msgspec.json.encode(anchor).decode()} {state}"


def _stretches(db: Connection, log: Row[Any], again: Again) -> Iterator[str]:
    columns = (boots.c[name] for name in Stretch.__struct_fields__)
    stored = {row[0]: Stretch(*row) for row in db.execute(select(*columns).where(boots.c.log == log.id))}
    expected = {one.first: one for one in again.stretches}
    for first in sorted(stored.keys() | expected.keys()):
        if stored.get(first) != expected.get(first):
            yield f"the boot from entry {first} on is {stored.get(first)}, should be {expected.get(first)}"


def _openings(db: Connection, log: Row[Any], again: Again) -> Iterator[str]:
    stored = dict(openings_of(db, log.id))
    expected = dict(again.openings)
    for seq in sorted(stored.keys() | expected.keys()):
        if stored.get(seq) != expected.get(seq):
            yield f"the opening sessions from entry {seq} on are noted otherwise than its `start` says"


def _spells(db: Connection, log: Row[Any], again: Again) -> Iterator[str]:
    stored = {one.spell.first: one for one in spells_from(db, log.id, 0)}
    expected = {one.spell.first: one for one in again.spells}
    for first in sorted(stored.keys() | expected.keys()):
        if stored.get(first) != expected.get(first):
            yield f"the terminal's life from entry {first} on is {stored.get(first)}, should be {expected.get(first)}"


def _coverage(db: Connection, house: House) -> Iterator[str]:
    """Of the days that are worked out; where a change waits for the next release, they are not."""
    zone, stored = house.settings.zone, published(db)
    for row in db.execute(select(covered).order_by(covered.c.kiosk)).all():
        expected = work_out(db, row.kiosk, date.min, date.fromisoformat(row.day), zone)
        known = {day: minutes for day, minutes in stored.get(row.kiosk, {}).items() if day < row.day and any(minutes)}
        for day in sorted(known.keys() | expected.keys()):
            if known.get(day) != expected.get(day):
                yield f"coverage of kiosk {row.kiosk}, {day}: is {known.get(day)}, should be {expected.get(day)}"


def _tallies(db: Connection) -> Iterator[str]:
    stored = {tuple(row[:-1]): row.n for row in db.execute(select(tallies))}
    expected = {tuple(row[:-1]): row[-1] for row in db.execute(released_tallies())}
    for key in sorted(stored.keys() | expected.keys()):
        if stored.get(key) != expected.get(key):
            place = "kiosk {0}, {2}, {1} {4}:00 ({3}), rating {5}".format(*key)
            yield f"tally of {place}: is {stored.get(key, 0)}, should be {expected.get(key, 0)}"


def _waiting(db: Connection) -> Iterator[str]:
    late = unreleased().subquery()
    waits = and_(waiting.c.log == late.c.log, waiting.c.seq == late.c.seq)
    query = select(late.c.log, late.c.seq).outerjoin_from(late, waiting, waits).where(waiting.c.log.is_(None))
    for log, seq in db.execute(query):
        yield f"log {log}: entry {seq}: changed since it was released, but does not wait for a release"
