"""Dates of one boot: by the best, between two, against each other. The truth is made first, the evidence after."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.ward.dating import (
    DRIFT,
    HOUR,
    NEAR,
    SECOND,
    Anchor,
    BootTime,
    Dated,
    _between,
    _by_one,
    agree,
    clock_anchor,
    tells_more,
    versions,
)
from sync.ward.times import day_and_hour, local
from tests.ward.conftest import NOW

DAY = 24 * HOUR
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def echo(came: int, true: int, trip: int = 100, late: int = 0) -> Anchor:
    """The ward spoke `trip - late` ms before the reply came; `true` is the time when it came."""
    return Anchor("boot", came, came - trip, true - (trip - late), "echo")


@dataclass
class Crystal:
    """A monotonic clock that gains `ppm`, and `wander` ppm more in the second half of its day, less in the first."""

    ppm: int
    wander: int = 0
    began: int = NOW

    def true(self, mono: int) -> int:
        swing = mono if mono < DAY // 2 else DAY - mono
        return self.began + mono - round(mono * self.ppm / 1e6) + round(swing * self.wander / 1e6)


CRYSTALS = st.builds(Crystal, st.integers(-40, 40), st.integers(-10, 10))
MONOS = st.integers(0, DAY)
TRIPS = st.tuples(st.integers(0, 500), st.integers(0, 500)).map(sorted).map(lambda pair: (pair[1], pair[0]))


def error_of(dated: Dated, true: int) -> int:
    """By how much the date is off, if it is within the error that it states."""
    assert dated.at is not None
    assert dated.error is not None
    assert abs(dated.at - true) <= dated.error
    return dated.error


@given(CRYSTALS, MONOS, MONOS, TRIPS)
def test_one_echo_dates_a_press_within_5_s_for_a_day(crystal: Crystal, came: int, mono: int, trip: Any) -> None:
    known = [echo(came, crystal.true(came), *trip)]
    assert error_of(BootTime(known).date(mono, 0, "unsynced"), crystal.true(mono)) <= 5 * SECOND


@given(CRYSTALS, MONOS, TRIPS, TRIPS)
def test_between_two_echoes_a_day_apart_the_error_is_at_most_1_s(
    crystal: Crystal, mono: int, first: Any, last: Any
) -> None:
    known = [echo(0, crystal.true(0), first[0] // 5, first[1] // 5), echo(DAY, crystal.true(DAY), *_small(last))]
    dated = BootTime(known).date(mono, 0, "unsynced")
    assert error_of(dated, crystal.true(mono)) == SECOND


def _small(trip: Any) -> tuple[int, int]:
    return trip[0] // 5, trip[1] // 5


@given(CRYSTALS, st.lists(st.tuples(MONOS, TRIPS), min_size=1, max_size=40), MONOS)
def test_the_best_of_many_is_found_without_looking_at_all(crystal: Crystal, places: list[Any], mono: int) -> None:
    known = [echo(came, crystal.true(came), *trip) for came, trip in places]
    dated = BootTime(known).date(mono, 0, "unsynced")
    every = [*(_by_one(mono, anchor) for anchor in known), _between(mono, sorted(known, key=lambda one: one.came))]
    assert dated.error == min(one.error or 0 for one in every if one)
    error_of(dated, crystal.true(mono))
    assert BootTime(reversed(known)).date(mono, 0, "unsynced") == dated


@given(CRYSTALS, MONOS, MONOS)
def test_ntp_dates_what_was_pressed_before_it_came(crystal: Crystal, came: int, mono: int) -> None:
    known = [clock_anchor("boot", came, crystal.true(came))]
    assert error_of(BootTime(known).date(mono, 0, "unsynced"), crystal.true(mono)) <= 5 * SECOND


def test_a_date_does_not_move_when_a_later_echo_is_no_better() -> None:
    early, later = echo(HOUR, NOW + HOUR), echo(3 * HOUR, NOW + 3 * HOUR + 7)
    alone = BootTime([early]).date(HOUR + 60_000, 0, "unsynced")
    assert BootTime([early, later]).date(HOUR + 60_000, 0, "unsynced") == alone


@pytest.mark.parametrize("step", [HOUR, -HOUR, 6 * SECOND])
def test_a_minority_of_echoes_is_not_believed(step: int) -> None:
    right = [echo(hours * HOUR, NOW + hours * HOUR) for hours in (0, 4, 6)]
    wrong = echo(2 * HOUR, NOW + 2 * HOUR + step)
    assert versions([*right, wrong])[0] == right
    assert error_of(BootTime([*right, wrong]).date(2 * HOUR, 0, "unsynced"), NOW + 2 * HOUR) == SECOND


def test_where_no_majority_tells_the_date_covers_both() -> None:
    known = [echo(0, NOW), echo(2 * HOUR, NOW + 3 * HOUR)]
    dated = BootTime(known).date(HOUR, 0, "unsynced")
    for possible in (NOW + HOUR, NOW + 2 * HOUR):
        error_of(dated, possible)


def test_the_wards_word_decides_against_ntp() -> None:
    known = [echo(0, NOW), *(clock_anchor("boot", HOUR + n, NOW - DAY) for n in range(5))]
    dated = BootTime(known).date(HOUR, NOW - DAY, "synced")
    assert (error_of(dated, NOW + HOUR), dated.source) == (SECOND, "echo")


def test_ntp_that_contradicts_itself_states_an_error_that_covers_both() -> None:
    known = [clock_anchor("boot", 0, NOW), clock_anchor("boot", HOUR, NOW + 4 * HOUR)]
    dated = BootTime(known).date(HOUR, NOW + 4 * HOUR, "synced")
    for possible in (NOW + HOUR, NOW + 4 * HOUR):
        error_of(dated, possible)


@pytest.mark.parametrize(
    ("clock", "source", "error"), [("synced", "wall", 3 * SECOND), ("rtc", "rtc", HOUR), ("unsynced", None, None)]
)
def test_a_press_alone_is_dated_as_far_as_its_clock_is_believed(clock: str, source: Any, error: Any) -> None:
    assert BootTime([]).date(0, NOW, clock)[1:] == (error, source)


def test_an_echo_is_kept_if_it_is_sharper_or_further_or_contradicts() -> None:
    known = [echo(0, NOW)]
    assert not tells_more(echo(NEAR, NOW + NEAR), known)
    assert tells_more(echo(NEAR + 1, NOW + NEAR + 1), known)
    assert tells_more(echo(1000, NOW + 9000), known)
    assert tells_more(echo(1000, NOW + 1000), [echo(0, NOW, trip=4000)])


@given(CRYSTALS, MONOS, MONOS, TRIPS, TRIPS)
def test_echoes_of_one_true_time_agree(crystal: Crystal, a: int, b: int, first: Any, last: Any) -> None:
    assert agree(echo(a, crystal.true(a), *first), echo(b, crystal.true(b), *last))


def test_echoes_that_drift_cannot_explain_do_not_agree() -> None:
    assert not agree(echo(0, NOW), echo(DAY, NOW + DAY + DAY // DRIFT + 600))


@pytest.mark.parametrize(
    ("at", "error", "place"),
    [
        ("00:00:00", 1, ("2026-11-18", 0)),  # a date as sure as this counts where it stands
        ("00:00:30", 60, ("2026-11-18", 0)),
        ("00:00:30", 61, ("", -1)),  # wider than a minute, and in two days
        ("00:01:30", 61, ("2026-11-18", 0)),
        ("10:00:30", 61, ("2026-11-18", -1)),  # in two hours of one day
        ("12:00:00", 11 * 3600, ("2026-11-18", -1)),
        ("12:00:00", 13 * 3600, ("", -1)),
    ],
)
def test_a_date_counts_on_a_day_only_if_all_of_it_lies_there(at: str, error: int, place: tuple[str, int]) -> None:
    hours, minutes, seconds = map(int, at.split(":"))
    midnight = NOW - local(NOW, ZONE).hour * HOUR - local(NOW, ZONE).minute * 60_000 - local(NOW, ZONE).second * SECOND
    moment = midnight + ((hours * 60 + minutes) * 60 + seconds) * SECOND
    assert day_and_hour(moment, error * SECOND, ZONE) == place


def test_between_two_echoes_eight_days_apart_the_rate_may_have_wandered() -> None:
    known = [echo(0, NOW), echo(8 * DAY, NOW + 8 * DAY)]
    assert BootTime(known).date(4 * DAY, 0, "unsynced").error == 4 * SECOND  # 0.05 + 0.4 + 4 days at 10 ppm
