"""Making votes visible: each release is numbered, and moves the tallies and appends to the feed in one transaction.

At 1 to 15 votes a day, an official who reloads a page after each visitor would see the face. So with `daily` a visit
waits until the local day on which it came has closed, and is then counted where at least two others are (`hiding.py`).
"""

from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
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
    true,
)
from sqlalchemy.sql.dml import Delete, Insert

from sync.ward.covering import publish, uncovered
from sync.ward.settings import Release
from sync.ward.settle import WHEN
from sync.ward.showing import decide
from sync.ward.store.tables import feed, logs, releases, tallies, votes, waiting
from sync.ward.store.upsert import Upsert, upsert
from sync.ward.times import local, start_of_day

STATE = ("kind", "visit", "question", "rating", "counted", *WHEN)  # of a revision
SHOWN = ("shown_day", "shown_session", "shown_hour")
KEY = ("kiosk", "day", "question", "session", "hour", "rating")  # of a tally


def release(db: Connection, rule: Release, zone: ZoneInfo, now: int) -> None:
    """Release what is due under this rule; nothing is due twice."""
    how = AT_ONCE if rule is Release.IMMEDIATE else BY_THE_DAY
    if how is BY_THE_DAY:
        decide(db, start_of_day(local(now, zone).date(), zone), now)
    due = db.execute(how.logs).all()
    covered = uncovered(db, zone, now)
    if due or covered:
        number = db.execute(insert(releases).values(made=now).returning(releases.c.id)).scalar_one()
        for kiosk, log in due:
            _release(db, how, {"the_kiosk": kiosk, "the_log": log, "number": number})
        publish(db, covered, number)
        db.execute(_drop_empty)


def _release(db: Connection, how: "Steps", one: dict[str, Any]) -> None:
    for step in (how.take_back, how.withdraw, how.append, how.add, how.no_longer_waiting):
        db.execute(step, one)


def remake_tallies(db: Connection) -> None:
    db.execute(delete(tallies))
    db.execute(_into_tallies(released_tallies()))


def released_tallies() -> Select[*tuple[Any, ...]]:
    """The tallies as they follow from the feed; the table holds the same, kept up release by release."""
    return _states(+1).where(feed.c.revision == last_revision)


def _states(sign: int) -> Select[*tuple[Any, ...]]:
    """Released counted states of votes, per kiosk, day, question, session, hour and rating."""
    key = (
        logs.c.kiosk, feed.c.shown_day, feed.c.question, feed.c.shown_session, feed.c.shown_hour, feed.c.rating,
    )  # fmt: skip
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


class Steps(NamedTuple):
    logs: Select[Any]  # of which something is due, with their kiosks
    take_back: Upsert
    withdraw: Insert
    append: Insert
    add: Upsert
    no_longer_waiting: Delete


def _steps(due: ColumnElement[bool], shuffled: ColumnElement[Any] | None = None) -> Steps:
    """`shuffled`: the order in which the rows of a release stand in the feed, if not that of the log."""
    mine = and_(waiting.c.log == bindparam("the_log"), due)
    places = select(waiting.c.seq).where(mine)
    newest = (feed.c.log == bindparam("the_log"), feed.c.seq.in_(places), feed.c.revision == last_revision)
    number = bindparam("number", type_=Integer)
    told = [func.coalesce(waiting.c[name], votes.c[name.removeprefix("shown_")]) for name in SHOWN]
    voted = and_(votes.c.log == waiting.c.log, votes.c.seq == waiting.c.seq)
    states = (
        select(votes.c.log, votes.c.seq, _before + 1, number, *(votes.c[name] for name in STATE), *told)
        .join_from(waiting, votes, voted).where(mine).order_by(waiting.c.seq if shuffled is None else shuffled)
    )  # fmt: skip
    withdrawn = (
        select(
            feed.c.log, feed.c.seq, feed.c.revision + 1, number,
            *(false() if name == "counted" else feed.c[name] for name in STATE), *(feed.c[name] for name in SHOWN),
        )
        .where(*newest, feed.c.counted, ~_votes_there)
        .order_by(feed.c.seq if shuffled is None else shuffled)
    )  # fmt: skip
    day, session, hour = told
    key = (bindparam("the_kiosk", type_=Integer), day, votes.c.question, session, hour, votes.c.rating)
    added = select(*key, func.count().label("n")).join_from(waiting, votes, voted).where(mine, votes.c.counted)
    columns = ["log", "seq", "revision", "release", *STATE, *SHOWN]
    which = select(waiting.c.log).where(due)
    return Steps(
        logs=select(logs.c.kiosk, logs.c.id).where(logs.c.id.in_(which)).order_by(logs.c.id),
        take_back=_into_tallies(_states(-1).where(*newest)),
        withdraw=insert(feed).from_select(columns, withdrawn),
        append=insert(feed).from_select(columns, states),
        add=_into_tallies(added.group_by(*key[1:])),
        no_longer_waiting=delete(waiting).where(mine),
    )


_before = (
    select(func.coalesce(func.max(older.c.revision), 0))
    .where(older.c.log == votes.c.log, older.c.seq == votes.c.seq)
    .scalar_subquery()
)
_votes_there = select(votes.c.seq).where(votes.c.log == feed.c.log, votes.c.seq == feed.c.seq).exists()
_drop_empty = delete(tallies).where(text("n = 0"))  # as the index says it

AT_ONCE = _steps(true())
BY_THE_DAY = _steps(waiting.c.due, func.random())  # who saw the visitors come must not see their votes in that order
