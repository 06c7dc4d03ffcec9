"""A terminal that cannot record says so before anybody presses, refuses honestly, and comes back by itself."""

import pytest

from kiosk.course import RETRY
from kiosk.states import Asking, Noted, Sorry, Thanks
from tests.kiosk.bench import FULL, IN, OUT, TAP, WAIT, Bench

ALWAYS = 10**9


@pytest.fixture
def bench() -> Bench:
    """Its log could not be written when it started."""
    bench = Bench()
    bench.journal.failing = ALWAYS
    bench.booth.cannot_record("disk full")
    bench.booth.stop()
    bench.booth.run()
    return bench


def test_it_says_so_from_the_start_on(bench: Bench) -> None:
    assert [view.state for view in bench.views] == [Sorry(0, RETRY, broken=True)]


def test_it_tries_again_and_says_nothing_else_meanwhile(bench: Bench) -> None:
    for turn in range(1, 5):
        bench.at(turn * RETRY)
        assert bench.booth.state == Sorry(0, (turn + 1) * RETRY, broken=True)


def test_a_press_is_answered_with_sorry_and_then_it_is_as_before(bench: Bench) -> None:
    bench.tap(1000, 4)
    assert bench.booth.state == Sorry(0, 7000)
    bench.at(7000)
    assert bench.booth.state == Sorry(0, 7000 + RETRY, broken=True)
    assert bench.journal.entries == []


def test_it_comes_back_by_itself_and_one_fault_tells_the_refused(bench: Bench) -> None:
    for second in (1, 3, 5):
        bench.tap(second * 1000, 5)
    bench.at(11_000)
    bench.journal.failing = 0
    bench.at(20_000)
    assert isinstance(bench.booth.state, Sorry)
    bench.at(21_000)
    assert bench.booth.state == Asking(0)
    (fault,) = bench.journal.bodies("fault")
    assert (fault["presses"], fault["why"]) == (3, "disk full")
    assert (fault["first"]["mono"], fault["last"]["mono"]) == (0, 5000)  # since the start, up to the last press
    bench.tap(22_000, 5)
    assert bench.journal.kinds() == ["fault", "vote"]


def test_a_press_is_taken_as_soon_as_the_disk_is_back(bench: Bench) -> None:
    bench.journal.failing = 0
    bench.tap(1000, 4)
    assert isinstance(bench.booth.state, Noted)
    assert bench.journal.kinds() == ["vote", "fault"]
    assert bench.journal.bodies("fault")[0]["presses"] == 0


def test_a_visit_that_the_disk_broke_off_is_over_when_it_is_back() -> None:
    bench = Bench()
    bench.play([(0, TAP, 5), (2500, WAIT), (3000, FULL, ALWAYS), (3000, TAP, 4), (9000, WAIT)])
    assert bench.booth.state == Sorry(0, 9000 + RETRY, broken=True)
    bench.play([(12_000, FULL, 0), (9000 + RETRY, WAIT), (60_000, TAP, 3)])
    assert bench.journal.votes() == [(1, "procedure", 5), (3, "procedure", 3)]


def test_no_question_is_asked_whose_answer_would_be_lost() -> None:
    """The first vote went in, and with it the last room on the disk."""
    bench = Bench()
    bench.play([(0, FULL, 1), (0, TAP, 5), (1000, TAP, 5)])
    assert isinstance(bench.booth.state, Noted)
    bench.journal.failing = ALWAYS
    bench.booth._recorder.fail(bench._now(), "disk full")
    bench.at(3500)
    assert bench.booth.state == Sorry(0, 3500 + RETRY, broken=True)


def test_a_technician_comes_in_all_the_same_and_leaves_it_as_it_was(bench: Bench) -> None:
    bench.play([(1000, IN), (2000, TAP, 5), (3000, OUT)])
    assert bench.booth.state == Sorry(0, 3000 + RETRY, broken=True)
    bench.journal.failing = 0
    bench.at(3000 + RETRY)
    assert bench.journal.bodies("fault")[0]["others"] == {"staff": 2, "trial": 1}


def test_thanks_goes_on_although_the_log_broke_behind_it() -> None:
    bench = Bench()
    bench.play([(0, TAP, 5), (2500, WAIT), (3000, TAP, 4), (5500, WAIT)])
    bench.booth._recorder.fail(bench._now(), "disk full")
    bench.journal.failing = ALWAYS
    bench.at(6000)
    assert isinstance(bench.booth.state, Thanks)


def test_a_broken_terminal_may_be_replaced(bench: Bench) -> None:
    """An upgrade may be what mends it."""
    left: list[int] = []
    bench.when_idle(1000, 2000, lambda: left.append(1))
    assert left == [1]


def test_what_is_whole_is_not_written_to() -> None:
    bench = Bench()
    bench.play([(0, TAP, 5), (2500, WAIT), (18_000, WAIT)])
    assert bench.journal.kinds() == ["vote"]
