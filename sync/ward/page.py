"""What the page says: per kiosk and question, this week beside the last 13. Released ratings only; health is live."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from sync.ward.counting import NOTHING, Key, Selection, count
from sync.ward.figures import Figures, Span, last_weeks, this_week
from sync.ward.house import House
from sync.ward.settings import Release
from sync.ward.status import KioskStatus, all_statuses
from sync.ward.store.tables import releases
from sync.ward.times import local

ByPlace = Mapping[Key, Figures]  # kiosk, question


@dataclass(frozen=True, slots=True)
class Asked:
    """One question at one kiosk."""

    title: str
    week: Figures
    weeks: Figures
    undated: Figures


@dataclass(frozen=True, slots=True)
class Counter:
    status: KioskStatus
    place: str  # as the kiosk's own screen names it
    seen: datetime | None
    questions: list[Asked]


@dataclass(frozen=True, slots=True)
class View:
    ward: str
    at_once: bool
    release: int | None
    made: datetime
    week: Span
    weeks: Span
    counters: list[Counter]


def look(db: Connection, house: House, language: str) -> View:
    zone, settings = house.settings.zone, house.settings
    now = local(house.clock(), zone)
    number = db.execute(select(func.max(releases.c.id))).scalar()
    at_once = settings.release is Release.IMMEDIATE
    return View(
        settings.name, at_once, number, now, this_week(now.date()), last_weeks(now.date()),
        _counters(db, house, now.date(), language),
    )  # fmt: skip


def _counters(db: Connection, house: House, today: date, language: str) -> list[Counter]:
    week, weeks, undated = (count(db, Selection(span), "kiosk", "question") for span in _spans(today))
    return [_counter(status, (week, weeks, undated), house, language) for status in all_statuses(db)]


def _spans(today: date) -> tuple[Span, Span, None]:
    return this_week(today), last_weeks(today), None


def _counter(status: KioskStatus, spans: tuple[ByPlace, ByPlace, ByPlace], house: House, language: str) -> Counter:
    seen = local(status.seen, house.settings.zone) if status.seen is not None else None
    place = status.start.counter.in_language(language) if status.start else ""
    questions = [_asked(status.id, name, title, spans) for name, title in _titles(status, spans, language).items()]
    return Counter(status, place, seen, questions)


def _titles(status: KioskStatus, spans: tuple[ByPlace, ...], language: str) -> dict[str, str]:
    """In the order of the kiosk's survey; questions that only older votes answer come after, by their names."""
    asked = status.start.survey.questions if status.start else ()
    answered = sorted({question for span in spans for kiosk, question in span if kiosk == status.id})
    titles = {question.id: question.text.in_language(language) for question in asked}
    return titles | {name: name for name in answered if name not in titles}


def _asked(kiosk: int, name: str, title: str, spans: tuple[ByPlace, ByPlace, ByPlace]) -> Asked:
    week, weeks, undated = (span.get((kiosk, name), NOTHING) for span in spans)
    return Asked(title, week, weeks, undated)
