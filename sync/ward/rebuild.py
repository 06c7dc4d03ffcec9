"""`ward rebuild`: votes, anchors, boots and tallies made again from the lines. What was released stays released."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Connection,
    Row,
    Select,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    union,
    update,
)

from sync.ward.again import all_logs, make_again, row_of
from sync.ward.calendars import add_openings
from sync.ward.house import House
from sync.ward.release import STATE, last_revision, release, remake_tallies
from sync.ward.store.rows import add_rows
from sync.ward.store.tables import anchors, boots, feed, logs, openings, votes, waiting
from sync.ward.store.upsert import upsert


def rebuild(db: Connection, house: House) -> int:
    """How many votes and trials there are. What now differs from its last release waits for the next one."""
    now = house.clock()
    for log in all_logs(db):
        rebuild_log(db, house, log)
    let_wait(db, now)
    remake_tallies(db)
    release(db, house.settings.release, house.settings.zone, now)
    return int(db.execute(select(func.count()).select_from(votes)).scalar_one())


def unreleased() -> CompoundSelect[*tuple[Any, ...]]:
    """(log, seq) of every place whose state is not the one that was released last."""
    differs = or_(feed.c.position.is_(None), *(votes.c[name].is_distinct_from(feed.c[name]) for name in STATE))
    newest = and_(feed.c.log == votes.c.log, feed.c.seq == votes.c.seq, feed.c.revision == last_revision)
    changed = select(votes.c.log, votes.c.seq).outerjoin_from(votes, feed, newest).where(differs)
    return union(changed, _gone())


def _gone() -> Select[*tuple[Any, ...]]:
    """What was released as counted and is no vote any more: another branch of its log counts now."""
    still = select(votes.c.seq).where(votes.c.log == feed.c.log, votes.c.seq == feed.c.seq).exists()
    return select(feed.c.log, feed.c.seq).where(feed.c.counted, feed.c.revision == last_revision, ~still)


def rebuild_log(db: Connection, house: House, log: Row[Any]) -> None:
    """Votes and dates of one log, from the lines of the branch that counts."""
    again = make_again(db, house, log)
    for table in (votes, anchors, boots, openings):
        db.execute(delete(table).where(table.c.log == log.id))
    add_rows(db, votes, again.votes)
    for table, found in ((anchors, again.anchors), (boots, again.stretches)):
        if rows := [row_of(log.id, one) for one in found]:
            db.execute(insert(table), rows)
    add_openings(db, log.id, again.openings)
    db.execute(update(logs).where(logs.c.id == log.id).values(start=again.start))


def count_again(db: Connection, house: House, log: Row[Any]) -> None:
    """After another branch came to count, or grew: what differs from its last release waits for the next one."""
    rebuild_log(db, house, log)
    let_wait(db, house.clock(), log.id)


def let_wait(db: Connection, now: int, log: str | None = None) -> None:
    late = unreleased().subquery()
    query = select(late.c.log, late.c.seq, literal(now, BigInteger)).where(late.c.log == log if log else true())
    wait = upsert(waiting).from_select(["log", "seq", "since"], query)
    db.execute(wait.on_conflict_do_nothing())
