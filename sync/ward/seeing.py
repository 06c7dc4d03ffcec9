"""Findings as people see them: which kiosk, what days, the facts for the sentence, how many votes, the notes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, select, true

from sync.ward.detect.seen import Place
from sync.ward.detect.signals import Fact
from sync.ward.store.found import findings, flags, notes
from sync.ward.store.tables import kiosks, logs
from sync.ward.suspicions import Said
from sync.ward.times import local

MOST_LETTERS = 2000  # of a note
OF_KIOSK = func.coalesce(findings.c.kiosk, logs.c.kiosk)
_said = msgspec.json.Decoder(Said)


@dataclass(frozen=True, slots=True)
class Filter:
    """None: all of them."""

    kiosk: str | None = None
    kind: str | None = None
    since: date | None = None
    until: date | None = None
    number: int | None = None
    kiosks: frozenset[int] | None = None  # that may be seen


@dataclass(frozen=True, slots=True)
class Finding:
    number: int
    kind: str
    kiosk: int
    kiosk_name: str
    log: str
    about: str
    detail: str
    count: int
    first: int  # Unix ms: when it was filed
    last: int
    since: date | None  # None: about a log, not about days
    until: date | None
    facts: Mapping[str, Fact]
    days: Sequence[date]
    places: Sequence[Place]
    votes: int  # flagged


@dataclass(frozen=True, slots=True)
class Note:
    at: int
    who: str
    text: str


def find(db: Connection, which: Filter, zone: ZoneInfo) -> list[int]:
    """Their numbers, those whose days are the newest first; of one kind about one log the newest stands for all."""
    columns = ("id", "kind", "log", "since", "until", "first", "last")
    query = _whose(*(findings.c[name] for name in columns)).where(*_conditions(which))
    spans = ((_span(row, zone), row.id, row) for row in db.execute(query))
    newest: dict[tuple[Any, ...], int] = {}
    for span, number, row in sorted(spans, key=lambda one: one[:2], reverse=True):
        if _within(span, which):
            newest.setdefault((row.kind, row.log, row.since and number), number)
    return list(newest.values())


def read(db: Connection, numbers: Sequence[int]) -> list[Finding]:
    """In this order."""
    flagged = select(func.count()).where(flags.c.finding == findings.c.id).scalar_subquery()
    query = _whose(findings, OF_KIOSK.label("whose"), kiosks.c.name, flagged.label("votes"))
    found = {row.id: _finding(row) for row in db.execute(query.where(findings.c.id.in_(numbers)))}
    return [found[number] for number in numbers if number in found]


def alike(db: Connection, one: Finding) -> list[str]:
    """What the others of this kind about this log are about."""
    same = (findings.c.kind == one.kind, findings.c.log == one.log, findings.c.id != one.number)
    return list(
        db.execute(select(findings.c.about).where(*same, findings.c.since == "").order_by(findings.c.id)).scalars()
    )


def notes_of(db: Connection, number: int) -> list[Note]:
    query = select(notes).where(notes.c.finding == number).order_by(notes.c.id)
    return [Note(row.at, row.who, row.text) for row in db.execute(query)]


def add_note(db: Connection, number: int, who: str, text: str, now: int) -> None:
    db.execute(insert(notes).values(finding=number, at=now, who=who, text=text))


def _whose(*columns: Any) -> Select[Any]:
    """With the kiosk: the finding's own, or its log's."""
    of_log = select(*columns).outerjoin_from(findings, logs, logs.c.id == findings.c.log)
    return of_log.join(kiosks, kiosks.c.id == OF_KIOSK)


def _conditions(which: Filter) -> list[ColumnElement[bool]]:
    return [
        kiosks.c.name == which.kiosk if which.kiosk else true(),
        findings.c.kind == which.kind if which.kind else true(),
        findings.c.id == which.number if which.number is not None else true(),
        OF_KIOSK.in_(sorted(which.kiosks)) if which.kiosks is not None else true(),
    ]


def _span(row: Row[Any], zone: ZoneInfo) -> tuple[str, str]:
    """Newest and oldest day; a finding about a log has those of when it was filed and seen last."""
    filed = (local(row.last, zone).date().isoformat(), local(row.first, zone).date().isoformat())
    return (row.until, row.since) if row.until else filed


def _within(span: tuple[str, str], which: Filter) -> bool:
    newest, oldest = span
    after = which.since is None or newest >= which.since.isoformat()
    return after and (which.until is None or oldest <= which.until.isoformat())


def _finding(row: Row[Any]) -> Finding:
    said = _said.decode(row.said) if row.said else Said()
    return Finding(
        row.id, row.kind, row.whose, row.name, row.log, row.about, row.detail,
        row._mapping["count"], row.first, row.last, _date(row.since), _date(row.until),
        said.facts, said.days, said.places, row.votes,
    )  # fmt: skip


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
