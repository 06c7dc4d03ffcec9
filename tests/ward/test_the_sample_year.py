"""The generator of simulated years was written and frozen before the detectors, and does what it says.

A later change of it must change `FROZEN` and say here why. Changes since: none.
"""

from bisect import bisect_left
from collections import Counter
from datetime import date
from functools import cache
from hashlib import sha256
from importlib import resources
from itertools import pairwise

import pytest

from sync.ward.sample import DEVELOPMENT, ONCE, simulate
from sync.ward.sample.year import BASES, MINUTE, WEEK, Strategy, Visit, Year, is_holiday, local_day, moment

FROZEN = "742ea20948a875354045e49576a4018d5c76f7bb28d8aebdf1ba045617c4d877"
FILES = ("__init__.py", "cheats.py", "honest.py", "year.py")
SEEDS = range(1, 13)


@cache
def years(strategy: Strategy = Strategy.HONEST, base: int = 6) -> list[Year]:
    return [simulate(base, strategy, seed) for seed in SEEDS]


def pooled(what: Strategy = Strategy.HONEST) -> list[Visit]:
    return [visit for year in years(what) for visit in year.visits if not visit.trial]


def planted(what: Strategy) -> list[Visit]:
    return [visit for visit in pooled(what) if visit.planted]


def share(found: list[Visit], of: list[Visit]) -> float:
    return len(found) / len(of)


def in_session(visit: Visit, grace: int = 0) -> bool:
    day = local_day(visit.at)
    return any(
        moment(day, opened - grace) <= visit.at <= moment(day, closed + grace)
        for opened, closed in WEEK.get(day.isoweekday(), ())
    )


def test_it_is_frozen() -> None:
    folder = resources.files("sync.ward.sample")
    assert sha256("".join((folder / name).read_text("utf-8") for name in FILES).encode()).hexdigest() == FROZEN


def test_the_seeds_looked_at_once_are_others() -> None:
    assert not set(DEVELOPMENT) & set(ONCE)


def test_a_seed_tells_the_same_year_on_every_python() -> None:
    told = repr(simulate(6, Strategy.BURSTS, 1))
    assert told == repr(simulate(6, Strategy.BURSTS, 1)) != repr(simulate(6, Strategy.BURSTS, 2))
    assert sha256(told.encode()).hexdigest() == "7138f9b858952ab783d6d0c47aa2f2e858decf7231550ed907906c6324e1ad59"


# Honest years


@pytest.mark.parametrize("base", BASES[:3])
def test_about_so_many_come_on_a_working_day(base: int) -> None:
    working = [day for year in years(base=base)[:8] for day in year.files if day.isoweekday() < 6]
    visits = [one for year in years(base=base)[:8] for one in year.visits if local_day(one.at).isoweekday() < 6]
    assert len(visits) / len(working) == pytest.approx(base, rel=0.15)


def test_kiosks_differ_in_their_rate() -> None:
    rates = [share([one for one in year.visits if one.presses[-1].rating >= 4], year.visits) for year in years()]
    assert 0.65 < min(rates) < 0.82
    assert 0.85 < max(rates) < 0.97


def test_moods_last_for_weeks() -> None:
    """A good week follows a good week: the weekly rates of satisfied are correlated beyond chance."""
    products = []
    for year in years(base=13)[:8]:
        weeks = Counter[int](), Counter[int]()
        for visit in year.visits:
            week = (local_day(visit.at) - year.first).days // 7
            weeks[visit.presses[-1].rating >= 4][week] += 1
        mean = sum(weeks[1].values()) / len(year.visits)
        off = [weeks[1][n] - mean * (weeks[0][n] + weeks[1][n]) for n in range(52)]
        products.append(sum(one * other for one, other in pairwise(off)) / sum(one * one for one in off))
    assert sum(products) / len(products) > 0.05  # 0 by chance, with a deviation of 0.04


def test_some_refuse_the_second_question_and_some_correct_themselves() -> None:
    both = [one for one in pooled() if {press.question for press in one.presses} == {"procedure", "attitude"}]
    corrected = [one for one in pooled() if len(one.presses) > len({press.question for press in one.presses})]
    assert 0.7 < share(both, pooled()) < 0.92
    assert 0.02 < share(corrected, pooled()) < 0.06


