"""The coverage of each kiosk and day in the database: worked out once the day is over, and again when dates move.

`covered` says up to which day a kiosk's coverage is worked out; whatever changes an earlier day sets it back. The next
release publishes what differs, so that a report as of an earlier release stays as it was.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, and_, delete, insert, select, true, update

from sync.ward.calendars import openings_of
from sync.ward.coverage import Able, Calendar, Coverage, Times, cover
from sync.ward.spelling import DatedSpell, dated
from sync.ward.store.days import coverage, covered
from sync.ward.store.tables import kiosks, logs, spells
from sync.ward.times import local, start_of_day

Change = tuple[int, str, Coverage]  # kiosk, day
Dates = Sequence[DatedSpell]
FIRST_DAY = "0001-01-01"
LONG_AGO = 0  # Unix ms
NEVER = Times(0, 0)
MOST_DAYS = 20 * 366  # worked out for one kiosk: whatever a forged date says


def uncover(db: Connection, kiosk: int, at: int, zone: ZoneInfo) -> None:
    """Something about this moment has changed: its day, and those after it, are worked out again."""
    day = local(at, zone).date().isoformat()
    known = db.execute(select(covered.c.day).where(covered.c.kiosk == kiosk)).scalar()
    if known is None:
        db.execute(insert(covered).values(kiosk=kiosk, day=day))
    elif day < known:
        db.execute(update(covered).where(covered.c.kiosk == kiosk).values(day=day))


def spells_changed(
    db: Connection, log: str, old: Sequence[DatedSpell], new: Sequence[DatedSpell], zone: ZoneInfo
) -> None:
    """Set the kiosk's coverage back to the first moment that is now seen otherwise."""
    if moments := [at for at in _differences(old, new) if at is not None]:
        kiosk = db.execute(select(logs.c.kiosk).where(logs.c.id == log)).scalar_one()
        uncover(db, kiosk, min(moments), zone)


def _differences(old: Dates, new: Dates) -> Iterator[int | None]:
    """Inside a spell nothing depends on its ends: one that only grew is news from its old end on."""
    before = {one.spell.first: one for one in old}
    for one in new:
        was = before.get(one.spell.first)
        if was is None or was.began_at is None or was.error != one.error:
            yield _earliest(one)
            yield _earliest(was) if was else None
        elif was.began_at != one.began_at:
            yield from (_earliest(was), _earliest(one))
        elif was.ended_at != one.ended_at:
            yield min(was.ended_at or 0, one.ended_at or 0) - (one.error or 0)


def _earliest(one: DatedSpell) -> int | None:
    return None if one.began_at is None or one.error is None else one.began_at - one.error


# Working out


def uncovered(db: Connection, zone: ZoneInfo, now: int) -> list[Change]:
    """What the days that are over come to, where that is not what was published; they count as worked out from here."""
    today = local(now, zone).date()
    rows = db.execute(select(covered).where(covered.c.day < today.isoformat()).order_by(covered.c.kiosk)).all()
    found = [change for row in rows for change in _news(db, row.kiosk, date.fromisoformat(row.day), today, zone)]
    if rows:
        db.execute(update(covered).where(covered.c.day < today.isoformat()).values(day=today.isoformat()))
    return found


def _news(db: Connection, kiosk: int, first: date, today: date, zone: ZoneInfo) -> Iterator[Change]:
    published = {row.day: Coverage(row.open, row.able, row.perhaps) for row in _published(db, kiosk, first)}
    found = work_out(db, kiosk, first, today, zone)
    for day in sorted(found.keys() | published.keys()):
        if found.get(day, Coverage()) != published.get(day, Coverage()):
            yield kiosk, day, found.get(day, Coverage())


def publish(db: Connection, changes: Iterable[Change], release: int) -> None:
    for kiosk, day, minutes in changes:
        place = and_(coverage.c.kiosk == kiosk, coverage.c.day == day)
        db.execute(delete(coverage).where(place, coverage.c.release == release))
        db.execute(update(coverage).where(place, coverage.c.until.is_(None)).values(until=release))
        db.execute(insert(coverage).values(kiosk=kiosk, day=day, release=release, **minutes._asdict()))


