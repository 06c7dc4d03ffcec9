"""What detectors get to see of a kiosk, from what has been released: its visits, and what its days were like."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, func, select

from sync.ward.calendars import openings_of
from sync.ward.detect.hours import Hours
from sync.ward.detect.seen import BAD, GOOD, Around, Place, Seen
from sync.ward.opening import Opening, Session, holding
from sync.ward.release import last_revision
from sync.ward.store.tables import feed, logs
from sync.ward.times import SURE

Openings = Mapping[str, Sequence[Opening]]  # by log


class Gatherer:
    """Of one kiosk."""

    def __init__(self, db: Connection, kiosk: int, zone: ZoneInfo) -> None:
        self._db, self._kiosk, self._zone = db, kiosk, zone
        query = select(logs.c.id).where(logs.c.kiosk == kiosk).order_by(logs.c.enrolled.desc(), logs.c.id)
        self._logs = list(db.execute(query).scalars())
        self._openings: Openings = {log: openings_of(db, log) for log in self._logs}

    def visits(self, first: date, last: date) -> dict[date, list[Seen]]:
        """By local day, in order of time; those whose day is uncertain are left out."""
        found: dict[date, list[Seen]] = {}
        for day, seen in self._visits(first, last):
            found.setdefault(day, []).append(seen)
        return {day: sorted(some, key=lambda one: (one.at, one.place)) for day, some in found.items()}

    def newest(self) -> int:
        """The feed's newest position of this kiosk."""
        return self._db.execute(select(func.max(feed.c.position)).where(feed.c.log.in_(self._logs))).scalar() or 0

    def changed(self, position: int, last: date) -> date | None:
        """The earliest day of what was released since that position; None if there is none."""
        query = select(func.min(feed.c.day)).where(
            feed.c.position > position, feed.c.log.in_(self._logs), feed.c.day != "", feed.c.day <= last.isoformat()
        )
        day = self._db.execute(query).scalar()
        return date.fromisoformat(day) if day else None

    def around(self, days: Iterable[date]) -> dict[date, Around]:
        """Sessions as the newest calendar has them."""
        hours = _hours(self._newest_sessions(), self._zone)
        return {day: Around(None, hours.minutes(day), 0) for day in days}

    def _newest_sessions(self) -> tuple[Session, ...]:
        """Of the log that was enrolled last and said one."""
        return next((some[-1].sessions for some in (self._openings[log] for log in self._logs) if some), ())

    def _visits(self, first: date, last: date) -> Iterator[tuple[date, Seen]]:
        days = feed.c.day.between(first.isoformat(), last.isoformat())
        query = select(feed).where(feed.c.log.in_(self._logs), days, feed.c.revision == last_revision)
        rows = self._db.execute(query.order_by(feed.c.log, feed.c.visit, feed.c.seq)).all()
        for _, presses in groupby(rows, key=lambda row: (row.log, row.visit)):
            visit = list(presses)
            if visit[0].kind == "trial" or any(row.counted for row in visit):
                yield date.fromisoformat(visit[0].day), self._seen(visit)

    def _seen(self, visit: Sequence[Row[Any]]) -> Seen:
        head = visit[0]
        answers = list(_answers(visit))
        bad = [given for given in answers if given[0] in BAD]
        sure = head.error is not None and head.error <= SURE
        sessions = holding(self._openings[head.log], head.seq)[0]
        return Seen(
            Place(head.log, head.seq, visit[-1].seq), head.at or 0, tuple(given[-1] for given in answers),
            len(bad), sum(given[-1] in GOOD for given in bad), head.session,
            _hours(sessions, self._zone).away(head.at) if sure else 0, head.kind == "trial", sure,
        )  # fmt: skip


def _answers(visit: Sequence[Row[Any]]) -> Iterator[list[int]]:
    """The ratings pressed on each question, in order."""
    given: dict[str, list[int]] = {}
    for row in visit:
        given.setdefault(row.question, []).append(row.rating)
    yield from given.values()


@cache
def _hours(sessions: tuple[Session, ...], zone: ZoneInfo) -> Hours:
    return Hours(sessions, zone)
