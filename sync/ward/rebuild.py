"""`ward rebuild`: votes, anchors and tallies made again from the stored lines. What was released stays released."""

from typing import Any

from sqlalchemy import Connection, Row, Select, and_, delete, func, insert, literal, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from sync.ward.again import all_logs, anchor_row, make_again
from sync.ward.house import House
from sync.ward.release import STATE, last_revision, release, remake_tallies
from sync.ward.store.rows import add_rows
from sync.ward.store.tables import anchors, feed, logs, votes, waiting


def rebuild(db: Connection, house: House) -> int:
    """How many votes and trials there are. What now differs from its last release waits for the next one."""
    now = house.clock()
    for table in (votes, anchors):
        db.execute(delete(table))
    for log in all_logs(db):
        _rebuild_log(db, house, log)
    _let_wait(db, now)
    remake_tallies(db)
    release(db, house.settings.release, house.settings.zone, now)
    return int(db.execute(select(func.count()).select_from(votes)).scalar_one())


def unreleased() -> Select[*tuple[Any, ...]]:
    """(log, seq) of every vote whose state is not the one that was released last."""
    differs = or_(feed.c.position.is_(None), *(votes.c[name].is_distinct_from(feed.c[name]) for name in STATE))
    newest = and_(feed.c.log == votes.c.log, feed.c.seq == votes.c.seq, feed.c.revision == last_revision)
    return select(votes.c.log, votes.c.seq).outerjoin_from(votes, feed, newest).where(differs)


def _rebuild_log(db: Connection, house: House, log: Row[Any]) -> None:
    again = make_again(db, house, log)
    add_rows(db, votes, again.votes)
    if again.anchors:
        db.execute(insert(anchors), [anchor_row(log.id, anchor) for anchor in again.anchors])
    db.execute(update(logs).where(logs.c.id == log.id).values(start=again.start))


def _let_wait(db: Connection, now: int) -> None:
    late = upsert(waiting).from_select(["log", "seq", "since"], unreleased().add_columns(literal(now)))
    db.execute(late.on_conflict_do_nothing())
