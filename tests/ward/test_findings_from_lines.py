"""The whole way: a kiosk's lines, taken in, released, looked at; what is found is what the detectors say directly."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import delete, func, select

from sync.ward.files_handled import Author, Change, Channel, Place, state
from sync.ward.sample import simulate
from sync.ward.sample.year import Strategy, Year, moment
from sync.ward.store.engine import writing
from sync.ward.store.found import findings, flags, watched, watched_days
from sync.ward.watching import Watchman, watch
from tests.ward.a_year import Chained
from tests.ward.conftest import HOUR, Ward
from tests.ward.detection import Told
from tests.ward.detection import watch as watch_directly
from tests.ward.lived import lines_of

DAY = 24 * HOUR
FIRST = date(2026, 1, 5)


@pytest.fixture
def lived(daily_ward: Ward) -> Callable[[Strategy, int], Year]:
    """A kiosk that lived so many days, all of it sent at the end."""

    def live(strategy: Strategy, days: int, base: int = 3) -> Year:
        year = simulate(base, strategy, 1, FIRST, days)
        year.off = [span for span in year.off if span[1] < moment(year.dates[-1], 1440)]
        daily_ward.now[0] = moment(FIRST, 0)
        kiosk = daily_ward.enrol(kiosk=Chained())
        lines_of(year, kiosk)
        daily_ward.now[0] = moment(year.dates[-1], 1439)
        for after in range(0, len(kiosk.lines), 4000):
            daily_ward.send(kiosk, after=after, last=min(after + 4000, len(kiosk.lines)))
        with writing(daily_ward.house.engine) as db:
            files = [Change(Place(1, day, Channel.COUNTER), None, year.files.get(day, 0)) for day in year.dates]
            state(db, files, Author("test"), daily_ward.now[0])
        return year

    return live


def look(ward: Ward) -> None:
    """The next day begins: what has waited is released, then looked at."""
    ward.pass_time(2 * 60_000)
    ward.writer.submit(lambda _: None).result()
    watchman = Watchman(ward.house)
    while ward.writer.submit(watchman.next).result() is not None:
        pass


def found(ward: Ward) -> dict[tuple[str, str], tuple[str, str, str]]:
    columns = (findings.c.kind, findings.c.about, findings.c.since, findings.c.until, findings.c.seen)
    return {(row[0], row[1]): tuple(row[2:]) for row in ward.rows(select(*columns).where(findings.c.kiosk == 1))}


@pytest.mark.parametrize(
    ("strategy", "days"), [(Strategy.BURSTS, 200), (Strategy.MONDAYS, 240), (Strategy.CORRECTED, 220)]
)
def test_what_is_found_from_lines_is_what_detectors_say(daily_ward: Ward, lived, strategy: Strategy, days: int) -> None:
    year = lived(strategy, days)
    look(daily_ward)
    episodes, _ = watch_directly(Told(year, files=True))
    expected = {
        (str(one.kind), one.first.isoformat()): (one.since.isoformat(), one.until.isoformat(), one.last.isoformat())
        for one in episodes
    }
    assert expected
    assert found(daily_ward) == expected


def test_votes_are_flagged_and_go_on_counting(daily_ward: Ward, lived) -> None:
    year = lived(Strategy.BURSTS, 150)
    look(daily_ward)
    planted = sum(len(visit.presses) for visit in year.visits if visit.planted)
    (count,) = daily_ward.rows(select(func.count()).select_from(flags))[0]
    assert planted * 0.9 < count < planted * 1.2


def test_looking_again_adds_nothing(daily_ward: Ward, lived) -> None:
    lived(Strategy.NIGHT, 150)
    look(daily_ward)
    before = [daily_ward.rows(select(table)) for table in (findings, flags)]
    assert all(before)
    with writing(daily_ward.house.engine) as db:
        assert watch(db, daily_ward.house, 1, again=True) == 0
    assert [daily_ward.rows(select(table)) for table in (findings, flags)] == before


def test_day_after_day_finds_the_same_as_all_at_once(daily_ward: Ward, lived) -> None:
    """The ward looks at each day when it has closed, and remembers the days before only summed up."""
    year = lived(Strategy.NIGHT, 150)
    look(daily_ward)
    expected = daily_ward.rows(select(findings.c.kind, findings.c.about, findings.c.said, findings.c.count))
    with writing(daily_ward.house.engine) as db:
        for table in (flags, findings, watched, watched_days):
            db.execute(delete(table))
    for day in year.dates[-20:]:
        daily_ward.now[0] = moment(day, 1440 + 2)
        look(daily_ward)
    assert daily_ward.rows(select(findings.c.kind, findings.c.about, findings.c.said, findings.c.count)) == expected


def test_what_is_not_released_is_not_seen(daily_ward: Ward, lived) -> None:
    lived(Strategy.BURSTS, 120)
    watchman = Watchman(daily_ward.house)  # the day on which all of it came is not over
    while daily_ward.writer.submit(watchman.next).result() is not None:
        pass
    assert daily_ward.rows(select(watched.c.day))
    assert found(daily_ward) == {}
