"""The courier can never let the log's files grow, however long a dead ward holds it."""

from collections.abc import Callable
from threading import Thread

import pytest

from kiosk.votelog.reader import reading
from sync.outcomes import Outcome
from tests.sync.bad_ward import BadWard, hangs
from tests.sync.conftest import Kiosk

LIMIT = 2 * 1024 * 1024  # bytes
VOTES = 2500


def largest_wal_while_voting(kiosk: Kiosk) -> int:
    wal, largest = kiosk.archive.log.folder.path / "log.db-wal", 0
    for _ in range(VOTES // 100):
        kiosk.vote(100)
        largest = max(largest, wal.stat().st_size)
    return largest


@pytest.fixture
def kiosk(new_kiosk: Callable[[], Kiosk], ward, server: BadWard) -> Kiosk:
    return new_kiosk().start().vote(50).enrolled(ward, server.url)


def test_a_courier_hanging_on_a_dead_ward_leaves_the_wal_small(kiosk: Kiosk, server: BadWard) -> None:
    server.script.append(hangs)
    found = []
    courier = kiosk.courier((5, 600))  # it hangs for as long as we vote
    hanging = Thread(target=lambda: found.append(courier.round(contact=True)))
    hanging.start()
    assert server.hanging.wait(100)
    assert largest_wal_while_voting(kiosk) < LIMIT
    assert hanging.is_alive()
    server.over.set()
    hanging.join()
    assert found[0].told[kiosk.log].meant is Outcome.BROKEN_OFF


def test_a_read_that_stays_open_would_not(kiosk: Kiosk) -> None:
    """What the test above guards against: it can fail."""
    with reading(kiosk.archive.log.folder) as db:
        db.execute("begin")
        db.execute("select * from entries").fetchone()
        assert largest_wal_while_voting(kiosk) > LIMIT
