"""Under daily release: what of the waiting votes is released today, and where it is counted. Decided once a day."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, or_, select, update

from sync.ward.hiding import Cell, Place, Visit, due
from sync.ward.store.tables import feed, logs, votes, waiting

CELL = ("day", "session", "hour")


def decide(db: Connection, today: int, now: int) -> None:
    """`today`: when it began, Unix ms. What came before that and is not due now waits until tomorrow."""
    looked = or_(waiting.c.looked.is_(None), waiting.c.looked < today)
    fresh = select(waiting.c.log).where(waiting.c.since < today, looked)
    kiosks = select(logs.c.kiosk).where(logs.c.id.in_(fresh)).distinct().order_by(logs.c.kiosk)
    for kiosk in db.execute(kiosks).scalars().all():
        _decide(db, kiosk, today, now)


def _decide(db: Connection, kiosk: int, today: int, now: int) -> None:
    rows = db.execute(_changed, {"the_kiosk": kiosk}).all()
    unfinished = {_visit(row) for row in rows if row.since >= today}  # the rest of it came today
    places = [_place(row) for row in rows if row.since < today and _visit(row) not in unfinished]
    found = due([one for one in places if one is not None])
    if found:
        db.execute(_is_due, list(_shown(found.items())))
    which = waiting.c.log.in_(select(logs.c.id).where(logs.c.kiosk == kiosk))
    db.execute(update(waiting).where(which, waiting.c.since < today).values(looked=now))


def _shown(found: Iterable[tuple[tuple[str, int], Cell]]) -> Iterable[dict[str, Any]]:
    for (log, seq), cell in found:
        yield {"the_log": log, "the_seq": seq, **{f"to_{name}": value for name, value in cell._asdict().items()}}


def _visit(row: Row[Any]) -> Visit:
    return Visit(row.log, row.visit if row.visit is not None else row.was_visit or row.seq)


def _place(row: Row[Any]) -> Place:
    pressed = Cell(row.day, row.session, row.hour) if row.day is not None else Cell("", "", -1)
    now = Place(row.seq, _visit(row), bool(row.counted), (row.question or "", row.rating or 0), pressed)
    if row.was_day is None:
        return now
    return now._replace(
        was_counted=bool(row.was_counted),
        was_said=(row.was_question, row.was_rating),
        was_pressed=Cell(row.was_day, row.was_session, row.was_hour),
        was_shown=Cell(row.shown_day, row.shown_session, row.shown_hour),
    )


older = feed.alias("before")
_last = select(func.max(older.c.revision)).where(older.c.log == waiting.c.log, older.c.seq == waiting.c.seq)
_voted = and_(votes.c.log == waiting.c.log, votes.c.seq == waiting.c.seq)
_released = and_(feed.c.log == waiting.c.log, feed.c.seq == waiting.c.seq, feed.c.revision == _last.scalar_subquery())
_changed = (
    select(
        waiting.c.log, waiting.c.seq, waiting.c.since,
        *(votes.c[name] for name in ("visit", "question", "rating", "counted", *CELL)),
        *(feed.c[name].label(f"was_{name}") for name in ("visit", "question", "rating", "counted", *CELL)),
        *(feed.c[f"shown_{name}"] for name in CELL),
    )
    .outerjoin_from(waiting, votes, _voted)
    .outerjoin(feed, _released)
    .where(waiting.c.log.in_(select(logs.c.id).where(logs.c.kiosk == bindparam("the_kiosk"))))
    .order_by(waiting.c.log, waiting.c.seq)
)  # fmt: skip
_is_due = (
    update(waiting)
    .where(waiting.c.log == bindparam("the_log"), waiting.c.seq == bindparam("the_seq"))
    .values(due=True, **{f"shown_{name}": bindparam(f"to_{name}") for name in CELL})
)