def work_out(db: Connection, kiosk: int, first: date, today: date, zone: ZoneInfo) -> dict[str, Coverage]:
    """Of every day with opening sessions from `first` to yesterday."""
    calendars = calendars_of(db, kiosk)
    if not calendars:
        return {}
    begin = max(first, local(calendars[0].since, zone).date(), today - timedelta(days=MOST_DAYS))
    ables = list(_ables(db, kiosk, start_of_day(begin, zone), start_of_day(today, zone)))
    found: dict[str, Coverage] = {}
    for number in range((today - begin).days):
        day = begin + timedelta(days=number)
        minutes = cover(day, _of_day(ables, day, zone), calendars, zone)
        if minutes.open:
            found[day.isoformat()] = minutes
    return found


def calendars_of(db: Connection, kiosk: int) -> list[Calendar]:
    """As the kiosk's logs said them, where the `start` that said it has a date."""
    query = select(spells.c.log, spells.c.first, spells.c.began_at).join(logs, logs.c.id == spells.c.log)
    since = {(row.log, row.first): row.began_at for row in db.execute(query.where(logs.c.kiosk == kiosk))}
    names = db.execute(select(logs.c.id).where(logs.c.kiosk == kiosk).order_by(logs.c.enrolled, logs.c.id)).scalars()
    said = ((since.get((log, one.seq)), one) for log in names.all() for one in openings_of(db, log))
    return sorted((Calendar(at, one.sessions) for at, one in said if at is not None), key=lambda one: one.since)


def _of_day(ables: Sequence[Able], day: date, zone: ZoneInfo) -> list[Able]:
    begin, end = start_of_day(day, zone), start_of_day(day + timedelta(days=1), zone)
    return [one for one in ables if one.perhaps.begin < end and one.perhaps.end > begin]


def _ables(db: Connection, kiosk: int, begin: int, end: int) -> Iterator[Able]:
    """The spells that may reach into these moments."""
    for log in db.execute(select(logs).where(logs.c.kiosk == kiosk).order_by(logs.c.id)).all():
        reaching = spells.c.ended_at.is_(None) | spells.c.open | (spells.c.ended_at + spells.c.error >= begin)
        query = select(spells).where(spells.c.log == log.id, reaching).order_by(spells.c.first)
        found = [_lives_on(dated(row), log.tip_boot, log.tip_mono) for row in db.execute(query)]
        yield from _times(found, end)


def _lives_on(one: DatedSpell, boot: str | None, mono: int | None) -> DatedSpell:
    """The last header shows how far the newest boot has come, until a later entry says better."""
    spell = one.spell
    if not spell.open or spell.boot != boot or mono is None or mono <= spell.ended or one.ended_at is None:
        return one
    return one._replace(ended_at=one.ended_at + mono - spell.ended)


def _times(found: Dates, end: int) -> Iterator[Able]:
    """A spell without a date may lie anywhere between its neighbours."""
    floor = LONG_AGO
    for number, (_, began, ended, error) in enumerate(found):
        if began is None or ended is None or error is None:
            following = (one.began_at for one in found[number + 1 :] if one.began_at is not None)
            yield Able(NEVER, Times(floor, next(following, end)))
        else:
            floor = ended
            yield Able(Times(began + error, ended - error), Times(began - error, ended + error))


def published(db: Connection) -> dict[int, dict[str, Coverage]]:
    """What holds now, by kiosk and day."""
    found: dict[int, dict[str, Coverage]] = {}
    for row in db.execute(select(coverage).where(coverage.c.until.is_(None))):
        found.setdefault(row.kiosk, {})[row.day] = Coverage(row.open, row.able, row.perhaps)
    return found


def _published(db: Connection, kiosk: int, first: date) -> Sequence[Row[Any]]:
    place = (coverage.c.kiosk == kiosk, coverage.c.day >= first.isoformat(), coverage.c.until.is_(None))
    return db.execute(select(coverage).where(*place)).all()


def cover_again(db: Connection, kiosk: int | None = None) -> None:
    """Every day of a kiosk, or of all, with the next release."""
    which = true() if kiosk is None else kiosks.c.id == kiosk
    found = db.execute(select(kiosks.c.id).where(which)).scalars().all()
    db.execute(delete(covered).where(covered.c.kiosk.in_(select(kiosks.c.id).where(which))))
    db.execute(insert(covered), [{"kiosk": one, "day": FIRST_DAY} for one in found])
