"""A line that is held for ten seconds is a fault: told once, ignored, shown, and forgiven when it is released."""

import pytest

from kiosk.states import Asking, Noted, Trial, View
from tests.kiosk.bench import DOWN, FULL, HELD, IN, TAP, TOUCH, UP, WAIT, Bench, Steps

Told = list[tuple[str, str, int]]

# Steps; the faults in the log as (fault, via, rating); the votes as (question, rating); what is shown as stuck.
TABLE: dict[str, tuple[Steps, Told, list[tuple[str, int]], tuple[int, ...]]] = {
    "not yet after 9.999 s": (
        [(0, DOWN, 4), (9999, WAIT)], [], [("procedure", 4)], ()),
    "after 10 s": (
        [(0, DOWN, 4), (10_000, WAIT)], [("stuck", "button", 4)], [("procedure", 4)], (4,)),
    "told once, for as long as it lasts": (
        [(0, DOWN, 4), *((10_000 * i, WAIT) for i in range(1, 9))],
        [("stuck", "button", 4)], [("procedure", 4)], (4,)),
    "released, it recovers, and is a button again": (
        [(0, DOWN, 4), (20_000, WAIT), (30_000, UP, 4), (40_000, TAP, 4)],
        [("stuck", "button", 4), ("released", "button", 4)], [("procedure", 4), ("procedure", 4)], ()),
    "nobody looked before it was released": (
        [(0, DOWN, 4), (15_000, UP, 4)],
        [("stuck", "button", 4), ("released", "button", 4)], [("procedure", 4)], ()),
    "released in time it never was stuck": (
        [(0, DOWN, 4), (9900, UP, 4), (30_000, WAIT)], [], [("procedure", 4)], ()),
    "down when the program starts": (
        [(0, HELD, 2), (10_000, WAIT)], [("stuck", "button", 2)], [], (2,)),
    "down when the program starts, and released later": (
        [(0, HELD, 2), (10_000, WAIT), (60_000, UP, 2), (61_000, TAP, 2)],
        [("stuck", "button", 2), ("released", "button", 2)], [("procedure", 2)], ()),
    "it does not hold up the others": (
        [(0, HELD, 2), (10_000, TAP, 5), (12_600, WAIT), (13_000, TAP, 1)],
        [("stuck", "button", 2)], [("procedure", 5), ("attitude", 1)], (2,)),
    "nor do two": (
        [(0, HELD, 2), (0, HELD, 3), (10_000, TAP, 5)],
        [("stuck", "button", 2), ("stuck", "button", 3)], [("procedure", 5)], (2, 3)),
    "a press that a stuck line reports again is ignored": (
        [(0, HELD, 2), (10_000, WAIT), (11_000, DOWN, 2), (12_000, DOWN, 2)], [("stuck", "button", 2)], [], (2,)),
    "and does not start the quiet time of the others": (
        [(0, HELD, 2), (10_000, WAIT), (11_000, DOWN, 2), (11_001, TAP, 5)],
        [("stuck", "button", 2)], [("procedure", 5)], (2,)),
    "a face too": (
        [(0, DOWN, 3, "touch"), (10_000, WAIT)], [("stuck", "touch", 3)], [("procedure", 3)], (3,)),
    "a face whose release got lost is a face again when it is touched": (
        [(0, DOWN, 3, "touch"), (10_000, WAIT), (20_000, TAP, 3, "touch")],
        [("stuck", "touch", 3), ("released", "touch", 3)], [("procedure", 3), ("attitude", 3)], ()),
    "a button and the face of one rating are shown as one": (
        [(0, DOWN, 3, "touch"), (1, DOWN, 3), (20_000, WAIT), (21_000, UP, 3)],
        [("stuck", "touch", 3), ("stuck", "button", 3), ("released", "button", 3)], [("procedure", 3)], (3,)),
    "a release of what was never pressed is nothing": ([(0, UP, 3)], [], [], ()),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_stuck(name: str) -> None:
    steps, told, votes, shown = TABLE[name]
    bench = Bench()
    bench.play(steps)
    faults = bench.journal.bodies("fault")
    assert [(body["fault"], body["via"], body["rating"]) for body in faults] == told
    assert [(question, rating) for _, question, rating in bench.journal.votes()] == votes
    assert _shown(bench.views) == shown


def _shown(views: list[View]) -> tuple[int, ...]:
    return views[-1].stuck if views else ()


def test_it_is_announced_when_it_happens_and_the_state_stays() -> None:
    bench = Bench()
    bench.play([(0, HELD, 4), (10_000, WAIT), (20_000, UP, 4)])
    assert bench.views == [
        View(Asking(0), 10_000, "vi", (4,)),
        View(Asking(0), 20_000, "vi", ()),
    ]


def test_every_later_view_still_names_it() -> None:
    bench = Bench()
    bench.play([(0, HELD, 4), (10_000, TAP, 5), (12_600, WAIT), (27_700, WAIT)])
    assert {view.stuck for view in bench.views} == {(4,)}


def test_in_a_trial_it_is_a_fault_all_the_same_and_the_trial_goes_on() -> None:
    bench = Bench()
    bench.play([(0, IN), (1000, DOWN, 4), (9000, TOUCH), (11_000, WAIT)])
    assert bench.journal.kinds() == ["staff", "trial", "fault"]
    assert bench.views[-1] == View(Trial(129_000, ("button", 4)), 11_000, "vi", (4,))


def test_a_fault_that_cannot_be_written_is_shown_and_told_later() -> None:
    bench = Bench()
    bench.play([(0, HELD, 4), (9000, FULL, 1), (10_000, WAIT)])
    assert _shown(bench.views) == (4,)
    bench.play([(11_000, TAP, 5)])
    assert isinstance(bench.booth.state, Noted)
    assert bench.journal.kinds() == ["vote", "fault"]
    assert bench.journal.bodies("fault")[0]["others"] == {"fault": 1}


def test_the_thread_wakes_for_it_by_itself() -> None:
    bench = Bench()
    assert bench.booth._patience() is None
    bench.play([(0, HELD, 4)])
    assert bench.booth._patience() == 10.0
    bench.play([(5000, TAP, 5), (10_000, WAIT)])
    assert bench.booth._patience() is None


def test_the_thread_waits_for_whichever_comes_first() -> None:
    bench = Bench()
    bench.play([(0, DOWN, 4)])
    assert bench.booth._patience() == 2.5
    bench.play([(2500, WAIT)])
    assert bench.booth._patience() == 7.5
