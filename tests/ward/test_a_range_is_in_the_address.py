"""Ranges of days: by name, as typed, and typed wrong."""

from datetime import date

import pytest

from sync.ward.ranges import NAMED, read_range

SUNDAY = date(2026, 11, 22)


def days(**query: str) -> tuple[str, str]:
    span = read_range(query, SUNDAY).span
    return span.first.isoformat(), span.last.isoformat()


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("this-week", "2026-11-16", "2026-11-22"),
        ("last-week", "2026-11-09", "2026-11-15"),
        ("this-month", "2026-11-01", "2026-11-30"),
        ("last-month", "2026-10-01", "2026-10-31"),
        ("weeks-13", "2026-08-24", "2026-11-22"),
        ("this-year", "2026-01-01", "2026-12-31"),
    ],
)
def test_named_ranges(name: str, first: str, last: str) -> None:
    assert name in NAMED
    assert days(range=name) == (first, last)


def test_the_months_around_new_year() -> None:
    assert read_range({"range": "last-month"}, date(2027, 1, 31)).span.first == date(2026, 12, 1)
    assert read_range({"range": "this-month"}, date(2028, 2, 29)).span.last == date(2028, 2, 29)


@pytest.mark.parametrize("first", ["2026-01-05", "05/01/2026", "5/1/2026"])
def test_days_of_ones_own(first: str) -> None:
    assert days(**{"from": first, "to": "2026-05-15"}) == ("2026-01-05", "2026-05-15")
    assert days(**{"from": first}) == ("2026-01-05", "2026-11-22")


@pytest.mark.parametrize(
    ("first", "last", "where", "why"),
    [
        ("2026-02-30", "2026-03-01", "from", "range_no_date"),
        ("", "2026-03-01", "from", "range_no_date"),
        ("2026-03-01", "soon", "to", "range_no_date"),
        ("2026-03-02", "2026-03-01", "to", "range_backwards"),
        ("0001-01-01", "9999-12-31", "from", "range_too_long"),
        ("2026-W11-1", "2026-03-01", "from", "range_no_date"),
    ],
)
def test_what_is_no_range_is_said_at_its_field(first: str, last: str, where: str, why: str) -> None:
    asked = read_range({"from": first, "to": last}, SUNDAY)
    assert asked.wrong == {where: why}
    assert asked.typed == (first, last)
    assert asked.span == read_range({}, SUNDAY).span


def test_the_same_days_in_the_address_of_another_page() -> None:
    for query in ({"from": "2026-01-05", "to": "2026-05-15"}, {"range": "last-month"}, {}):
        asked = read_range(query, SUNDAY)
        assert read_range(dict(asked.query), SUNDAY).span == asked.span