def test_families_classes_and_children_press_one_after_the_other() -> None:
    runs = Counter[int]()
    for year in years():
        length = 1
        for before, after in pairwise(year.visits):
            close = after.at - before.end < MINUTE
            runs[length] += not close
            length = length + 1 if close else 1
    assert sum(count for length, count in runs.items() if length >= 4) / len(SEEDS) > 10  # a year
    assert max(runs) >= 10


def test_what_is_out_of_session_is_rare_and_honest_all_the_same() -> None:
    late = [one for one in pooled() if not in_session(one, grace=40)]
    assert 0 < share(late, pooled()) < 0.02
    assert {press.rating for one in late for press in one.presses} == {1, 2, 3, 4, 5}


def test_nobody_works_on_holidays_and_files_are_known_for_every_day_with_visits() -> None:
    assert is_holiday(date(2026, 2, 17))
    assert is_holiday(date(2026, 9, 2))
    assert not is_holiday(date(2026, 3, 3))
    for year in years():
        assert not any(is_holiday(day) for day in year.files)
        assert {local_day(one.at) for one in year.visits if in_session(one) and not one.trial} <= set(year.files)
        assert 240 < len(year.files) < 300


def test_no_vote_is_taken_while_the_kiosk_is_off_nor_two_at_once() -> None:
    for strategy in Strategy:
        for year in years(strategy)[:2]:
            times = [one.at for one in year.visits]
            assert all(bisect_left(times, begins) == bisect_left(times, ends) for begins, ends in year.off)
            assert all(after.at > before.end for before, after in pairwise(year.visits))


# Who cheats does it from a day on, and only there


@pytest.mark.parametrize("strategy", [one for one in Strategy if one is not Strategy.HONEST])
def test_before_somebody_cheats_the_year_is_the_honest_one(strategy: Strategy) -> None:
    for honest, year in zip(years(), years(strategy), strict=True):
        start = year.cheated_from
        assert start is not None
        assert 60 <= (start - year.first).days <= 180
        untouched = [[one for one in of.visits if local_day(one.at) < start] for of in (honest, year)]
        assert untouched[0] == untouched[1]
        assert not any(one.planted for one in untouched[1])


def test_slow_stuffing_is_three_fives_on_a_day_of_work() -> None:
    days = Counter(local_day(one.at) for one in planted(Strategy.SLOW))
    assert sum(days.values()) / sum(len(_cheated(year)) for year in years(Strategy.SLOW)) == pytest.approx(3, rel=0.05)
    assert {press.rating for one in planted(Strategy.SLOW) for press in one.presses} == {5}


def test_bursts_are_ten_to_twenty_within_minutes() -> None:
    for year in years(Strategy.BURSTS):
        bursts: dict[date, list[Visit]] = {}
        for one in year.visits:
            if one.planted:
                bursts.setdefault(local_day(one.at), []).append(one)
        assert all(9 <= len(burst) <= 20 and burst[-1].at - burst[0].at < 15 * MINUTE for burst in bursts.values())
        assert 5 <= len(bursts) <= 40


def test_night_presses_are_far_from_every_session() -> None:
    nights = planted(Strategy.NIGHT)
    assert nights
    assert not any(in_session(one, grace=80) for one in nights)


def test_corrected_goes_from_bad_to_good() -> None:
    for one in planted(Strategy.CORRECTED):
        pairs = [(before.rating, after.rating) for before, after in pairwise(one.presses)
                 if before.question == after.question]  # fmt: skip
        assert any(before <= 2 and after == 5 for before, after in pairs)
    assert len(planted(Strategy.CORRECTED)) > 20 * len(SEEDS)


def test_mondays_are_off_when_many_come() -> None:
    for honest, year in zip(years(), years(Strategy.MONDAYS), strict=True):
        assert year.switched_off
        assert all(day.isoweekday() == 1 and day in year.files for day in year.switched_off)
        assert len(year.visits) < len(honest.visits)


def _cheated(year: Year) -> list[date]:
    return [day for day in year.files if year.cheated_from and day >= year.cheated_from]
