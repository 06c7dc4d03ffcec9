"""Whole months that are over: whoever may choose any days could choose two ranges that differ by one vote. Pure."""

from datetime import date, timedelta

from sync.ward.figures import Span


def month_of(day: date) -> Span:
    return Span(day.replace(day=1), next_month(day) - timedelta(days=1))


def next_month(day: date) -> date:
    """Its first day."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def months_within(span: Span, today: date) -> Span | None:
    """Those that lie whole in the range."""
    return _over(span.first if span.first.day == 1 else next_month(span.first), span.last + timedelta(days=1), today)


def months_touched(span: Span, today: date) -> Span | None:
    """Those of which any day lies in the range."""
    return _over(span.first.replace(day=1), next_month(span.last), today)


def _over(first: date, after: date, today: date) -> Span | None:
    after = min(after, today).replace(day=1)
    return Span(first, after - timedelta(days=1)) if first < after else None
