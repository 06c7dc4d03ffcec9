"""Sessions without power: in a pattern, or simply many."""

from collections.abc import Iterator, Sequence
from datetime import date
from statistics import median

from sync.ward.detect.seen import Day, Past
from sync.ward.detect.signals import Fact, Kind, Signal
from sync.ward.detect.tails import binomial_tail
from sync.ward.detect.thresholds import Thresholds

WINDOW = 91  # days
WEEKS4 = 28
LEAST = 2  # times


def dark_days(past: Past, limits: Thresholds) -> Iterator[Signal]:
    """Off for long on days of one weekday, and of those rather on the busy ones: power cuts know no weekdays."""
    if not _is_dark(past.today, limits):
        return
    found = [signal for signal in (_weekday(past, limits), _busy(past, limits)) if signal]
    yield from found[:1]


def _weekday(past: Past, limits: Thresholds) -> Signal | None:
    same = [day for day in _open(past.last(WINDOW)) if day.day.isoweekday() == past.today.day.isoweekday()]
    others = [day for day in _open(past.last(WINDOW)) if day.day.isoweekday() != past.today.day.isoweekday()]
    busy = _busiest(same)
    facts: dict[str, Fact] = {"weekday": past.today.day.isoweekday(), "busy": int(busy is not same)}
    return _judge(past, busy, _usual(others, limits), limits, facts)


def _busy(past: Past, limits: Thresholds) -> Signal | None:
    """Whatever weekday it is."""
    opened = _open(past.last(WINDOW))
    busy = _busiest(opened)
    if busy is opened:
        return None
    calm = [day for day in opened if day not in busy]
    return _judge(past, busy, _usual(calm, limits), limits, {"weekday": 0, "busy": 1})


def _judge(past: Past, days: Sequence[Day], usual: float, limits: Thresholds, facts: dict[str, Fact]) -> Signal | None:
    dark = [day for day in days if _is_dark(day, limits)]
    if past.today not in dark or len(dark) < LEAST or binomial_tail(len(dark), len(days), usual) > 3 * limits.chance:
        return None
    minutes = sum(day.dark for day in dark)
    told = {**facts, "n": len(dark), "of": len(days), "hours": round(minutes / 60)}
    dates = tuple(day.day for day in dark)
    return Signal(Kind.DARK, past.today.day, dates[0], dates[-1], (), dates, told)


def _open(days: Sequence[Day]) -> list[Day]:
    """Days with a session. Where nobody counts files, a day all dark cannot be told from a holiday: it is left out."""
    return [day for day in days if day.minutes and (day.files if day.files is not None else day.visits)]


def _busiest(days: Sequence[Day]) -> Sequence[Day]:
    """Those with more files than half of them; all, where files are not known."""
    known = [day.files for day in days if day.files is not None]
    if len(known) < len(days) or not known:
        return days
    usual = median(known)
    return [day for day in days if (day.files or 0) >= usual]


def _usual(others: Sequence[Day], limits: Thresholds) -> float:
    dark = sum(_is_dark(day, limits) for day in others)
    return max(limits.dark_share, (dark + 1) / (len(others) + 20))


def _is_dark(day: Day, limits: Thresholds) -> bool:
    return day.worked and day.dark >= limits.dark_minutes


def coverage(past: Past, limits: Thresholds) -> Iterator[Signal]:
    """Told on Sundays."""
    days = [day for day in past.last(WEEKS4) if day.worked]
    minutes, dark = sum(day.minutes for day in days), sum(day.dark for day in days)
    if past.today.day.isoweekday() == 7 and minutes and dark > (1 - limits.coverage) * minutes:
        found: tuple[date, ...] = tuple(day.day for day in days if day.dark)
        facts: dict[str, Fact] = {"percent": round(100 * (1 - dark / minutes)), "hours": round(dark / 60)}
        yield Signal(Kind.COVERAGE, past.today.day, found[0], found[-1], (), found, facts)
