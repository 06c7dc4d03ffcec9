"""What detectors get to see of a kiosk, from what has been released: its visits, and what its days were like."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Select, Table, func, select

from sync.ward.calendars import openings_of
from sync.ward.detect.hours import Hours, days_between
from sync.ward.detect.seen import BAD, GOOD, Around, Place, Seen
from sync.ward.opening import Opening, Session, holding
from sync.ward.release import last_revision
from sync.ward.store.days import coverage, transactions
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

    def around(self, first: date, last: date) -> dict[date, Around]:
        """Days without an entry had no session, as far as is known."""
        covered = {row.day: row for row in self._db.execute(self._of_days(coverage, first, last))}
        counter = transactions.c.channel == "counter"
        stated = self._db.execute(self._of_days(transactions, first, last).where(counter))
        files = {row.day: row.files for row in stated}
        return {
            day: _around(covered.get(day.isoformat()), files.get(day.isoformat())) for day in days_between(first, last)
        }

    def _of_days(self, table: Table, first: date, last: date) -> Select[Any]:
        days = table.c.day.between(first.isoformat(), last.isoformat())
        return select(table).where(table.c.kiosk == self._kiosk, days, table.c.until.is_(None))

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


def _around(covered: Row[Any] | None, files: int | None) -> Around:
    """Dark is what surely was: a wide date of a boot is no proof."""
    return Around(files, covered.open, covered.open - covered.perhaps) if covered else Around(files)


def _answers(visit: Sequence[Row[Any]]) -> Iterator[list[int]]:
    """The ratings pressed on each question, in order."""
    given: dict[str, list[int]] = {}
    for row in visit:
        given.setdefault(row.question, []).append(row.rating)
    yield from given.values()


@cache
def _hours(sessions: tuple[Session, ...], zone: ZoneInfo) -> Hours:
    return Hours(sessions, zone)
