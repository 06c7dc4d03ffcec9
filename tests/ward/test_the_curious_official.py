"""Under daily release: who reloads, polls, exports, filters and compares never learns what one visitor pressed.

What is told is told of three visits at least, whatever two answers are held against each other. What is not hidden,
and cannot be, is in the README: three who all pressed the same; and who pressed twice of three himself.
"""

import re
from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from sync.ward.check import check
from sync.ward.counting import Selection, count
from sync.ward.figures import Span
from sync.ward.hiding import LEAST, Cell, Place, Visit, due, shown
from sync.ward.permissions import Scope
from sync.ward.rebuild import rebuild
from sync.ward.store.engine import writing
from sync.ward.store.tables import feed, releases, tallies
from tests.ward.conftest import HOUR, Ward
from tests.ward.kiosk_double import KioskDouble
from tests.ward.test_votes_belong_to_sessions import AFTERNOON, MORNING, SUNDAY

DAY = 24 * HOUR
WHOLE = Span(date(2026, 11, 1), date(2026, 12, 31))
DAYS = ("", "2026-11-16", "2026-11-17", "2026-11-18")

cells = st.builds(Cell, st.sampled_from(DAYS), st.sampled_from(["", "a", "b"]), st.just(9))


@given(st.dictionaries(st.builds(Visit, st.just("log"), st.integers(1, 99)), cells, max_size=25))
def test_no_cell_receives_fewer_than_three_visits(pressed: dict[Visit, Cell]) -> None:
    found = shown(pressed)
    assert all(n >= LEAST for n in Counter((cell.day, cell.session) for cell in found.values()).values())
    assert all(found[visit].day >= pressed[visit].day for visit in found)  # with a later day, never an earlier one
    assert all(bool(found[visit].day) == bool(pressed[visit].day) for visit in found)
    waiting = [cell for visit, cell in pressed.items() if visit not in found and cell.day]
    assert len(waiting) < LEAST


def test_a_correction_waits_for_company() -> None:
    here = Cell("2026-11-16", "", 9)
    moved = [
        Place(seq, Visit("log", seq), True, ("q", 5), Cell("2026-11-17", "", 9), True, ("q", 5), here, here)
        for seq in (1, 2, 3)
    ]
    assert due(moved[:2]) == {}
    assert {cell.day for cell in due(moved).values()} == {"2026-11-17"}
    withdrawn = moved[0]._replace(counted=False)
    assert due([withdrawn]) == {}
    assert due([withdrawn, *(one._replace(was_shown=None, was_counted=False) for one in _new())]) != {}


def _new() -> list[Place]:
    return [Place(seq, Visit("log", seq), True, ("q", 4), Cell("2026-11-17", "", 9)) for seq in (7, 8, 9)]


def test_a_better_time_of_the_same_day_waits_for_nothing() -> None:
    here = Cell("2026-11-16", "a", 9)
    same = Place(1, Visit("log", 1), True, ("q", 5), here._replace(hour=10), True, ("q", 5), here, here)
    assert due([same]) == {("log", 1): here._replace(hour=10)}


# Everything that an official can open, before and after each visitor

PAGES = ("/", "/kiosks/1", "/compare?by=session", "/reports/week/2026-11-16", "/reports/range?range=this-month")
LIVE = re.compile(r'<(dl|p|section) class="(being|health|facts)[^>]*>.*?</\1>|\d\d:\d\d(:\d\d)?', re.DOTALL)


def look_everywhere(ward: Ward, feed_token: dict[str, str], figures: dict[str, str]) -> dict[str, Any]:
    """But for what is live by design: when the kiosk was heard of."""
    seen: dict[str, Any] = {}
    for path in PAGES:
        page = ward.client.get(path)
        assert page.status_code == 200, path
        seen[path] = LIVE.sub("", page.text[page.text.index('<main id="main">') : page.text.index("</main>")])
    for by in ("kiosk", "day", "session"):
        query = {"from": "2026-11-01", "to": "2026-12-31", "by": by}
        seen[by] = ward.client.get("/v1/statistics", params=query, headers=figures).json()["rows"]
    seen["csv"] = ward.client.get("/reports/week/2026-11-16", params={"format": "csv"}).text
    seen["feed"] = ward.client.get("/v1/votes", headers=feed_token).json()
    return seen


def test_reloading_after_each_visitor_shows_nothing(daily_ward: Ward) -> None:
    ward = daily_ward
    kiosk = ward.enrol()
    kiosk.start(sessions=[MORNING, AFTERNOON])
    ward.send(kiosk)
    tokens = ward.token(Scope.FEED), ward.token(Scope.STATISTICS)
    before = look_everywhere(ward, *tokens)
    for rating in (1, 5, 3, 1):
        kiosk.visit(rating, rating)
        ward.send(kiosk, after=len(kiosk.lines) - 2)
        assert look_everywhere(ward, *tokens) == before


