"""From-to ranges of local days as they stand in an address: `?range=this-week`, or `?from=2026-11-01&to=2026-11-15`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sync.ward.figures import Span, last_weeks, this_week
from sync.ward.months import month_of

DEFAULT = "weeks-13"
NAMED = ("this-week", "last-week", "this-month", "last-month", "weeks-13", "this-year")
ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
WRITTEN = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})", re.ASCII)
LONGEST = timedelta(days=366 * 20)


@dataclass(frozen=True, slots=True)
class Asked:
    """The range that was asked for; what was wrong in the form, as keys of sentences by field."""

    span: Span
    name: str  # of NAMED, or "" for days of one's own
    wrong: Mapping[str, str] = field(default_factory=dict)
    typed: tuple[str, str] = ("", "")  # as it was typed, to be typed again

    @property
    def query(self) -> tuple[tuple[str, str], ...]:
        """For the addresses of other pages about the same days."""
        if self.name:
            return () if self.name == DEFAULT else (("range", self.name),)
        return (("from", self.span.first.isoformat()), ("to", self.span.last.isoformat()))


def named(name: str, today: date) -> Span:
    """This week, month and year run to their last day: a day to come holds nothing, and the address stays the same."""
    match name:
        case "this-week":
            return this_week(today)
        case "last-week":
            return this_week(today - timedelta(weeks=1))
        case "this-month":
            return month_of(today)
        case "last-month":
            return month_of(today.replace(day=1) - timedelta(days=1))
        case "this-year":
            return Span(date(today.year, 1, 1), date(today.year, 12, 31))
    return last_weeks(today)


def read_range(query: Mapping[str, str], today: date, default: str = DEFAULT) -> Asked:
    """Days typed into the form come before a name; whatever cannot be read leaves the default in place."""
    first, last = query.get("from", "").strip(), query.get("to", "").strip()
    if first or last:
        return _typed(first, last, today, default)
    name = query.get("range", default)
    name = name if name in NAMED else default
    return Asked(named(name, today), name)


def _typed(first: str, last: str, today: date, default: str) -> Asked:
    days = {"from": read_day(first), "to": read_day(last) if last else today}
    wrong = {name: "range_no_date" for name, day in days.items() if day is None}
    begin, end = days["from"], days["to"]
    if begin and end and end < begin:
        wrong["to"] = "range_backwards"
    elif begin and end and end - begin > LONGEST:
        wrong["from"] = "range_too_long"
    if begin is None or end is None or wrong:
        return Asked(named(default, today), default, wrong, (first, last))
    return Asked(Span(begin, end), "", typed=(begin.isoformat(), end.isoformat()))


def read_day(text: str) -> date | None:
    """As browsers send it, or as people write it: 2026-11-22, 22/11/2026."""
    if found := ISO.fullmatch(text):
        year, month, day = found.groups()
    elif found := WRITTEN.fullmatch(text):
        day, month, year = found.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
