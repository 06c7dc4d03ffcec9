"""A hundred random presses in ten seconds, on panel and screen, with staff, answers and a disk that fails at times."""

from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.settings import Timing
from tests.kiosk.bench import BOTH_FOLLOW_UPS, CHOOSE, DOWN, FULL, IN, OUT, UP, WAIT, Bench, Steps

QUIET = round(Timing().quiet * 1000)


def hammering(seed: int) -> Steps:
    """A hundred presses with their releases, some of them overlapping, in 10 s."""
    random = Random(seed)
    steps: Steps = []
    for _ in range(100):
        at, source = random.randrange(10_000), (random.randint(1, 5), random.choice(["button", "touch"]))
        steps += [(at, DOWN, *source), (at + random.randint(1, 200), UP, *source)]
    return sorted(steps, key=lambda step: step[0])


def patient(seed: int) -> Steps:
    """A hundred presses at a person's pace, so that whole visits happen, with everything else that may happen."""
    random, at, steps = Random(seed), 0, list[tuple[Any, ...]]()
    others: Steps = [(IN,), (OUT,), (FULL, 1), (CHOOSE, "counter", ("counter-1",)), (CHOOSE, "reasons", ("time",))]
    for _ in range(100):
        at += random.choice([150, 900, 2600, 5000, 16_000])
        source = (random.randint(1, 5), random.choice(["button", "touch"]))
        steps += [(at, WAIT), (at, DOWN, *source), (at + 80, UP, *source)]
        if random.random() < 0.3:
            steps.append((at + 100, *random.choice(others)))
    return steps


@pytest.mark.parametrize("seed", range(20))
def test_a_hundred_presses_in_ten_seconds(seed: int) -> None:
    bench, steps = Bench(BOTH_FOLLOW_UPS), hammering(seed)
    bench.play(steps)
    assert_consistent(bench, steps)


@given(seed=st.integers(0, 2**32), hammered=st.booleans())
@settings(max_examples=60, deadline=None)
def test_any_hundred_presses(seed: int, hammered: bool) -> None:
    bench, steps = Bench(BOTH_FOLLOW_UPS), hammering(seed) if hammered else patient(seed)
    bench.play(steps)
    assert_consistent(bench, steps)


def test_the_patient_hundred_really_fill_whole_visits() -> None:
    """The claim above would be empty if no visit ever came to its end."""
    bench = Bench(BOTH_FOLLOW_UPS)
    bench.play(patient(1))
    assert {"vote", "answer", "trial", "staff", "fault"} <= set(bench.journal.kinds())
    assert {"procedure", "attitude"} == {question for _, question, _ in bench.journal.votes()}


def assert_consistent(bench: Bench, steps: Steps) -> None:
    _one_press_a_quiet_period(bench, steps)
    _visits_are_well_formed(bench)


def _one_press_a_quiet_period(bench: Bench, steps: Steps) -> None:
    """Before each press that counted, the whole panel had been let go for as long as the quiet time."""
    counted = [stamp.mono for kind, _, stamp in bench.journal.entries if kind in ("vote", "trial")]
    assert all(after - before >= QUIET for before, after in pairwise(counted))
    pressed = {step[0] for step in steps if step[1] == DOWN}
    released = [step[0] for step in steps if step[1] == UP]
    for at in counted:
        assert at in pressed
        assert not any(at - QUIET < up < at for up in released)


def _visits_are_well_formed(bench: Bench) -> None:
    """A visit is led by its first vote, holds nothing but votes and answers, and never goes back to a question."""
    entries = bench.journal.entries
    visits: dict[int, list[str]] = {}
    for seq, (kind, body, _) in enumerate(entries, 1):
        if kind == "trial":
            assert body["visit"] == seq
        if kind in ("vote", "answer"):
            visits.setdefault(body["visit"], []).append(body["question"])
            assert body["visit"] <= seq
    order = ["procedure", "attitude", "counter", "reasons"]
    for first, questions in visits.items():
        assert entries[first - 1][0] == "vote"
        assert questions[0] == "procedure"
        assert questions == sorted(questions, key=order.index)
    assert list(visits) == sorted(visits)
