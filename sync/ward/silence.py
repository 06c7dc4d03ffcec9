"""When the ward last heard of a kiosk, and how long it had not: kept, because a log cannot say it."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, func, insert, select

from sync.ward.coverage import Times
from sync.ward.covering import uncover
from sync.ward.store.days import silences
from sync.ward.store.tables import logs
from sync.ward.times import MINUTE, local

PATIENCE = 15 * MINUTE  # three heartbeats


def note_contact(db: Connection, log: Row[Any], now: int, zone: ZoneInfo) -> None:
    """Before `seen` is set to `now`: a silence that ends; and whether the terminal lived may look otherwise now."""
    if log.seen is None:
        return
    if local(log.seen, zone).date() != local(now, zone).date():
        uncover(db, log.kiosk, log.seen, zone)
    if now - log.seen > PATIENCE:
        since = _last_heard(db, log.kiosk)
        if since is not None and now - since > PATIENCE:
            db.execute(insert(silences).values(kiosk=log.kiosk, since=since, until=now))


def silences_of(db: Connection, kiosk: int, until: int) -> list[Times]:
    """As they were known at a moment, the one that then went on included: the same whenever it is asked."""
    query = select(silences.c.since, silences.c.until).where(silences.c.kiosk == kiosk, silences.c.since < until)
    found = [Times(row.since, min(row.until, until)) for row in db.execute(query.order_by(silences.c.since))]
    last = _last_heard(db, kiosk)
    if last is not None and last < until:
        found.append(Times(last, until))
    return [one for one in found if one.end - one.begin > PATIENCE]


def _last_heard(db: Connection, kiosk: int) -> int | None:
    return db.execute(select(func.max(logs.c.seen)).where(logs.c.kiosk == kiosk)).scalar()
