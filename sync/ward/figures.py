"""Counts of the five levels, and what follows from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sync.ward.wilson import wilson

LEVELS = (5, 4, 3, 2, 1)
ENOUGH = 30  # below this, a rate is not set in large type and nothing is ranked
WEEKS = 13


@dataclass(frozen=True, slots=True)
class Figures:
    """The answers to one question, of any place and period."""

    counts: Mapping[int, int]

    @property
    def n(self) -> int:
        return sum(self.counts.values())

    @property
    def satisfied(self) -> int:
        """Level 3, neutral, is not satisfied; it is in the denominator."""
        return self.of(5) + self.of(4)

    @property
    def rate(self) -> float:
        return self.satisfied / self.n

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.satisfied, self.n)

    @property
    def index(self) -> float:
        """Σ(k-1)·n_k / (4n) on 0 to 100."""
        return 100 * sum((level - 1) * self.of(level) for level in LEVELS) / (4 * self.n)

    @property
    def sipas(self) -> float:
        """Σk·n_k / (5n): what some call SIPAS's way; only in a table that says so."""
        return sum(level * self.of(level) for level in LEVELS) / (5 * self.n)

    @property
    def enough(self) -> bool:
        return self.n >= ENOUGH

    def of(self, level: int) -> int:
        return self.counts.get(level, 0)


@dataclass(frozen=True, slots=True)
class Span:
    """Local days, both included."""

    first: date
    last: date


def this_week(today: date) -> Span:
    monday = today - timedelta(days=today.weekday())
    return Span(monday, monday + timedelta(days=6))


def last_weeks(today: date, weeks: int = WEEKS) -> Span:
    """The last weeks, this one included."""
    week = this_week(today)
    return Span(week.first - timedelta(weeks=weeks - 1), week.last)
