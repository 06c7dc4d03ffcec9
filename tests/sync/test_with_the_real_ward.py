"""The same against the reference ward: enrolment, push and pull, to the last byte."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from sync.enrol import enrol
from sync.home import Pending
from sync.pull import Puller
from sync.serve import PullServer
from sync.ward.codes import add_kiosk, issue
from sync.ward.pull import Puller as WardPuller
from sync.ward.pull_client import KioskClient
from sync.ward.store.engine import writing
from sync.ward.store.tables import entries
from sync.ward.web.serving import open_writer
from tests.sync.conftest import Kiosk, lines_of
from tests.sync.test_the_ward_pulls import running as serving
from tests.ward.conftest import Ward, running


@pytest.fixture
def real_ward(tmp_path: Path) -> Iterator[Ward]:
    with running(tmp_path / "ward") as made:
        yield made


@pytest.fixture
def kiosk(new_kiosk: Callable[[], Kiosk], real_ward: Ward) -> Kiosk:
    kiosk = new_kiosk().start().vote(5)
    with writing(real_ward.house.engine) as db:
        code = issue(db, real_ward.house, add_kiosk(db, "Quầy 1", real_ward.now[0]))
    enrol(kiosk.home, Pending(str(real_ward.client.base_url).rstrip("/"), str(code)), kiosk.open_road())
    return kiosk


def at_the_ward(ward: Ward, log: str) -> list[str]:
    return [row.line for row in ward.rows(select(entries).where(entries.c.log == log).order_by(entries.c.seq))]


def test_pushed_votes_arrive_with_those_of_a_successor(kiosk: Kiosk, real_ward: Ward) -> None:
    first = kiosk.log
    assert kiosk.courier().round(contact=True).complete
    kiosk.vote(2).succeed().vote(3)
    assert kiosk.courier().round(contact=True).complete
    for log in (first, kiosk.log):
        assert at_the_ward(real_ward, log) == lines_of(kiosk, log)


def test_pulled_votes_are_the_same_and_are_not_pushed_again(kiosk: Kiosk, real_ward: Ward) -> None:
    server = PullServer("127.0.0.1", 0, Puller(kiosk.home, kiosk.home.ward(), kiosk.clock))
    with serving(server) as url, open_writer(real_ward.house) as writer, KioskClient(url, 10_000_000) as client:
        assert [report.ok for report in WardPuller(real_ward.house, writer, client).pull()] == [True]
    assert at_the_ward(real_ward, kiosk.log) == lines_of(kiosk, kiosk.log)
    kiosk.vote()
    assert kiosk.courier().round(contact=True).complete
    assert at_the_ward(real_ward, kiosk.log) == lines_of(kiosk, kiosk.log)
