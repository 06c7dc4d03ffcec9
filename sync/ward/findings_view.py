"""What the pages about findings show; every sentence is made here or in the template, none of it accuses anybody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from sync.ward.counting_out import Both, count_both
from sync.ward.detect.seen import Place
from sync.ward.detect.signals import Kind
from sync.ward.figures import Span
from sync.ward.months import months_touched
from sync.ward.seeing import OF_KIOSK, Finding, alike, notes_of
from sync.ward.speech import Speech
from sync.ward.status import all_statuses
from sync.ward.store.found import findings
from sync.ward.store.tables import kiosks, logs
from sync.ward.times import local
from sync.ward.wording import ask, seen, title

MOST_ENTRIES = 12  # stretches of entries told on the page; the command tells all
MOST_DAYS = 40
ONLY_COUNTED = (Kind.CORRECTED,)  # a day or an entry by itself would say how somebody answered


@dataclass(frozen=True, slots=True)
class Card:
    """One line of the list."""

    number: int
    kiosk: str
    title: str
    seen: str
    days: str
    votes: int


@dataclass(frozen=True, slots=True)
class Pair:
    """One question with and without the flagged votes."""

    kiosk: str
    title: str
    both: Both


@dataclass(frozen=True, slots=True)
class Written:
    at: datetime
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Detail:
    card: Card
    ask: str
    technical: str  # "" where the sentence says it all
    about: Sequence[str]
    log: str
    entries: Sequence[Place]
    more: int  # stretches of entries beyond those
    days: Sequence[date]
    count: int
    last: datetime
    months: Span | None
    pairs: Sequence[Pair]
    notes: Sequence[Written]


def card(say: Speech, one: Finding, zone: ZoneInfo) -> Card:
    filed = Span(local(one.first, zone).date(), local(one.last, zone).date())
    days = Span(one.since, one.until) if one.since and one.until else filed
    return Card(
        one.number, one.kiosk_name, title(say, one.kind), seen(say, one.kind, one.facts) or one.detail,
        say.days(days.first, days.last), one.votes,
    )  # fmt: skip


def detail(db: Connection, say: Speech, one: Finding, zone: ZoneInfo, today: date) -> Detail:
    hidden = one.kind in ONLY_COUNTED
    stretches = [] if hidden else put_together(one.places)
    months = months_touched(Span(one.since, one.until), today) if one.since and one.until and one.votes else None
    notes = [Written(local(note.at, zone), note.who, note.text) for note in notes_of(db, one.number)]
    return Detail(
        card(say, one, zone), ask(say, one.kind), "" if one.since else one.detail,
        () if one.since else [one.about, *alike(db, one)],
        one.log, stretches[:MOST_ENTRIES], max(0, len(stretches) - MOST_ENTRIES),
        [] if hidden else one.days[-MOST_DAYS:], one.count, local(one.last, zone), months,
        pairs(db, say, months, frozenset({one.kiosk})) if months else (), notes,
    )  # fmt: skip


def pairs(db: Connection, say: Speech, span: Span, some: frozenset[int]) -> list[Pair]:
    """In the order of kiosks and of their questions; where nothing is flagged there is nothing beside it."""
    found = count_both(db, span, some)
    shown = list[Pair]()
    for status in (one for one in all_statuses(db) if one.id in some):
        asked = status.start.survey.questions if status.start else ()
        titles = {one.id: one.text.in_language(say.language) for one in asked}
        names = [*titles, *sorted(name for kiosk, name in found if kiosk == status.id and name not in titles)]
        shown += [
            Pair(status.name, titles.get(name, name), found[status.id, name])
            for name in names
            if (status.id, name) in found
        ]
    return shown


def put_together(places: Iterable[Place]) -> list[Place]:
    """Visits that follow each other in the log are one stretch of entries."""
    ordered = sorted(places)
    starts = [ordered[0]] if ordered else []
    ends = []
    for before, after in pairwise(ordered):
        if after.log != before.log or after.first > before.last + 1:
            starts.append(after)
            ends.append(before)
    ends += ordered[-1:]
    return [Place(start.log, start.first, end.last) for start, end in zip(starts, ends, strict=True)]


def kinds_of(db: Connection, some: frozenset[int]) -> list[str]:
    """Of which there is any."""
    query = select(findings.c.kind).distinct().outerjoin_from(findings, logs, logs.c.id == findings.c.log)
    return sorted(db.execute(query.where(OF_KIOSK.in_(sorted(some)))).scalars())


def kiosk_names(db: Connection, some: frozenset[int]) -> list[str]:
    query = select(kiosks.c.name).where(kiosks.c.id.in_(sorted(some))).order_by(kiosks.c.id)
    return list(db.execute(query).scalars())
