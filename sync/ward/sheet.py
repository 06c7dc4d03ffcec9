"""A report of a week, a month or any range of days: everything that its paper, its table and its CSV say.

As of a release: the same release gives the same sheet, whatever came, was corrected or was stated since.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection

from sync.ward.asking import over_time
from sync.ward.charts import Stretch
from sync.ward.counting import NOTHING, Key, Selection, count, grouped
from sync.ward.coverage import Coverage, common, opening_times
from sync.ward.covering import calendars_of
from sync.ward.figures import WEEKS, Figures, Span
from sync.ward.house import House
from sync.ward.reach import NONE, Reach, reach
from sync.ward.settings import Release
from sync.ward.silence import silences_of
from sync.ward.then import FiledFinding, KnownKiosk, Then, find_release, findings_then, kiosks_then
from sync.ward.times import MINUTE, local

Kind = Literal["week", "month", "range"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, of all kiosks of the sheet together."""

    name: str
    title: str
    now: Figures
    before: Figures  # over the 13 weeks before
    weeks: Sequence[Stretch]  # those weeks one by one, and the sheet's own


@dataclass(frozen=True, slots=True)
class Line:
    """One kiosk."""

    id: int
    name: str
    place: str  # as its own screen names the counter
    figures: Sequence[Figures]  # in the order of the questions
    reach: Reach
    offline: int  # minutes of opening sessions in which the ward did not hear of it


@dataclass(frozen=True, slots=True)
class Sheet:
    ward: str
    kind: Kind
    span: Span
    weeks: Span  # the 13 weeks before
    then: Then
    made: datetime  # of the release, local
    at_once: bool
    asked: Sequence[Asked]
    lines: Sequence[Line]
    reach: Reach
    findings: Sequence[FiledFinding]

    @property
    def n(self) -> int:
        return max((one.now.n for one in self.asked), default=0)

    @property
    def offline(self) -> int:
        return sum(line.offline for line in self.lines)

    @property
    def unfinished(self) -> bool:
        """Whether the release was made before the last of its days was over."""
        return self.made.date() <= self.span.last

    @property
    def by_kind(self) -> dict[str, int]:
        """How many findings of each kind."""
        kinds: dict[str, int] = {}
        for one in self.findings:
            kinds[one.kind] = kinds.get(one.kind, 0) + 1
        return kinds


@dataclass(frozen=True, slots=True)
class Wanted:
    """`kiosks`: those that whoever asks may see; `release` None: the newest."""

    kind: Kind
    span: Span
    language: str
    kiosks: frozenset[int] | None = None
    release: int | None = None


def make_sheet(db: Connection, house: House, wanted: Wanted) -> Sheet:
    """Raises NoSuchRelease."""
    zone, span = house.settings.zone, wanted.span
    then = find_release(db, wanted.release, house.clock())
    known = kiosks_then(db, then, wanted.kiosks)
    which = frozenset(kiosk.id for kiosk in known)
    asked = _asked(db, span, which, then, _titles(known, wanted.language))
    total = reach(db, Selection(span, which, release=then.asked)).get((), NONE)
    return Sheet(
        house.settings.name, wanted.kind, span, weeks_before(span), then, local(then.made, zone),
        house.settings.release is Release.IMMEDIATE, asked,
        _lines(db, house, wanted, known, then, [one.name for one in asked]), total,
        findings_then(db, then, span, zone, which),
    )  # fmt: skip


def weeks_before(span: Span) -> Span:
    last = span.first - timedelta(days=1)
    return Span(last - timedelta(weeks=WEEKS) + timedelta(days=1), last)


def _titles(known: Sequence[KnownKiosk], language: str) -> dict[str, str]:
    titles: dict[str, str] = {}
    for kiosk in known:
        for question in kiosk.start.survey.questions if kiosk.start else ():
            titles.setdefault(question.id, question.text.in_language(language))
    return titles


def _asked(db: Connection, span: Span, which: frozenset[int], then: Then, titles: Mapping[str, str]) -> list[Asked]:
    before = weeks_before(span)
    whole = Selection(Span(before.first, span.last), which, release=then.asked)
    by_day = count(db, whole, "question", "day")
    now = _within(by_day, span)
    earlier = _within(by_day, before)
    answered = sorted({key[0] for key in by_day})
    all_titles = dict(titles) | {name: name for name in answered if name not in titles}
    return [
        Asked(name, title, now.get((name,), NOTHING), earlier.get((name,), NOTHING),
              over_time({key[1]: one for key, one in by_day.items() if key[0] == name}, _drawn(span, before)))
        for name, title in all_titles.items()
    ]  # fmt: skip


def _drawn(span: Span, before: Span) -> Span:
    """The 13 weeks before beside a week; a longer report draws its own weeks."""
    return Span(before.first, span.last) if (span.last - span.first).days < 14 else span


def _within(by_day: Mapping[Key, Figures], span: Span) -> dict[Key, Figures]:
    first, last = span.first.isoformat(), span.last.isoformat()
    return grouped({key: one for key, one in by_day.items() if first <= key[1] <= last}, lambda key: key[:1])


def _lines(
    db: Connection, house: House, wanted: Wanted, known: Sequence[KnownKiosk], then: Then, questions: Sequence[str]
) -> list[Line]:
    selection = Selection(wanted.span, frozenset(kiosk.id for kiosk in known), release=then.asked)
    counted, reached = count(db, selection, "kiosk", "question"), reach(db, selection, "kiosk")
    return [
        Line(
            kiosk.id, kiosk.name, kiosk.start.counter.in_language(wanted.language) if kiosk.start else "",
            [counted.get((kiosk.id, question), NOTHING) for question in questions],
            reached.get((kiosk.id,), NONE), offline_minutes(db, house, kiosk.id, wanted.span, then.made),
        )
        for kiosk in known
    ]  # fmt: skip


def offline_minutes(db: Connection, house: House, kiosk: int, span: Span, made: int) -> int:
    """Of its opening sessions: those in which nothing was heard of it for more than three heartbeats, until `made`."""
    silent = silences_of(db, kiosk, made)
    if not silent:
        return 0
    zone, calendars = house.settings.zone, calendars_of(db, kiosk)
    days = (span.first + timedelta(days=number) for number in range((span.last - span.first).days + 1))
    return sum(common(silent, opening_times(day, calendars, zone)) for day in days) // MINUTE


def covered(reached: Reach) -> Coverage | None:
    """None: no opening session of these days is known."""
    return reached.coverage if reached.coverage.open else None
