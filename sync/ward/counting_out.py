"""Released answers with and without the votes that findings are about. Nothing is taken away: it is a second column.

Without single visits: where fewer than three are flagged, or are left, the difference would show somebody's answer.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, Connection, func, select

from sync.ward.counting import NOTHING, Key, Selection, count
from sync.ward.figures import LEVELS, Figures, Span
from sync.ward.hiding import LEAST
from sync.ward.release import released_tallies
from sync.ward.store.tables import feed, flags


@dataclass(frozen=True, slots=True)
class Both:
    """The answers to one question at one kiosk."""

    every: Figures
    flagged: Figures

    @property
    def told(self) -> bool:
        """Whether the second column may be shown."""
        return self.flagged.n >= LEAST and self.every.n - self.flagged.n >= LEAST

    @property
    def without(self) -> Figures:
        return Figures({level: self.every.of(level) - self.flagged.of(level) for level in LEVELS})


def count_both(db: Connection, span: Span, kiosks: frozenset[int]) -> dict[Key, Both]:
    """By kiosk and question, where any vote is flagged."""
    flagged = _flagged(db, span, kiosks)
    every = count(db, Selection(span, frozenset(kiosk for kiosk, _ in flagged)), "kiosk", "question") if flagged else {}
    return {key: Both(every.get(key, NOTHING), one) for key, one in flagged.items()}


def whole_months(span: Span, today: date) -> Span | None:
    """The months that the range touches, as far as they are over; None if none is.

    Whoever may choose any days could choose two ranges that differ by one vote.
    """
    first, after = span.first.replace(day=1), _next_month(span.last)
    last = min(after, today.replace(day=1)) - timedelta(days=1)
    return Span(first, last) if first <= last else None


def _flagged(db: Connection, span: Span, kiosks: frozenset[int]) -> dict[Key, Figures]:
    is_flagged = select(flags.c.seq).where(flags.c.log == feed.c.log, flags.c.seq == feed.c.seq).exists()
    states = released_tallies().where(is_flagged).subquery()
    days = states.c.shown_day.between(span.first.isoformat(), span.last.isoformat())
    key = (states.c.kiosk, states.c.question, states.c.rating)
    query = (
        select(*key, func.sum(states.c.n).cast(BigInteger))
        .where(days, states.c.kiosk.in_(sorted(kiosks)))
        .group_by(*key)
    )
    counts: dict[tuple[Any, ...], dict[int, int]] = {}
    for kiosk, question, rating, n in db.execute(query):
        counts.setdefault((kiosk, question), {})[rating] = n
    return {key: Figures(levels) for key, levels in counts.items()}


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
