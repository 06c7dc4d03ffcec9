"""Making votes visible: each release is numbered, and moves the tallies and appends to the feed in one transaction.

At 1 to 15 votes a day, an official who reloads a page after each visitor would see the face. So with `daily` the votes
of a counter wait until the local day on which they came has closed and at least 3 new visits there are together.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    and_,
    delete,
    func,
    insert,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from sync.ward.settings import Release
from sync.ward.store.tables import feed, logs, releases, tallies, votes, waiting
from sync.ward.times import local, start_of_day

LEAST_VISITS = 3
SLICE = 500  # values in one IN (...)
STATE = ("counted", "at", "error", "source", "day", "hour")  # what a revision states

older = feed.alias("older")
last_revision = (
    select(func.max(older.c.revision)).where(older.c.log == feed.c.log, older.c.seq == feed.c.seq).scalar_subquery()
)
waits = and_(waiting.c.log == votes.c.log, waiting.c.seq == votes.c.seq)


def release(db: Connection, rule: Release, zone: ZoneInfo, now: int) -> None:
    """Release what is due under this rule; nothing is due twice."""
    due = true() if rule is Release.IMMEDIATE else _due_daily(db, zone, now)
    places = db.execute(select(waiting.c.log, waiting.c.seq).where(due).order_by(waiting.c.log, waiting.c.seq)).all()
    if places:
        number = db.execute(insert(releases).values(made=now).returning(releases.c.id)).scalar_one()
        for log, seqs in _by_log(places):
            _release(db, number, log, seqs)
        db.execute(delete(tallies).where(tallies.c.n == 0))


def _by_log(places: Sequence[Row[str, int]]) -> Iterator[tuple[str, list[int]]]:
    """In slices, by key: left to itself, the planner would join by reading the whole feed for every release."""
    for log, rows in groupby(places, lambda row: row.log):
        seqs = [row.seq for row in rows]
        yield from ((log, seqs[i : i + SLICE]) for i in range(0, len(seqs), SLICE))


def _due_daily(db: Connection, zone: ZoneInfo, now: int) -> ColumnElement[bool]:
    closed = waiting.c.since < start_of_day(local(now, zone).date(), zone)
    ready = [kiosk for kiosk, visits in _new_visits(db, closed) if visits == 0 or visits >= LEAST_VISITS]
    return and_(closed, waiting.c.log.in_(select(logs.c.id).where(logs.c.kiosk.in_(ready))))


def _new_visits(db: Connection, closed: ColumnElement[bool]) -> list[tuple[int, int]]:
    """Per kiosk: how many visits are waiting of which nothing was ever released. 0: only corrections wait."""
    released = select(feed.c.seq).where(feed.c.log == votes.c.log, feed.c.seq == votes.c.seq).exists()
    places = (
        select(logs.c.kiosk, votes.c.log, votes.c.visit, func.max((~released).cast(Integer)).label("new"))
        .join_from(waiting, logs, logs.c.id == waiting.c.log)
        .outerjoin(votes, waits)  # outer, so that the planner starts from the few that wait
        .where(closed)
        .group_by(logs.c.kiosk, votes.c.log, votes.c.visit)
        .subquery()
    )
    return [
        (row[0], row[1]) for row in db.execute(select(places.c.kiosk, func.sum(places.c.new)).group_by(places.c.kiosk))
    ]


def _release(db: Connection, number: int, log: str, seqs: Sequence[int]) -> None:
    end = db.execute(select(func.coalesce(func.max(feed.c.position), 0))).scalar_one()
    _add_to_tallies(db, _states(-1).where(feed.c.log == log, feed.c.seq.in_(seqs)))
    revisions = _revisions(number).where(votes.c.log == log, votes.c.seq.in_(seqs))
    db.execute(insert(feed).from_select(["log", "seq", "revision", "release", *STATE], revisions))
    _add_to_tallies(db, _states(+1).where(feed.c.position > end))
    db.execute(delete(waiting).where(waiting.c.log == log, waiting.c.seq.in_(seqs)))


def _revisions(number: int) -> Select[*tuple[object, ...]]:
    """The next revision of votes: their state as it is now."""
    before = (
        select(func.coalesce(func.max(older.c.revision), 0))
        .where(older.c.log == votes.c.log, older.c.seq == votes.c.seq)
        .scalar_subquery()
    )
    state = (votes.c[name] for name in STATE)
    return select(votes.c.log, votes.c.seq, before + 1, literal(number), *state).order_by(votes.c.log, votes.c.seq)


def released_tallies() -> Select[*tuple[object, ...]]:
    """The tallies as they follow from the feed; the table holds the same, kept up release by release."""
    return _states(+1)


def _states(sign: int) -> Select[*tuple[object, ...]]:
    """Counted votes in their newest released state, per kiosk, question, day, hour and rating."""
    key = (logs.c.kiosk, votes.c.question, feed.c.day, feed.c.hour, votes.c.rating)
    return (
        select(*key, (sign * func.count()).label("n"))
        .join_from(feed, votes, and_(votes.c.log == feed.c.log, votes.c.seq == feed.c.seq))
        .join(logs, logs.c.id == feed.c.log)
        .where(feed.c.counted, feed.c.revision == last_revision)
        .group_by(*key)
    )


def _add_to_tallies(db: Connection, states: Select[*tuple[object, ...]]) -> None:
    new = upsert(tallies).from_select(["kiosk", "question", "day", "hour", "rating", "n"], states)
    key = ["kiosk", "question", "day", "hour", "rating"]
    db.execute(new.on_conflict_do_update(index_elements=key, set_={"n": tallies.c.n + new.excluded.n}))


def remake_tallies(db: Connection) -> None:
    db.execute(delete(tallies))
    _add_to_tallies(db, released_tallies())
