"""The questions that citizens were asked, with what they answered: the part that every page of figures shares."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sync.ward.charts import Chart, Stretch
from sync.ward.counting import NOTHING, Key, grouped
from sync.ward.figures import Figures, Span, last_weeks
from sync.ward.months import next_month
from sync.ward.status import KioskStatus

FEW_STRETCHES = 6  # with fewer there is nothing to see in a chart
MOST_WEEKS, MOST_MONTHS = 54, 72  # in one chart; beyond, the columns stand for months, then for years


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: its figures over a range, and week by week."""

    name: str
    title: str
    figures: Figures
    undated: Figures
    chart: Chart


@dataclass(frozen=True, slots=True)
class Overall:
    """The unweighted mean of the questions' rates. It is never shown without the questions and their n."""

    parts: Sequence[Asked]

    @property
    def enough(self) -> bool:
        return len(self.parts) > 1 and all(part.figures.enough for part in self.parts)

    @property
    def mean(self) -> float:
        return sum(part.figures.rate for part in self.parts) / len(self.parts)


def titles_of(statuses: Iterable[KioskStatus], answered: Iterable[str], language: str) -> dict[str, str]:
    """In the order of the kiosks' surveys; questions that only older votes answer come after, by their names."""
    titles: dict[str, str] = {}
    for status in statuses:
        for question in status.start.survey.questions if status.start else ():
            titles.setdefault(question.id, question.text.in_language(language))
    return titles | {name: name for name in sorted(answered) if name not in titles}


def ask(
    titles: Mapping[str, str], by_day: Mapping[Key, Figures], undated: Mapping[Key, Figures], span: Span
) -> list[Asked]:
    """`by_day` is counted by question and day over the days that are `drawn`, `undated` by question."""
    within = {key: one for key, one in by_day.items() if span.first.isoformat() <= key[1] <= span.last.isoformat()}
    totals = grouped(within, lambda key: key[:1])
    return [
        Asked(
            name, title, totals.get((name,), NOTHING), undated.get((name,), NOTHING),
            _chart({key[1]: one for key, one in by_day.items() if key[0] == name}, span),
        )
        for name, title in titles.items()
    ]  # fmt: skip


def drawn(span: Span) -> Span:
    """The days that a chart shows: of a short range also the weeks before it."""
    if len(stretches(span)) >= FEW_STRETCHES:
        return span
    return Span(min(span.first, last_weeks(span.last).first), span.last)


def _chart(by_day: Mapping[str, Figures], span: Span) -> Chart:
    shown = drawn(span)
    return Chart(shown, over_time(by_day, shown), span if shown != span else None)


def over_time(by_day: Mapping[str, Figures], span: Span) -> list[Stretch]:
    """Every week, month or year that the range touches, also those in which nobody answered."""
    spans = stretches(span)
    starts = [one.first.isoformat() for one in spans]
    found = grouped({(day,): one for day, one in by_day.items()}, lambda key: (bisect_right(starts, key[0]) - 1,))
    return [Stretch(one, found.get((place,), NOTHING)) for place, one in enumerate(spans)]


def stretches(span: Span) -> list[Span]:
    """Whole weeks, months or years, cut where the range begins and ends."""
    for following, most in ((_next_week, MOST_WEEKS), (next_month, MOST_MONTHS)):
        if len(cut := _cut(span, following)) <= most:
            return cut
    return _cut(span, _next_year)


def _cut(span: Span, following: Callable[[date], date]) -> list[Span]:
    found, day = [], span.first
    while day <= span.last:
        after = following(day)
        found.append(Span(day, min(span.last, after - timedelta(days=1))))
        day = after
    return found


def _next_week(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())


def _next_year(day: date) -> date:
    return date(day.year + 1, 1, 1)
