"""How long the courier waits, what wakes it, and what it does between."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from struct import pack
from threading import Timer

import pytest

from kiosk.settings import Sync
from sync import files, netlink
from sync.alarm import Alarm
from sync.backoff import Backoff, retry_after
from sync.home import Pending
from sync.log_courier import FEWEST, LINES, QUICK, SLOW, Size
from sync.outcomes import Outcome, Told
from sync.service import IDLE, Pause, Service, Surroundings
from tests.sync.bad_ward import BadWard, answers, breaks_off
from tests.sync.conftest import Kiosk
from tests.sync.test_every_vote_arrives_once import assert_all_arrived
from tests.sync.ward_double import WardDouble

SETTINGS = Sync(every=60, heartbeat=300)


class Office:
    """A service whose waits pass at once, on a clock that knows how long they were."""

    def __init__(self, kiosk: Kiosk) -> None:
        self.kiosk, self.told, self.enrolled = kiosk, [], []
        around = Surroundings(lambda _: True, self.told.append, self.enrolled.append)
        road = kiosk.open_road()
        self.service = Service(kiosk.home, SETTINGS, kiosk.clock, road, Backoff(lambda low, high: high), around)

    def step(self) -> Pause:
        pause = self.service.step()
        self.kiosk.clock.pass_time(int(pause.seconds * 1000))
        return pause

    def steps(self, count: int) -> list[float]:
        return [self.step().seconds for _ in range(count)]


@pytest.fixture
def office(kiosk: Kiosk) -> Office:
    return Office(kiosk)


def test_waits_double_up_to_ten_minutes() -> None:
    backoff = Backoff(lambda low, high: high)
    assert [backoff.next() for _ in range(10)] == [2, 4, 8, 16, 32, 64, 128, 256, 512, 600]
    backoff.reset()
    assert backoff.next() == 2


def test_the_jitter_is_half_of_the_wait() -> None:
    asked: list[tuple[float, float]] = []
    backoff = Backoff(lambda low, high: asked.append((low, high)) or low)
    assert [backoff.next() for _ in range(3)] == [1, 2, 4]
    assert all(low * 2 == high for low, high in asked)
    assert all(before[1] == after[0] for before, after in pairwise(asked))


def test_retry_after_is_seconds_or_a_date() -> None:
    now = datetime(1999, 1, 1, tzinfo=UTC)
    later = datetime(1999, 1, 1, 0, 2, tzinfo=UTC)
    assert retry_after("90", None) == 90
    assert retry_after(format_datetime(later, usegmt=True), format_datetime(now, usegmt=True)) == 120
    assert retry_after(format_datetime(now, usegmt=True), format_datetime(later, usegmt=True)) == 0
    for nonsense in ("soon", "-1", "", "1e9", "Fri, 99 Jan"):
        assert retry_after(nonsense, "nonsense") is None


def test_retry_after_is_obeyed_but_not_for_years(office: Office, server: BadWard) -> None:
    server.script += [answers(429, Retry_After="99"), answers(503, Retry_After="9" * 30)]
    assert [office.step(), office.step()] == [Pause(99, firm=True), Pause(3600, firm=True)]


def test_trouble_waits_longer_each_time_and_success_begins_anew(office: Office, server: BadWard) -> None:
    server.script += [answers(500)] * 4
    assert office.steps(5) == [2, 4, 8, 16, 60]
    office.kiosk.vote()
    server.script.append(answers(500))
    assert office.steps(2) == [2, 60]


def test_votes_go_within_a_minute_and_a_heartbeat_every_five(office: Office, server: BadWard) -> None:
    office.steps(1)
    first = len(server.requests)
    assert office.steps(4) == [60] * 4
    assert len(server.requests) == first
    office.steps(1)
    assert len(server.requests) == first + 1
    office.kiosk.vote()
    office.steps(1)
    assert len(server.requests) == first + 2


def test_each_change_is_told_once(office: Office, server: BadWard) -> None:
    server.script += [answers(500)] * 3
    office.steps(6)
    assert [told.meant for told in office.told] == [Outcome.SERVER_ERROR, Outcome.DELIVERED]


def test_another_round_is_waited_for(office: Office, kiosk: Kiosk, server: BadWard) -> None:
    with files.holding(kiosk.home.round_lock):
        assert office.step() == Pause(1, firm=True)
    assert server.requests == []


def test_a_lock_is_waited_for_as_long_as_it_is_worth(tmp_path: Path) -> None:
    waited: list[float] = []
    with files.holding(tmp_path / "lock"):
        assert files.is_held(tmp_path / "lock")
        with pytest.raises(files.Locked), files.holding(tmp_path / "lock", 10, waited.append):
            pass
    assert sum(waited) == pytest.approx(10, abs=0.2)
    assert not files.is_held(tmp_path / "lock")


@pytest.fixture
def stranger(new_kiosk: Callable[[], Kiosk], server: BadWard) -> Office:
    """Not enrolled; address and code are kept."""
    kiosk = new_kiosk()
    kiosk.home.keep_pending(Pending(server.url, str(server.ward.code)))
    return Office(kiosk)


def test_an_enrolment_waits_for_the_first_start_and_for_the_network(
    stranger: Office, ward: WardDouble, server: BadWard
) -> None:
    assert stranger.step() == Pause(IDLE)
    stranger.kiosk.start().vote(2)
    server.script += [answers(500)] * 2
    assert stranger.steps(4) == [2, 4, 0, 60]
    assert [told.meant for told in stranger.told] == [Outcome.NO_LOG, Outcome.SERVER_ERROR, Outcome.DELIVERED]
    assert stranger.enrolled == [stranger.kiosk.home.ward()]
    assert stranger.kiosk.home.pending() is None
    assert_all_arrived(stranger.kiosk, ward)


def test_a_refused_code_is_not_tried_again(stranger: Office, ward: WardDouble, server: BadWard) -> None:
    stranger.kiosk.start()
    ward.used = "0" * 32
    stranger.steps(5)
    assert [path for _, path, _ in server.requests] == ["/v1/identity", "/v1/kiosks"]
    assert stranger.kiosk.home.status().enrolment.meant is Outcome.CODE_REFUSED


def test_without_address_and_code_it_waits_to_be_enrolled(new_kiosk: Callable[[], Kiosk]) -> None:
    office = Office(new_kiosk().start())
    assert office.steps(2) == [IDLE, IDLE]
    assert office.told == [Told(Outcome.NOT_ENROLLED.name)]


@pytest.mark.parametrize(
    ("ring", "pause", "wakes"),
    [("network_came", Pause(30), True), ("network_came", Pause(0.05, firm=True), False),
     ("nudge", Pause(30, firm=True), True), ("end", Pause(30, firm=True), True)],
)  # fmt: skip
def test_what_ends_a_wait(ring: str, pause: Pause, wakes: bool) -> None:
    alarm = Alarm()
    timer = Timer(0.01, getattr(alarm, ring))
    timer.start()
    assert alarm.wait(pause) is (ring == "end")  # returns long before 30 s, or after 0.05 s
    timer.join()


def link(index: int, *, up: bool) -> bytes:
    return pack("=LHHLL", 32, 16, 0, 0, 0) + pack("=BxHiII", 0, 1, index, 0x10043 if up else 0x43, 0)


def test_a_network_that_comes_back_is_news_and_one_that_stays_is_not() -> None:
    network = netlink.Network()
    news = [
        link(2, up=False),
        link(2, up=True),
        link(2, up=True),
        link(3, up=True),
        link(2, up=False),
        link(2, up=True),
    ]
    assert [network.came(it) for it in news] == [False, True, False, True, False, True]
    assert network.came(link(2, up=True) + pack("=LHHLL", 16, 20, 0, 0, 0))  # an address
    assert not network.came(pack("=LHHLL", 16, 21, 0, 0, 0))  # an address that went
    for torn in (b"", b"\x10", pack("=LHHLL", 0, 16, 0, 0, 0), pack("=LHHLL", 99, 16, 0, 0, 0)):
        assert not network.came(torn)


@pytest.fixture
def news() -> Iterator[object]:
    with netlink.open_news() as opened:
        yield opened


def test_the_kernel_lets_us_listen(news: object) -> None:
    assert news.getsockname()[1] == netlink.GROUPS


# On a slow line


def test_a_batch_that_is_not_through_halves_and_quick_ones_double_again() -> None:
    size = Size()
    size.stuck(5000)
    assert size.lines == 2500
    size.went(2500, QUICK)
    assert size.lines == 2500
    size.went(1, 1)  # what waits now says nothing of a whole batch
    assert size.lines == 2500
    size.went(2500, QUICK - 1)
    size.went(5000, 1)
    assert size.lines == LINES


def test_a_batch_that_was_nearly_given_up_halves_the_next() -> None:
    """At 16 kbit/s a batch of 2500 takes 20 s, so that every packet that is lost would be one too many."""
    size = Size()
    size.went(5000, SLOW)
    assert size.lines == 5000
    size.went(5000, SLOW + 1)
    size.went(2500, SLOW // 2 + 1)
    assert size.lines == 2500


def test_it_never_becomes_too_small_nor_larger_than_the_ward_takes() -> None:
    size = Size()
    for _ in range(20):
        size.stuck(size.lines)
    assert size.lines == FEWEST
    size.halve(60)
    size.went(60, 1)
    assert size.lines == 30


def test_a_round_that_got_something_through_waits_no_longer_than_the_first(
    office: Office, kiosk: Kiosk, server: BadWard
) -> None:
    server.script += [answers(502), answers(502), answers(502)]
    assert office.steps(3) == [2, 4, 8]
    kiosk.vote(LINES)
    server.script += [lambda handler: handler.send(handler.honest()), breaks_off]
    assert office.steps(1) == [2]
