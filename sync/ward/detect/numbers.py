"""More visits than there can be, or than there used to be. Single visits cannot be named here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import log, sqrt
from statistics import pstdev

from sync.ward.detect.seen import Day, Past
from sync.ward.detect.signals import Kind, Signal
from sync.ward.detect.tails import poisson_tail
from sync.ward.detect.thresholds import Thresholds

WEEKS4, YEAR = 28, 371  # days
LEAST_WEEKS = 8  # of the past, before anything is compared with it
WINDOWS = (4, 8, 13, 26)  # weeks
LASTING = 0.8  # how much of a week's mood is left in the next
KEEN, MOOD = 0.13, 0.3  # how far number (log) and praise (logit) of honest weeks wander, at the least
EACH = 1.0  # standard deviations that each of the two has to be up by itself


def more_than_files(past: Past, limits: Thresholds) -> Iterator[Signal]:
    """Told on Sundays, of four weeks without their most crowded day: a school class files nothing."""
    if past.today.day.isoweekday() != 7:
        return
    days = [day for day in past.last(WEEKS4) if day.files is not None]
    days.sort(key=lambda day: day.visits - (day.files or 0))
    visits, files = sum(day.visits for day in days[:-1]), sum(day.files or 0 for day in days[:-1])
    if files and poisson_tail(visits, limits.visits_per_file * files) < limits.chance:
        dates = tuple(sorted(day.day for day in days))
        yield Signal(Kind.VISITS, past.today.day, dates[0], dates[-1], (), (), {"n": visits, "files": files})


@dataclass(frozen=True, slots=True)
class Weeks:
    """Weeks in a row: how many visits to how many files (or days, where files are not known), and how many all 5."""

    visits: Sequence[int]
    full: Sequence[int]
    of: Sequence[int]

    @property
    def number(self) -> float:
        return log((sum(self.visits) + 0.5) / (sum(self.of) + 0.5))

    @property
    def praise(self) -> float:
        return _logit(sum(self.full), sum(self.visits))

    def cut(self, first: int, last: int) -> "Weeks":
        return Weeks(self.visits[first:last], self.full[first:last], self.of[first:last])


def stuffed(past: Past, limits: Thresholds) -> Iterator[Signal]:
    """Told on Sundays. More visits for as many files, and the share of those that praise everything is up as well.

    A poster brings more visits of every kind, a good month more praise by as many people: either alone says nothing.
    Weeks are alike in a row, so that a mean of many is less sure than as many independent ones would make it.
    """
    if past.today.day.isoweekday() != 7:
        return
    known = _known(past.last(YEAR))
    weeks = _weeks(past.last(YEAR), known=known)
    best = max(((_rise(weeks, window), window) for window in WINDOWS), default=(0.0, 0))
    if best[0] >= limits.stuffing:
        recent, before = weeks.cut(-best[1], len(weeks.of)), weeks.cut(0, -best[1])
        facts = {
            "known": int(known), "weeks": best[1], "n": sum(recent.visits), "files": sum(recent.of),
            "percent": round(100 * sum(recent.full) / sum(recent.visits)),
            "percent_before": round(100 * sum(before.full) / sum(before.visits)),
            "more": round(100 * sum(recent.visits) / sum(recent.of) / (sum(before.visits) / sum(before.of)) - 100),
        }  # fmt: skip
        since = past.today.day - timedelta(days=7 * best[1] - 1)
        yield Signal(Kind.STUFFED, past.today.day, since, past.today.day, (), (), facts)


def _known(days: Sequence[Day]) -> bool:
    """Whether files were counted nearly all the time: a night that somebody pressed in has none."""
    return 10 * sum(day.visits for day in days if day.files is None) <= sum(day.visits for day in days)


def _weeks(days: Sequence[Day], *, known: bool) -> Weeks:
    """Whole weeks that end on the last day, those without work left out."""
    first = len(days) % 7
    weeks = [
        [day for day in days[at : at + 7] if day.files is not None or not known] for at in range(first, len(days), 7)
    ]
    rows = [
        (
            sum(day.visits for day in week), sum(day.full for day in week),
            sum(day.files or 0 for day in week) if known else sum(day.worked for day in week),
        )
        for week in weeks
    ]  # fmt: skip
    rows = [row for row in rows if row[0] and row[2]]
    return Weeks(*([row[place] for row in rows] for place in range(3)))


def _rise(weeks: Weeks, window: int) -> float:
    """How far both are up together, in standard deviations; 0 if one of them is not."""
    if len(weeks.of) < window + LEAST_WEEKS:
        return 0.0
    recent, before = weeks.cut(-window, len(weeks.of)), weeks.cut(0, -window)
    number, praise = _number(recent, before), _praise(recent, before)
    return (number + praise) / sqrt(2) if min(number, praise) >= EACH else 0.0


def _number(recent: Weeks, before: Weeks) -> float:
    each = [log((visits + 0.5) / (of + 0.5)) for visits, of in zip(before.visits, before.of, strict=True)]
    chance = len(each) / sum(before.visits)
    wander = max(KEEN**2, pstdev(each) ** 2 - chance)
    noise = 1.2 / sum(recent.visits) + 1.2 / sum(before.visits)  # a tenth of the visits come together
    return (recent.number - before.number) / sqrt(wander * _unsure(recent, before) + noise)


def _praise(recent: Weeks, before: Weeks) -> float:
    each = [_logit(full, visits) for full, visits in zip(before.full, before.visits, strict=True)]
    share = sum(before.full) / sum(before.visits)
    spread = 1.2 / max(share * (1 - share), 0.05)
    wander = max(MOOD**2, pstdev(each) ** 2 - spread * len(each) / sum(before.visits))
    noise = spread / sum(recent.visits) + spread / sum(before.visits)
    return (recent.praise - before.praise) / sqrt(wander * _unsure(recent, before) + noise)


def _unsure(recent: Weeks, before: Weeks) -> float:
    return _of_mean(len(recent.of)) + _of_mean(len(before.of))


def _of_mean(weeks: int) -> float:
    """The variance of a mean of weeks that are alike in a row, against that of one week: AR(1)."""
    return (1 + 2 * sum((1 - lag / weeks) * LASTING**lag for lag in range(1, weeks))) / weeks


def _logit(full: int, of: int) -> float:
    return log((full + 0.5) / (of - full + 0.5))
