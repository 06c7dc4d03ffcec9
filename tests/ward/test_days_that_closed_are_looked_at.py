"""`ward serve` looks at every kiosk once its day has closed, one after the other; one that fails stops no other."""

import asyncio
from collections.abc import Iterator
from itertools import count

import pytest
from sqlalchemy import insert, select

from sync.ward.detect.thresholds import Thresholds
from sync.ward.store.engine import writing
from sync.ward.store.found import findings, watched, watched_days
from sync.ward.watching import Watchman, watch
from sync.ward.web.serving import ticking
from tests.ward.conftest import HOUR, Ward
from tests.ward.kiosk_double import KioskDouble

DAY = 24 * HOUR


def looked(ward: Ward) -> list[int]:
    return [row.kiosk for row in ward.rows(select(watched.c.kiosk).order_by(watched.c.kiosk))]


def run(ward: Ward, watchman: Watchman) -> Iterator[int]:
    while (kiosk := ward.writer.submit(watchman.next).result()) is not None:
        yield kiosk


def a_visit(ward: Ward, name: str) -> KioskDouble:
    kiosk = ward.enrol(name)
    kiosk.start()
    kiosk.visit(5, 4)
    ward.send(kiosk)
    return kiosk


def test_each_kiosk_once_a_day(ward: Ward) -> None:
    for name in ("Quầy 1", "Quầy 2"):
        a_visit(ward, name)
    ward.pass_time(DAY)
    watchman = Watchman(ward.house)
    assert list(run(ward, watchman)) == [1, 2]
    assert list(run(ward, watchman)) == []
    ward.pass_time(DAY)
    assert list(run(ward, watchman)) == [1, 2]


def test_serving_looks_by_itself(ward: Ward) -> None:
    a_visit(ward, "Quầy 1")
    ward.pass_time(DAY)

    async def serve() -> None:
        async with ticking(ward.writer, 0.01, Watchman(ward.house)):
            for _ in count():
                if looked(ward):
                    return
                await asyncio.sleep(0.01)

    asyncio.run(serve())
    assert looked(ward) == [1]


def test_one_that_fails_is_left_until_the_next_day_and_stops_no_other(ward: Ward) -> None:
    for name in ("Quầy 1", "Quầy 2"):
        a_visit(ward, name)
    with writing(ward.house.engine) as db:
        db.execute(insert(watched).values(kiosk=1, day="2026-11-10", position=0))
        db.execute(insert(watched_days).values(kiosk=1, day="2026-11-10", said="{"))
    ward.pass_time(DAY)
    watchman = Watchman(ward.house)
    with pytest.raises(ValueError, match="kiosk 1"):
        list(run(ward, watchman))
    assert list(run(ward, watchman)) == [2]
    assert list(run(ward, watchman)) == []
    with writing(ward.house.engine) as db:
        watch(db, ward.house, 1, again=True)
    ward.pass_time(DAY)
    assert list(run(ward, watchman)) == [1, 2]


def test_a_kiosk_that_is_not_heard_of_is_told_once(ward: Ward) -> None:
    a_visit(ward, "Quầy 1")
    watchman = Watchman(ward.house)
    for _ in range(Thresholds().silent_days + 3):
        ward.pass_time(DAY)
        list(run(ward, watchman))
    assert [tuple(row) for row in ward.rows(select(findings.c.kind, findings.c.about))] == [("silent", "2026-11-18")]


def test_what_comes_late_is_looked_at_with_the_days_after_it(ward: Ward) -> None:
    """Twelve fives of a day that was looked at already come on a stick."""
    kiosk = a_visit(ward, "Quầy 1")
    ward.pass_time(3 * DAY)
    list(run(ward, Watchman(ward.house)))
    sent = len(kiosk.lines)
    for number in range(12):
        kiosk.pass_time(4000 + number % 5 * 1500)
        kiosk.visit(5, 5)
    ward.send(kiosk, after=sent)
    assert ward.rows(select(findings)) == []
    ward.pass_time(DAY)
    list(run(ward, Watchman(ward.house)))
    (row,) = ward.rows(select(findings.c.kind, findings.c.about, findings.c.seen))
    assert tuple(row) == ("burst", "2026-11-18", "2026-11-18")


def test_faults_that_a_kiosk_tells_are_findings(ward: Ward) -> None:
    kiosk = a_visit(ward, "Quầy 1")
    sent = len(kiosk.lines)
    kiosk.append("fault", {"fault": "stuck", "via": "button", "rating": 3})
    kiosk.append("fault", {"fault": "released", "via": "button", "rating": 3})
    kiosk.append("fault", {"fault": "not-recorded", "presses": 4, "why": "disk full", "first": {}, "last": {}})
    kiosk.append("fault", {"fault": "of a later version"})
    ward.send(kiosk, after=sent)
    found = [tuple(row) for row in ward.rows(select(findings.c.kind, findings.c.about).order_by(findings.c.id))]
    assert found == [("stuck", f"entry {sent + 1}"), ("not-recorded", f"entry {sent + 3}")]
