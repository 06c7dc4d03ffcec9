"""Each detector by itself: what it says, and the honest things that look alike and of which it says nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import exp, factorial

import pytest

from sync.ward.detect.bursts import bursts, regular
from sync.ward.detect.gaps import coverage, dark_days
from sync.ward.detect.habits import corrected, outside, trials
from sync.ward.detect.hours import Hours, Off
from sync.ward.detect.looking import Detector
from sync.ward.detect.numbers import more_than_files, stuffed
from sync.ward.detect.seen import Around, Day, Past, Place, Seen, sum_up
from sync.ward.detect.signals import Signal
from sync.ward.detect.silence import silent
from sync.ward.detect.tails import binomial_tail, poisson_tail
from sync.ward.detect.thresholds import Thresholds
from sync.ward.settings import TEMPLATE, Release, read_settings, settings_text
from tests.ward.detection import ZONE, interval, sessions

LIMITS = Thresholds()
SUNDAY = date(2026, 11, 22)
MINUTE = 60_000
USUAL = Day(SUNDAY, visits=6, levels=(2, 0, 0, 1, 1, 2), full=2, bad=1, files=12, minutes=450)


def history(*newest: Day, days: int = 200, usual: Day = USUAL, last: date = SUNDAY) -> list[Day]:
    """Ordinary days, closed at weekends, that end with these."""
    dates = [last - timedelta(days=number) for number in range(days)][::-1]
    usually = [replace_day(usual, day) if day.isoweekday() < 6 else Day(day) for day in dates]
    start = days - len(newest)
    return usually[:start] + [replace_day(day, when) for day, when in zip(newest, dates[start:], strict=True)]


def replace_day(day: Day, when: date) -> Day:
    return Day(when, *(getattr(day, name) for name in Day.__struct_fields__[1:]))


def day(**what: object) -> Day:
    return Day(**({name: getattr(USUAL, name) for name in Day.__struct_fields__} | what))  # type: ignore[arg-type]


def visits(*levels: int, step: float = 20, away: int = 0, start: int = 0) -> list[Seen]:
    """One after the other, `step` seconds apart, each visit of one level (0: mixed)."""
    times = [start + int(n * step * 1000 + (n % 3) * 900) for n in range(1, len(levels) + 1)]
    given = [(level, level) if level else (5, 2) for level in levels]
    return [
        Seen(Place("log", 2 * n, 2 * n + 1), at, answers, session="x", away=away)
        for n, (at, answers) in enumerate(zip(times, given, strict=True), 1)
    ]


def say(detect: Detector, days: Sequence[Day], seen: Sequence[Seen] = (), limits: Thresholds = LIMITS) -> list[Signal]:
    return list(detect(Past(days, seen), limits))


# Bursts


def test_ten_fives_in_a_row_are_a_burst() -> None:
    seen = visits(*[5] * 10)
    (signal,) = say(bursts, history(), seen)
    assert signal.places == tuple(one.place for one in seen)
    assert signal.facts == {"n": 10, "level": 5, "minutes": 3, "session": "x"}


def test_so_are_ones() -> None:
    assert [one.facts["level"] for one in say(bursts, history(), visits(*[1] * 10))] == [1]


@pytest.mark.parametrize(
    "seen",
    [
        visits(*[5] * 8),  # a large family
        visits(*[5, 4, 5, 0, 3] * 5),  # a class
        visits(*[5] * 12, step=60),  # within a quarter of an hour
    ],
    ids=["a family", "a class", "slowly"],
)
def test_honest_crowds_are_none(seen: list[Seen]) -> None:
    assert say(bursts, history(), seen) == []


def test_outside_every_session_the_number_is_enough() -> None:
    mixed = visits(*[5, 5, 4] * 5, step=15, away=20)
    assert say(bursts, history(), [replace(one, away=0) for one in mixed]) == []
    assert len(say(bursts, history(), mixed)) == 1


def test_a_busy_counter_needs_more_of_them() -> None:
    busy = day(visits=60, levels=(20, 0, 0, 5, 5, 30), full=30, files=100)
    assert say(bursts, history(usual=busy), visits(*[5] * 10)) == []
    assert len(say(bursts, history(usual=busy), visits(*[5] * 14))) == 1


def test_two_bursts_of_a_day_are_told_apart() -> None:
    two = visits(*[5] * 10) + visits(*[5] * 10, start=3_600_000)
    assert len(say(bursts, history(), two)) == 2


def test_a_visit_whose_time_is_uncertain_makes_no_burst() -> None:
    assert say(bursts, history(), [replace(one, sure=False) for one in visits(*[5] * 12)]) == []


def test_even_steps_are_not_made_by_people() -> None:
    even = [replace(one, at=30_000 * n) for n, one in enumerate(visits(*[5, 4, 0, 3] * 3))]
    (signal,) = say(regular, history(), even)
    assert (signal.facts["n"], signal.facts["level"]) == (12, 0)
    assert say(regular, history(), [replace(one, at=one.at + n % 2 * 9000) for n, one in enumerate(even)]) == []
    assert say(regular, history(), even[:7]) == []


# Habits


def test_three_evenings_in_four_weeks_are_told_with_all_their_visits() -> None:
    late = day(outside=(Place("log", 7, 8),))
    two = history(late, *[USUAL] * 10, late)
    assert say(outside, two) == []
    (signal,) = say(outside, history(late, *[USUAL] * 10, late, USUAL, late))
    assert len(signal.days) == 3
    assert signal.since == signal.days[0]
    assert say(outside, history(late, *[USUAL] * 27, late, USUAL, late)) == []  # not within four weeks


def test_bad_presses_that_turn_good_are_told_when_they_are_many_of_the_bad_ones() -> None:
    changed, bad = day(bad=1, corrected=(Place("log", 1, 3),)), day(bad=1)
    calm = day(bad=0)
    assert len(say(corrected, history(*[changed] * 8, usual=calm))) == 1
    assert say(corrected, history(*[changed, bad, bad, bad] * 5, changed, usual=calm)) == []  # a finger that slipped


def test_trials_in_opening_hours_on_two_days() -> None:
    trial = day(trials=(Place("log", 1, 1),))
    assert say(trials, history(trial)) == []
    (signal,) = say(trials, history(trial, USUAL, trial))
    assert signal.facts["n"] == 2


# Gaps


def weeks_of_mondays(*, dark: int, busy: int = 20, weekday: int = 1) -> list[Day]:
    """Ten weeks; on the last so many Mondays (or other days) it is off. Ends on such a day."""
    last = SUNDAY + timedelta(days=weekday)
    days = history(days=70, last=last)
    chosen = [one for one in days if one.day.isoweekday() == weekday][-dark:]
    return [
        replace_day(day(dark=200, files=busy), one.day) if one in chosen else one for one in days
    ]  # fmt: skip


def test_off_on_busy_mondays_is_a_pattern() -> None:
    assert say(dark_days, weeks_of_mondays(dark=1)) == []
    (signal,) = say(dark_days, weeks_of_mondays(dark=3))
    assert signal.facts["weekday"] == 1
    assert len(signal.days) == 3
    assert signal.facts["hours"] == 10


def test_power_cuts_on_any_day_are_none() -> None:
    cut = day(dark=200, files=9)
    days = history(cut, *[USUAL] * 9, cut, *[USUAL] * 12, cut, days=100, last=SUNDAY - timedelta(days=2))
    assert [one.day.isoweekday() for one in days if one.dark] != [5, 5, 5]
    assert say(dark_days, days) == []


def test_short_gaps_and_holidays_are_none() -> None:
    short = [replace_day(day(dark=40, files=20), one.day) if one.dark else one for one in weeks_of_mondays(dark=6)]
    assert say(dark_days, short) == []
    closed = [
        replace_day(day(visits=0, files=0, dark=450), one.day) if one.dark else one for one in weeks_of_mondays(dark=6)
    ]
    assert say(dark_days, closed) == []


def test_four_weeks_without_much_power_are_told_on_their_sunday() -> None:
    half = day(dark=225)
    (signal,) = say(coverage, history(*[half] * 26, Day(SUNDAY), Day(SUNDAY)))
    assert signal.facts["percent"] == 50
    assert say(coverage, history(*[half] * 26, Day(SUNDAY), last=SUNDAY - timedelta(days=1))) == []
    assert say(coverage, history()) == []


# Numbers


def test_more_visits_than_files_over_four_weeks() -> None:
    many = day(visits=18, files=10)
    (signal,) = say(more_than_files, history(*[many] * 27, Day(SUNDAY)))
    assert (signal.facts["n"], signal.facts["files"]) == (26 * 18, 260)
    assert say(more_than_files, history(*[day(visits=11, files=10)] * 27, Day(SUNDAY))) == []
    assert say(more_than_files, history(*[day(visits=18, files=None)] * 27, Day(SUNDAY))) == []


def test_one_class_is_not_more_visits_than_files() -> None:
    small = day(visits=2, files=3)
    assert say(more_than_files, history(day(visits=60, files=3), *[small] * 26, Day(SUNDAY), usual=small)) == []


def test_more_visits_and_more_praise_together_are_told() -> None:
    stuffed_day = day(visits=9, full=5)
    (signal,) = say(stuffed, history(*[stuffed_day] * 56))
    assert (signal.facts["more"], signal.facts["percent"], signal.facts["percent_before"]) == (50, 56, 33)
    assert signal.facts["known"] == 1


@pytest.mark.parametrize(
    "newer",
    [day(visits=12, full=4), day(full=4), day(visits=9, full=5, files=18)],
    ids=["a poster", "a mood", "a reform"],
)
def test_either_alone_says_nothing(newer: Day) -> None:
    assert say(stuffed, history(*[newer] * 56)) == []


def test_without_files_the_days_are_counted() -> None:
    unknown, more = day(files=None), day(visits=12, full=8, files=None)
    (signal,) = say(stuffed, history(*[more] * 56, usual=unknown))
    assert signal.facts["known"] == 0


def test_nothing_is_compared_with_a_past_of_few_weeks() -> None:
    assert say(stuffed, history(*[day(visits=12, full=8)] * 28, days=77)) == []


def test_a_kiosk_that_is_not_heard_of_is_told_once_by_the_day_it_was_heard_last() -> None:
    heard = SUNDAY - timedelta(days=8)
    (first,) = silent(heard, SUNDAY, LIMITS)
    (later,) = silent(heard, SUNDAY + timedelta(days=30), LIMITS)
    assert first == later
    assert list(silent(heard, SUNDAY - timedelta(days=1), LIMITS)) == []
    assert list(silent(None, SUNDAY, LIMITS)) == []


# What they stand on


def test_a_day_is_summed_up() -> None:
    seen = [
        Seen(Place("log", 1, 2), 0, (5, 5)),
        Seen(Place("log", 3, 3), 0, (5,), away=61),
        Seen(Place("log", 4, 6), 0, (5, 1), bad=2, corrected=1, away=60),
        Seen(Place("log", 7, 7), 0, (1,), session="x", trial=True),
        Seen(Place("log", 8, 8), 0, (1,), session="outside", away=9, trial=True),
    ]
    found = sum_up(SUNDAY, seen, 2, 60, Around(4, 240, 30))
    assert (found.visits, found.levels, found.full, found.bad) == (3, (1, 0, 0, 0, 0, 2), 1, 2)
    assert found.outside == (Place("log", 3, 3),)
    assert found.corrected == (Place("log", 4, 6),)
    assert found.trials == (Place("log", 7, 7),)
    assert (found.files, found.minutes, found.dark) == (4, 240, 30)


def test_tails_are_exact() -> None:
    assert poisson_tail(3, 1) == pytest.approx(0.0803014)
    assert poisson_tail(3, 50) == pytest.approx(1)
    assert poisson_tail(70, 50) == pytest.approx(1 - sum(exp(-50) * 50**k / factorial(k) for k in range(70)))
    assert binomial_tail(8, 10, 0.5) == pytest.approx(56 / 1024)
    assert (poisson_tail(0, 0), poisson_tail(1, 0), binomial_tail(0, 0, 0.5)) == (1, 0, 1)
    assert interval(10, 2) == (pytest.approx(2.3977, abs=1e-3), pytest.approx(9.1952, abs=1e-3))


def test_how_far_from_a_session_also_across_the_weekend() -> None:
    hours = Hours(sessions(), ZONE)
    monday = 1_767_571_200_000 - 7 * 3_600_000
    times = {(7, 30): 0, (7, 29): 1, (11, 29): 0, (11, 30): 1, (12, 30): 60, (16, 59): 0, (18, 0): 61, (0, 0): 450}
    for (hour, minute), away in times.items():
        assert hours.away(monday + (hour * 60 + minute) * MINUTE) == away, (hour, minute)
    assert hours.minutes(date(2026, 1, 5)) == 450
    assert hours.minutes(date(2026, 1, 10)) == 0
    off = [Off(monday, monday + 8 * 60 * MINUTE), Off(monday + 465 * MINUTE, monday + 500 * MINUTE)]
    assert hours.dark(date(2026, 1, 5), off) == 50


def test_the_template_of_the_settings_says_what_holds_without_it(tmp_path) -> None:
    assert "[findings]" in TEMPLATE
    file = tmp_path / "ward.toml"
    file.write_text(settings_text("x", Release.DAILY, ("localhost",), ""))
    assert read_settings(file).findings == LIMITS