def test_neighbouring_ranges_sessions_and_releases_differ_by_three_visits_or_none(daily_ward: Ward) -> None:
    """Two weeks of few and uneven visits, some late, one corrected, one boot undated: every difference is looked at."""
    ward, random = daily_ward, Random(7)
    kiosk = ward.enrol()
    sent = 0
    for number in range(14):
        kiosk.start(sessions=[MORNING, AFTERNOON, SUNDAY])
        for _ in range(random.choice((0, 1, 1, 2, 3, 5))):
            kiosk.pass_time(20 * 60_000)
            kiosk.visit(random.randint(1, 5), random.randint(1, 5))
        if number % 3 != 1:  # else the network is down
            ward.send(kiosk, after=sent)
            sent = len(kiosk.lines)
        pause = DAY - (kiosk.wall - ward.now[0])
        ward.pass_time(DAY)
        kiosk.pass_time(max(pause, 0))
        if number == 6:
            kiosk.boot, kiosk.clock = "22222222-2222-4222-8222-222222222222", "unsynced"
        if number == 8:
            kiosk.boot, kiosk.clock = "33333333-3333-4333-8333-333333333333", "synced"
    ward.send(kiosk, after=sent)
    for _ in range(2):
        ward.pass_time(DAY)
        ward.send(kiosk, after=len(kiosk.lines))
    numbers = [0, *(row.id for row in ward.rows(select(releases.c.id).order_by(releases.c.id)))]
    assert len(numbers) > 4
    with ward.house.engine.connect() as db:
        for then, now in pairwise(numbers):
            for cell, n in _added(db, then, now).items():
                assert n >= LEAST or n == 0, (cell, then, now)
        released = sum(row.n for row in db.execute(select(tallies).where(tallies.c.question == "procedure")))
        assert released >= 14
        assert list(check(db, ward.house)) == []
    before = sorted(map(tuple, ward.rows(select(tallies))))
    with writing(ward.house.engine) as db:
        rebuild(db, ward.house)
        assert list(check(db, ward.house)) == []
    assert sorted(map(tuple, ward.rows(select(tallies)))) == before


def _added(db: Any, then: int, now: int) -> dict[tuple[Any, ...], int]:
    """By day and session: how many answers to the first question a release has added."""
    names = ("kiosk", "day", "session")
    sums: dict[tuple[Any, ...], int] = defaultdict(int)
    for span in (WHOLE, None):
        for release, sign in ((then, -1), (now, +1)):
            for key, one in count(db, Selection(span, question="procedure", release=release), *names).items():
                sums[key] += sign * one.n
    return sums


def released(ward: Ward, kiosk: KioskDouble) -> None:
    ward.pass_time(DAY)
    ward.send(kiosk, after=len(kiosk.lines))


def test_one_visit_a_day_is_counted_with_the_day_on_which_there_are_three(daily_ward: Ward) -> None:
    ward = daily_ward
    kiosk = ward.enrol()
    for number in range(3):
        kiosk.visit(1 + number, 5)
        ward.send(kiosk, after=2 * number)
        ward.pass_time(DAY)
        kiosk.pass_time(DAY)
    ward.send(kiosk, after=6)
    assert {row.day for row in ward.rows(select(tallies))} == {"2026-11-20"}
    exact = ward.client.get("/v1/votes", headers=ward.token(Scope.FEED, Scope.EXACT)).json()["rows"]
    assert {row["day"] for row in exact} == {"2026-11-18", "2026-11-19", "2026-11-20"}  # nothing is misdated


def test_the_feed_tells_no_order_no_time_and_no_place_in_the_log(daily_ward: Ward) -> None:
    ward = daily_ward
    kiosk = ward.enrol()
    for rating in (1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2):
        kiosk.visit(rating, 6 - rating)
    ward.send(kiosk)
    released(ward, kiosk)
    rows = ward.client.get("/v1/votes", headers=ward.token()).json()["rows"]
    exact = ward.client.get("/v1/votes", headers=ward.token(Scope.FEED, Scope.EXACT)).json()["rows"]
    assert len(rows) == len(exact) == 24
    assert all(row["at"] is None and row["error_ms"] is None and row["dated_by"] is None for row in rows)
    assert not {row["seq"] for row in rows} & {row["seq"] for row in exact}
    assert {row["visit"] for row in rows} == {row["seq"] for row in rows if row["question"] == "procedure"}
    assert [row["rating"] for row in exact] != [row["rating"] for row in sorted(exact, key=lambda row: row["seq"])]
    assert [row["seq"] for row in rows] != sorted(row["seq"] for row in rows)
    again = ward.client.get("/v1/votes", headers=ward.token()).json()["rows"]
    assert again == rows  # the same names, whenever asked


def test_a_decision_about_a_fork_that_moves_two_visits_waits(daily_ward: Ward) -> None:
    from sync.ward.forks import decide, find_log
    from tests.ward.test_a_forked_log_keeps_both_branches import counted, fork, forked

    ward = daily_ward
    kiosk, _ = forked(ward)
    released_by_now(ward)
    fork(ward, kiosk)
    with writing(ward.house.engine) as db:
        decide(db, ward.house, find_log(db, kiosk.log), 1, "cli:official")
    released_by_now(ward)
    assert counted(ward) == [5] * 6


def released_by_now(ward: Ward) -> None:
    from sync.ward.release import release

    ward.pass_time(DAY)
    with writing(ward.house.engine) as db:
        release(db, ward.house.settings.release, ward.house.settings.zone, ward.now[0])


def test_hours_cannot_be_asked_for(daily_ward: Ward) -> None:
    query = {"from": "2026-11-01", "to": "2026-12-31", "by": "hour"}
    answer = daily_ward.client.get("/v1/statistics", params=query, headers=daily_ward.token(Scope.STATISTICS))
    assert answer.status_code == 400
    assert "hour" not in feed_fields(daily_ward)


def feed_fields(ward: Ward) -> set[str]:
    kiosk = ward.enrol("Quầy 9")
    for _ in range(3):
        kiosk.visit(5, 5)
    ward.send(kiosk)
    released(ward, kiosk)
    (first, *_) = ward.client.get("/v1/votes", headers=ward.token()).json()["rows"]
    assert feed.c.hour is not None
    return set(first)
