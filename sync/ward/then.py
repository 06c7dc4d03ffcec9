"""What this ward knew when it made a release: so that a report as of that release is the same whenever it is asked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, case, func, select

from sync.ward.figures import Span
from sync.ward.reading import Start, Unfit, read_start
from sync.ward.stated import which_kiosks
from sync.ward.store.found import findings
from sync.ward.store.tables import arrivals, entries, kiosks, logs, releases, spells
from sync.ward.times import start_of_day

TRIES = 20  # spells that begin otherwise than by a `start`, before one that does


class NoSuchRelease(LookupError):
    """There is no release of this number."""


@dataclass(frozen=True, slots=True)
class Then:
    """A release: its number (0: there is none yet), when it was made (Unix ms), and whether it is the newest."""

    release: int
    made: int
    newest: bool

    @property
    def asked(self) -> int | None:
        """For a `Selection`: the newest release is in the tallies."""
        return None if self.newest else self.release


@dataclass(frozen=True, slots=True)
class KnownKiosk:
    id: int
    name: str
    start: Start | None


def find_release(db: Connection, number: int | None, now: int) -> Then:
    newest = int(db.execute(select(func.coalesce(func.max(releases.c.id), 0))).scalar_one())
    if number is None:
        number = newest
    made = db.execute(select(releases.c.made).where(releases.c.id == number)).scalar()
    if made is None and number != 0:
        raise NoSuchRelease(f"there is no release {number}; the newest is {newest}")
    return Then(number, now if made is None else made, number == newest)


def kiosks_then(db: Connection, then: Then, only: frozenset[int] | None) -> list[KnownKiosk]:
    """Those that were there, with what they had said of themselves."""
    query = select(kiosks.c.id, kiosks.c.name).where(kiosks.c.id.in_(which_kiosks(only)), kiosks.c.made <= then.made)
    return [
        KnownKiosk(row.id, row.name, _start(db, row.id, then.made)) for row in db.execute(query.order_by(kiosks.c.id))
    ]


def _start(db: Connection, kiosk: int, made: int) -> Start | None:
    """Of the newest log of which one had arrived."""
    names = select(logs.c.id).where(logs.c.kiosk == kiosk, logs.c.enrolled <= made)
    for log in db.execute(names.order_by(logs.c.enrolled.desc(), logs.c.id)).scalars().all():
        come = select(func.max(arrivals.c.seq)).where(arrivals.c.log == log, arrivals.c.branch == 0)
        have = db.execute(come.where(arrivals.c.at <= made)).scalar() or 0
        begun = select(spells.c.first).where(spells.c.log == log, spells.c.first <= have)
        for seq in db.execute(begun.order_by(spells.c.first.desc()).limit(TRIES)).scalars().all():
            if (start := _read(db, log, seq)) is not None:
                return start
    return None


def _read(db: Connection, log: str, seq: int) -> Start | None:
    line = db.execute(select(entries.c.line).where(entries.c.log == log, entries.c.seq == seq)).scalar()
    if line is None or '"kind":"start"' not in line:
        return None
    try:
        return read_start(line)
    except (Unfit, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class FiledFinding:
    kind: str
    kiosk: int
    filed: int  # Unix ms


def findings_then(
    db: Connection, then: Then, span: Span, zone: ZoneInfo, only: Collection[int]
) -> Sequence[FiledFinding]:
    """Filed before the release, of these days: what is about figures by the day on which it first showed (it is filed
    a day later, and goes on), what is about a log by when it was filed."""
    begin, end = (start_of_day(day, zone) for day in (span.first, span.last + timedelta(days=1)))
    showed = findings.c.about.between(span.first.isoformat(), span.last.isoformat())
    filed = and_(findings.c.first >= begin, findings.c.first < end)
    query = (
        select(findings.c.kind, logs.c.kiosk, findings.c.first)
        .join_from(findings, logs, logs.c.id == findings.c.log)
        .where(case((findings.c.kiosk.is_not(None), showed), else_=filed), findings.c.first <= then.made)
        .where(logs.c.kiosk.in_(sorted(only)))
        .order_by(findings.c.first, findings.c.id)
    )
    return [FiledFinding(row.kind, row.kiosk, row.first) for row in db.execute(query)]
