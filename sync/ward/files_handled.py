"""Transactions: files handled by a counter, per day and channel. Stated by a person; what is stated again is a new row.

Each statement is a release of its own, without votes: so a report as of a release never changes by it.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection, and_, insert, select, update

from sync.ward.figures import Span
from sync.ward.stated import holds, which_kiosks
from sync.ward.store.days import transactions
from sync.ward.store.tables import releases

MOST_FILES = 100_000  # of one counter on one day


class Channel(StrEnum):
    COUNTER = "counter"  # handed in at the counter: whoever did could have pressed
    ONLINE = "online"


class Place(NamedTuple):
    kiosk: int
    day: date
    channel: Channel


class Author(NamedTuple):
    """Who states it, and from which file."""

    name: str
    source: str = ""  # "": typed in


class Change(NamedTuple):
    place: Place
    before: int | None  # None: nothing is stated
    after: int | None


def changes(known: Mapping[Place, int], stated: Mapping[Place, int | None]) -> list[Change]:
    """What a statement would change, in the order of kiosk and day."""
    found = (Change(place, known.get(place), files) for place, files in sorted(stated.items()))
    return [one for one in found if one.before != one.after]


def state(db: Connection, stated: Iterable[Change], author: Author, now: int) -> int | None:
    """The number of the release that holds it; None if nothing changes."""
    rows = list(stated)
    if not rows:
        return None
    release = int(db.execute(insert(releases).values(made=now).returning(releases.c.id)).scalar_one())
    for (kiosk, day, channel), _, files in rows:
        key = {"kiosk": kiosk, "day": day.isoformat(), "channel": str(channel)}
        place = and_(*(transactions.c[name] == value for name, value in key.items()))
        db.execute(update(transactions).where(place, transactions.c.until.is_(None)).values(until=release))
        said = {"files": files, "at": now, "who": author.name, "source": author.source}
        db.execute(insert(transactions).values(**key, **said, release=release))
    return release


def stated(
    db: Connection, span: Span, kiosks: frozenset[int] | None = None, release: int | None = None
) -> dict[Place, int]:
    """The files of each counter, day and channel of which there is a statement."""
    days = transactions.c.day.between(span.first.isoformat(), span.last.isoformat())
    which = transactions.c.kiosk.in_(which_kiosks(kiosks))
    place = (transactions.c.kiosk, transactions.c.day, transactions.c.channel, transactions.c.files)
    query = select(*place).where(holds(transactions, release), days, transactions.c.files.is_not(None), which)
    rows = db.execute(query)
    return {Place(row.kiosk, date.fromisoformat(row.day), Channel(row.channel)): row.files for row in rows}
