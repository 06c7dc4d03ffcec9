"""Whatever arrives, however often and in whatever order: each entry is stored once and acknowledged truly."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from sync.ward.store.tables import entries, tallies, votes
from sync.wire import gzip
from tests.ward.conftest import Ward
from tests.ward.kiosk_double import KioskDouble


def stored(ward: Ward, kiosk: KioskDouble) -> list[str]:
    query = select(entries.c.line).where(entries.c.log == kiosk.log).order_by(entries.c.seq)
    return [row.line for row in ward.rows(query)]


def with_votes(ward: Ward, count: int) -> KioskDouble:
    kiosk = ward.enrol()
    kiosk.start()
    for number in range(count):
        kiosk.vote(5 - number % 5)
    return kiosk


def test_lines_are_stored_byte_for_byte(ward: Ward) -> None:
    kiosk = with_votes(ward, 10)
    assert ward.send(kiosk).have == 11
    assert stored(ward, kiosk) == kiosk.lines


def test_the_same_batch_again_changes_nothing(ward: Ward) -> None:
    kiosk = with_votes(ward, 10)
    first, second = ward.send(kiosk), ward.send(kiosk)
    assert (first.have, first.head) == (second.have, second.head)
    assert stored(ward, kiosk) == kiosk.lines
    assert sum(row.n for row in ward.rows(select(tallies))) == 10


def test_an_overlap_adds_only_what_is_new(ward: Ward) -> None:
    kiosk = with_votes(ward, 10)
    ward.send(kiosk, last=7)
    assert ward.send(kiosk, after=3).have == 11
    assert stored(ward, kiosk) == kiosk.lines


def test_an_empty_batch_is_a_heartbeat(ward: Ward) -> None:
    kiosk = with_votes(ward, 2)
    assert ward.send(kiosk, last=0).have == 0
    ward.send(kiosk)
    assert ward.send(kiosk, after=3).have == 3


def test_a_packed_body_says_the_same(ward: Ward) -> None:
    kiosk = with_votes(ward, 10)
    answer = ward.post(gzip(kiosk.batch().bytes()), **{"Content-Encoding": "gzip"})
    assert answer.status_code == 200
    assert stored(ward, kiosk) == kiosk.lines


def test_many_at_once_are_each_answered_right(ward: Ward) -> None:
    """Every overlapping stretch from many threads: the votes are there once, and no answer claims what is not there."""
    kiosk = with_votes(ward, 40)
    stretches = [(after, last) for last in range(1, 42, 4) for after in (0, last // 2)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda s: ward.post(kiosk.batch(*s)), stretches))
    assert {answer.status_code for answer in answers} <= {200, 409}
    ward.send(kiosk)
    assert stored(ward, kiosk) == kiosk.lines
    assert len(ward.rows(select(votes))) == 40
    assert sum(row.n for row in ward.rows(select(tallies))) == 40
