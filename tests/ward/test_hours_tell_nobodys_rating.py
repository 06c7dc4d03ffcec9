"""Hours of the day: only whole months that are over, only 30 answers or more, no exact n."""

from datetime import date

import pytest

from sync.ward.comparing import Compared, Order, in_order
from sync.ward.figures import Figures, Span
from sync.ward.hours import Cell, heat_map
from sync.ward.months import months_within

TODAY = date(2026, 11, 18)


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2026-01-01", "2026-12-31", ("2026-01-01", "2026-10-31")),  # this month is not over
        ("2026-01-02", "2026-10-31", ("2026-02-01", "2026-10-31")),
        ("2026-01-01", "2026-10-30", ("2026-01-01", "2026-09-30")),
        ("2026-02-01", "2026-02-28", ("2026-02-01", "2026-02-28")),
        ("2026-10-02", "2026-11-18", None),
        ("2026-11-01", "2026-11-30", None),
        ("2027-01-01", "2027-12-31", None),
    ],
)
def test_only_whole_months_that_are_over(first: str, last: str, months: tuple[str, str] | None) -> None:
    found = months_within(Span(date.fromisoformat(first), date.fromisoformat(last)), TODAY)
    assert (found and (found.first.isoformat(), found.last.isoformat())) == months


def test_two_ranges_that_differ_by_a_day_show_the_same_hours() -> None:
    shown = {
        months_within(Span(first, last), TODAY)
        for first in (date(2026, 8, 20), date(2026, 8, 21))
        for last in (date(2026, 11, 10), date(2026, 11, 11))
    }
    assert shown == {Span(date(2026, 9, 1), date(2026, 10, 31))}


def test_a_cell_below_30_says_nothing_and_others_say_no_exact_n() -> None:
    assert not Cell(Figures({5: 29})).shown
    cells = [Cell(Figures({5: good, 1: 1})) for good in (29, 48, 49, 98, 99, 1999)]
    assert [cell.at_least for cell in cells] == [30, 30, 50, 50, 100, 1000]
    assert [cell.percent for cell in cells] == [97, 98, 98, 99, 99, 100]


def test_the_map_is_of_weekdays_and_hours_and_leaves_out_what_has_no_sure_hour() -> None:
    wednesday, sunday = "2026-11-18", "2026-11-22"
    found = heat_map({
        (wednesday, 9): Figures({5: 20}), ("2026-11-11", 9): Figures({1: 20}),
        (wednesday, -1): Figures({5: 99}), (sunday, 8): Figures({5: 3}),
    })  # fmt: skip
    assert found.hours == [8, 9]
    assert [row.weekday for row in found.rows] == [3, 7]
    assert found.rows[0].cells[1].percent == 50
    assert [cell.shown for row in found.rows for cell in row.cells] == [False, True, False, False]
    assert found.any_shown
    assert not heat_map({}).any_shown


def test_nothing_below_30_is_ranked() -> None:
    few, middling, best = (Compared(name, name, figures) for name, figures in (
        ("a", Figures({5: 29})), ("b", Figures({5: 30, 1: 10})), ("c", Figures({5: 60})),
    ))  # fmt: skip
    assert in_order([few, middling, best], Order.NAME) == [few, middling, best]
    assert in_order([few, middling, best], Order.LOW) == [best, middling, few]
