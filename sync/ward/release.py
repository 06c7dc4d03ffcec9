"""Making votes visible: each release is numbered, and moves the tallies and appends to the feed in one transaction.

At 1 to 15 votes a day, an official who reloads a page after each visitor would see the face. So with `daily` the votes
of a counter wait until the local day on which they came has closed and at least 3 new visits there are together.
"""

from collections import Counter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    delete,
    false,
    func,
    insert,
    select,
    text,
)

from sync.ward.settings import Release
from sync.ward.settle import WHEN
from sync.ward.store.tables import feed, logs, releases, tallies, votes, waiting
from sync.ward.store.upsert import Upsert, upsert
from sync.ward.times import local, start_of_day

LEAST_VISITS = 3
FOR_EVER = 2**63 - 1
STATE = ("kind", "visit", "question", "rating", "counted", *WHEN)  # of a revision
KEY = ("kiosk", "day", "question", "session", "hour", "rating")  # of a tally


class Due(NamedTuple):
    """What came to this log before a moment waits no longer."""

    the_kiosk: int
    the_log: str
    before: int  # Unix ms


def release(db: Connection, rule: Release, zone: ZoneInfo, now: int) -> None:
    """Release what is due under this rule; nothing is due twice."""
    due = _all_that_waits(db) if rule is Release.IMMEDIATE else _due_daily(db, zone, now)
    if due:
        number = db.execute(insert(releases).values(made=now).returning(releases.c.id)).scalar_one()
        for part in due:
            _release(db, number, part)
        db.execute(_drop_empty)


def _all_that_waits(db: Connection) -> list[Due]:
    query = select(logs.c.kiosk, logs.c.id).where(logs.c.id.in_(select(waiting.c.log))).order_by(logs.c.id)
    return [Due(kiosk, log, FOR_EVER) for kiosk, log in db.execute(query)]


def _due_daily(db: Connection, zone: ZoneInfo, now: int) -> list[Due]:
    today = start_of_day(local(now, zone).date(), zone)
    if db.execute(_any_closed, {"before": today}).first() is None:
        return []
    rows = db.execute(_new_visits, {"before": today}).all()
    visits = Counter[int]()
    for row in rows:
        visits[row.kiosk] += row.new
    ready = {kiosk for kiosk, new in visits.items() if new == 0 or new >= LEAST_VISITS}
    return [Due(row.kiosk, row.log, today) for row in rows if row.kiosk in ready]


def _release(db: Connection, number: int, due: Due) -> None:
    db.execute(_take_back, due._asdict())
    db.execute(_withdraw, {**due._asdict(), "number": number})
    db.execute(_append, {**due._asdict(), "number": number})
    db.execute(_add, due._asdict())
    db.execute(_no_longer_waiting, due._asdict())


def remake_tallies(db: Connection) -> None:
    db.execute(delete(tallies))
    db.execute(_into_tallies(released_tallies()))


def released_tallies() -> Select[*tuple[Any, ...]]:
    """The tallies as they follow from the feed; the table holds the same, kept up release by release."""
    return _states(+1).where(feed.c.revision == last_revision)


def _states(sign: int) -> Select[*tuple[Any, ...]]:
    """Released counted states of votes, per kiosk, day, question, hour and rating."""
    key = (logs.c.kiosk, feed.c.day, feed.c.question, feed.c.session, feed.c.hour, feed.c.rating)
    return (
        select(*key, (sign * func.count()).label("n"))
        .join_from(feed, logs, logs.c.id == feed.c.log)
        .where(feed.c.counted)
        .group_by(*key)
    )


def _into_tallies(states: Select[*tuple[Any, ...]]) -> Upsert:
    new = upsert(tallies).from_select([*KEY, "n"], states)
    return new.on_conflict_do_update(index_elements=KEY, set_={"n": tallies.c.n + new.excluded.n})


older = feed.alias("older")
last_revision = (
    select(func.max(older.c.revision)).where(older.c.log == feed.c.log, older.c.seq == feed.c.seq).scalar_subquery()
)

# The statements of one release. By log and seq: left to itself, the planner would join by reading the whole feed.

_closed = waiting.c.since < bindparam("before", type_=BigInteger)
_KEY = (votes.c.day, votes.c.question, votes.c.session, votes.c.hour, votes.c.rating)
_any_closed = select(waiting.c.since).where(_closed).limit(1)
_places = select(waiting.c.seq).where(waiting.c.log == bindparam("the_log"), _closed)
_take_back = _into_tallies(
    _states(-1).where(feed.c.log == bindparam("the_log"), feed.c.seq.in_(_places), feed.c.revision == last_revision)
)
_before = (
    select(func.coalesce(func.max(older.c.revision), 0))
    .where(older.c.log == votes.c.log, older.c.seq == votes.c.seq)
    .scalar_subquery()
)
_next_revisions = (
    select(
        votes.c.log, votes.c.seq, _before + 1, bindparam("number", type_=Integer), *(votes.c[name] for name in STATE)
    )
    .where(votes.c.log == bindparam("the_log"), votes.c.seq.in_(_places))
    .order_by(votes.c.seq)
)
_append = insert(feed).from_select(["log", "seq", "revision", "release", *STATE], _next_revisions)
_votes_there = select(votes.c.seq).where(votes.c.log == feed.c.log, votes.c.seq == feed.c.seq).exists()
_withdrawn = (
    select(
        feed.c.log, feed.c.seq, feed.c.revision + 1, bindparam("number", type_=Integer),
        *(false() if name == "counted" else feed.c[name] for name in STATE),
    )
    .where(feed.c.log == bindparam("the_log"), feed.c.seq.in_(_places), feed.c.revision == last_revision)
    .where(feed.c.counted, ~_votes_there)
    .order_by(feed.c.seq)
)  # fmt: skip
_withdraw = insert(feed).from_select(["log", "seq", "revision", "release", *STATE], _withdrawn)
_add = _into_tallies(
    select(bindparam("the_kiosk", type_=Integer), *_KEY, func.count().label("n"))
    .where(votes.c.log == bindparam("the_log"), votes.c.seq.in_(_places), votes.c.counted)
    .group_by(*_KEY)
)
_no_longer_waiting = delete(waiting).where(waiting.c.log == bindparam("the_log"), _closed)
_drop_empty = delete(tallies).where(text("n = 0"))  # as the index says it

# How many visits are waiting of which nothing was ever released, by log. 0: only corrections wait.

_released = select(feed.c.seq).where(feed.c.log == waiting.c.log, feed.c.seq == waiting.c.seq).exists()
_visits = (
    select(waiting.c.log, votes.c.visit, func.max((~_released).cast(Integer)).label("new"))
    .outerjoin_from(waiting, votes, and_(waiting.c.log == votes.c.log, waiting.c.seq == votes.c.seq))
    .where(_closed)
    .group_by(waiting.c.log, votes.c.visit)
    .subquery()
)
_new_visits = (
    select(logs.c.kiosk, _visits.c.log, func.sum(_visits.c.new).label("new"))
    .join_from(_visits, logs, logs.c.id == _visits.c.log)
    .group_by(logs.c.kiosk, _visits.c.log)
    .order_by(_visits.c.log)
)
