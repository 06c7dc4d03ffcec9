"""Looking at a kiosk's days when they have closed: what is new since the last time, one kiosk in one transaction.

A day that changes later (a stick that comes late, files typed in afterwards) is looked at again with those after it.
What was found before stays; the same again adds nothing. `watched_days` remembers each day summed up, so that looking
at one more day reads that day's votes and no others.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import msgspec
from sqlalchemy import Connection, delete, func, insert, select

from sync.ward.detect.looking import MEMORY, look
from sync.ward.detect.seen import Day, Past, Seen, sum_up
from sync.ward.detect.signals import Signal
from sync.ward.detect.silence import silent
from sync.ward.gathering import Gatherer
from sync.ward.house import House
from sync.ward.reading import read_start
from sync.ward.store.found import watched, watched_days
from sync.ward.store.tables import entries, kiosks, logs
from sync.ward.store.upsert import upsert
from sync.ward.suspicions import Suspicions
from sync.ward.times import local

_day = msgspec.json.Decoder(Day)


def next_kiosk(db: Connection, house: House, leave: Iterable[int] = ()) -> int | None:
    """One that was not looked at since the last local day closed."""
    closed = yesterday(house).isoformat()
    done = select(watched.c.kiosk).where(watched.c.day >= closed)
    query = select(kiosks.c.id).where(kiosks.c.id.not_in(done), kiosks.c.id.not_in(list(leave)))
    return db.execute(query.order_by(kiosks.c.id).limit(1)).scalar()


def yesterday(house: House) -> date:
    return local(house.clock(), house.settings.zone).date() - timedelta(days=1)


def watch(db: Connection, house: House, kiosk: int, *, again: bool = False) -> int:
    """How many findings are new. `again`: over all of its history."""
    return Watch(db, house, kiosk).run(again=again)


@dataclass
class Watch:
    db: Connection
    house: House
    kiosk: int
    closed: date = field(init=False)
    gather: Gatherer = field(init=False)

    def __post_init__(self) -> None:
        self.closed = yesterday(self.house)
        self.gather = Gatherer(self.db, self.kiosk, self.house.settings.zone)

    def run(self, *, again: bool) -> int:
        suspicions = Suspicions(self.db, self.house, self.kiosk)
        first = self._since(again=again)
        if first is not None and first <= self.closed:
            for signals in self._look(first):
                suspicions.take(signals)
        suspicions.take(silent(self._heard(), self.closed, self.house.settings.findings))
        self._note()
        return suspicions.new

    def _look(self, first: date) -> Iterator[list[Signal]]:
        visits = self.gather.visits(first, self.closed)
        days = self._before(first) + self._sum_up(first, visits)
        for place, day in enumerate(days, 1):
            if day.day >= first:
                past = Past(days[max(0, place - MEMORY) : place], visits.get(day.day, ()))
                yield list(look(past, self.house.settings.findings))

    def _sum_up(self, first: date, visits: dict[date, list[Seen]]) -> list[Day]:
        """And remember it."""
        around = self.gather.around(first, self.closed)
        questions, outside = self._questions(), self.house.settings.findings.outside_minutes
        days = [sum_up(day, visits.get(day, ()), questions, outside, around[day]) for day in around]
        where = (watched_days.c.kiosk == self.kiosk, watched_days.c.day >= first.isoformat())
        self.db.execute(delete(watched_days).where(*where))
        self.db.execute(insert(watched_days), [self._row(day) for day in days])
        return days

    def _row(self, day: Day) -> dict[str, object]:
        return {"kiosk": self.kiosk, "day": day.day.isoformat(), "said": msgspec.json.encode(day).decode()}

    def _before(self, first: date) -> list[Day]:
        return self._remembered(first - timedelta(days=MEMORY), first - timedelta(days=1))

    def _remembered(self, first: date, last: date) -> list[Day]:
        days = watched_days.c.day.between(first.isoformat(), last.isoformat())
        query = select(watched_days.c.said).where(watched_days.c.kiosk == self.kiosk, days)
        try:
            return [_day.decode(said) for said in self.db.execute(query.order_by(watched_days.c.day)).scalars()]
        except msgspec.DecodeError as error:
            raise ValueError(f"kiosk {self.kiosk}: a day as it was summed up cannot be read; see --again") from error

    def _since(self, *, again: bool) -> date | None:
        """The earliest day that has to be looked at; None: there is nothing yet."""
        known = self.db.execute(select(watched).where(watched.c.kiosk == self.kiosk)).first()
        if known is None or again:
            self.db.execute(delete(watched_days).where(watched_days.c.kiosk == self.kiosk))
            return self.gather.changed(0, self.closed)
        after = date.fromisoformat(known.day) + timedelta(days=1)
        released = self.gather.changed(known.position, self.closed)
        return min(day for day in (after, released, self._stated(after)) if day is not None)

    def _stated(self, after: date) -> date | None:
        """The earliest day of which now something else is stated than when it was looked at."""
        days = self._before(after)
        around = self.gather.around(days[0].day, days[-1].day) if days else {}
        return next((day.day for day in days if around[day.day] != (day.files, day.minutes, day.dark)), None)

    def _questions(self) -> int:
        """Of the survey, as it was last said."""
        started = select(logs.c.id, logs.c.start).where(logs.c.kiosk == self.kiosk, logs.c.start.is_not(None))
        row = self.db.execute(started.order_by(logs.c.seen.desc()).limit(1)).first()
        if row is None:
            return 1
        line = select(entries.c.line).where(entries.c.log == row.id, entries.c.seq == row.start)
        return len(read_start(self.db.execute(line).scalar_one()).survey.questions)

    def _heard(self) -> date | None:
        seen = self.db.execute(select(func.max(logs.c.seen)).where(logs.c.kiosk == self.kiosk)).scalar()
        return local(seen, self.house.settings.zone).date() if seen else None

    def _note(self) -> None:
        state = {"day": self.closed.isoformat(), "position": self.gather.newest()}
        new = upsert(watched).values(kiosk=self.kiosk, **state)
        self.db.execute(new.on_conflict_do_update(index_elements=["kiosk"], set_=state))


class Watchman:
    """Sees to it that every kiosk is looked at, one at a time. What fails is left until the next day, and told."""

    def __init__(self, house: House) -> None:
        self._house, self._failed, self._day = house, set[int](), date.min

    def next(self, db: Connection) -> int | None:
        """The kiosk that was looked at; None: there is no more to do."""
        if self._day != yesterday(self._house):
            self._day = yesterday(self._house)
            self._failed.clear()
        kiosk = next_kiosk(db, self._house, self._failed)
        if kiosk is not None:
            self._failed.add(kiosk)
            watch(db, self._house, kiosk)
            self._failed.discard(kiosk)
        return kiosk
