"""Charts: columns, labels, marks; weeks, months and years of a range. What they look like is looked at elsewhere."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.ward.asking import ask, drawn, stretches
from sync.ward.charts import COUNT_HEIGHT, TOP, Chart, Stretch, ceiling, y_of
from sync.ward.figures import Figures, Span

days = st.dates(date(2024, 1, 1), date(2027, 12, 31))
spans = st.tuples(days, st.integers(0, 3000)).map(lambda one: Span(one[0], one[0] + timedelta(days=one[1])))


@given(spans)
def test_every_day_of_a_range_is_in_one_stretch_of_it(span: Span) -> None:
    found = stretches(span)
    assert (found[0].first, found[-1].last) == (span.first, span.last)
    assert len(found) <= 72
    for before, after in pairwise(found):
        assert before.first <= before.last
        assert after.first == before.last + timedelta(days=1)


@pytest.mark.parametrize(
    ("first", "last", "count", "second"),
    [
        ("2026-08-24", "2026-11-22", 13, "2026-08-31"),  # weeks
        ("2026-11-18", "2026-11-18", 1, None),
        ("2026-11-18", "2026-11-24", 2, "2026-11-23"),
        ("2024-01-15", "2026-01-14", 25, "2024-02-01"),  # months
        ("2010-06-01", "2026-01-14", 17, "2011-01-01"),  # years
    ],
)
def test_weeks_then_months_then_years(first: str, last: str, count: int, second: str | None) -> None:
    found = stretches(Span(date.fromisoformat(first), date.fromisoformat(last)))
    assert len(found) == count
    if second:
        assert found[1].first.isoformat() == second


def test_a_short_range_is_drawn_with_the_weeks_before_it_and_marked() -> None:
    week = Span(date(2026, 11, 16), date(2026, 11, 22))
    assert drawn(week) == Span(date(2026, 8, 24), date(2026, 11, 22))
    by_day = {("q", "2026-11-17"): Figures({5: 3}), ("q", "2026-09-01"): Figures({1: 2})}
    (asked,) = ask({"q": "?"}, by_day, {}, week)
    assert asked.figures.counts == {5: 3}
    assert asked.chart.together.counts == {5: 3, 1: 2}
    assert [column.marked for column in asked.chart.columns] == [False] * 12 + [True]


def test_a_long_range_is_drawn_as_it_is() -> None:
    quarter = Span(date(2026, 8, 24), date(2026, 11, 22))
    assert drawn(quarter) == quarter
    (asked,) = ask({"q": "?"}, {}, {}, quarter)
    assert asked.chart.marked is None
    assert asked.chart.empty


def chart(*counts: dict[int, int]) -> Chart:
    first = date(2026, 1, 5)
    weeks = [Span(first + timedelta(weeks=n), first + timedelta(weeks=n, days=6)) for n in range(len(counts))]
    return Chart(
        Span(weeks[0].first, weeks[-1].last), [Stretch(*one) for one in zip(weeks, map(Figures, counts), strict=True)]
    )


def test_the_worst_level_stands_on_the_line_and_the_heights_are_the_counts() -> None:
    (column,) = chart({5: 6, 3: 2, 1: 2}).columns
    assert [part.level for part in column.parts] == [1, 3, 5]
    assert column.parts[0].y + column.parts[0].height == COUNT_HEIGHT
    assert [part.height for part in column.parts] == [20, 20, 60]
    assert column.top == 0


def test_columns_do_not_touch_and_stay_within_the_plot() -> None:
    columns = chart(*[{5: 1}] * 53).columns
    assert columns[0].left > 0
    assert columns[-1].left + columns[-1].width < 100
    assert all(a.left + a.width < b.left for a, b in pairwise(columns))


@pytest.mark.parametrize("count", [1, 5, 13, 14, 15, 27, 53, 72])
def test_labels_have_room_on_a_screen_and_on_a_phone(count: int) -> None:
    columns = chart(*[{5: 1}] * count).columns
    everywhere = sum(column.labelled == "always" for column in columns)
    assert 1 <= everywhere <= 6
    assert everywhere <= everywhere + sum(column.labelled == "roomy" for column in columns) <= 14
    assert columns[-1].labelled == "always"


@given(st.integers(0, 10**7))
def test_the_axis_of_counts_ends_at_a_round_number_not_far_above(most: int) -> None:
    top = ceiling(most)
    assert max(most, 1) <= top <= max(2.5 * most, 1)
    assert str(top)[0] in "125"
    assert set(str(top)[1:]) <= {"0"}


def test_the_axis_of_a_rate_is_whole() -> None:
    assert (y_of(1), y_of(0)) == (TOP, TOP + 170)
    assert y_of(0.5) == TOP + 85
