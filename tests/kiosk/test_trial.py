"""While a technician is in, a press is a trial: never counted, never hidden, and nothing that fails ends it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from kiosk.states import Asking, Choosing, Noted, Sorry, State, Thanks, Trial
from kiosk.votelog.archive import Archive
from kiosk.votelog.reader import reading
from tests.kiosk.bench import BOTH_FOLLOW_UPS, CHOOSE, FULL, IN, OUT, TAP, TOUCH, WAIT, Bench, Steps

VOTED: Steps = [(0, TAP, 5), (2600, WAIT), (3000, TAP, 4), (5600, WAIT)]
LEFT, TIME = {"staff": "out", "why": "left"}, {"staff": "out", "why": "time"}
ENTERED = {"staff": "in"}

# Steps; the kinds in the log; the `staff` entries; the state at the end.
TABLE: dict[str, tuple[Steps, list[str], list[dict[str, str]], State]] = {
    "in and out": (
        [(0, IN), (5000, OUT)], ["staff", "staff"], [ENTERED, LEFT], Asking(0)),
    "a press is a trial": (
        [(0, IN), (1000, TAP, 3)], ["staff", "trial"], [ENTERED], Trial(120_000, ("button", 3))),
    "a touch is one too": (
        [(0, IN), (1000, TAP, 3, "touch")], ["staff", "trial"], [ENTERED], Trial(120_000, ("touch", 3))),
    "hammering is one trial, as it would be one vote": (
        [(0, IN), *((1000 + 100 * i, TAP, 3) for i in range(9))],
        ["staff", "trial"], [ENTERED], Trial(120_000, ("button", 3))),
    "the same button again is a trial again": (
        [(0, IN), (1000, TAP, 3), (2000, TAP, 3)],
        ["staff", "trial", "trial"], [ENTERED], Trial(120_000, ("button", 3))),
    "presses do not keep it going: a citizen's are no staff touch": (
        [(0, IN), (119_000, TAP, 3), (120_000, WAIT)], ["staff", "trial", "staff"], [ENTERED, TIME], Asking(0)),
    "a staff touch does": (
        [(0, IN), (100_000, TOUCH), (120_000, WAIT)], ["staff"], [ENTERED], Trial(220_000)),
    "it ends two minutes after the last staff touch": (
        [(0, IN), (100_000, TOUCH), (219_999, WAIT), (220_000, WAIT)],
        ["staff", "staff"], [ENTERED, TIME], Asking(0)),
    "a staff touch that comes too late does not bring it back": (
        [(0, IN), (120_000, TOUCH)], ["staff", "staff"], [ENTERED, TIME], Asking(0)),
    "in twice is in once": (
        [(0, IN), (1000, IN)], ["staff"], [ENTERED], Trial(121_000)),
    "out without in is nothing": ([(0, OUT), (10, TOUCH)], [], [], Asking(0)),
    "a press after it is a vote": (
        [(0, IN), (1000, TAP, 3), (2000, OUT), (3000, TAP, 2)],
        ["staff", "trial", "staff", "vote"], [ENTERED, LEFT], Noted(0, 5500)),
    "a press after its time ran out is a vote": (
        [(0, IN), (120_500, TAP, 2)], ["staff", "staff", "vote"], [ENTERED, TIME], Noted(0, 123_000)),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_trial(name: str) -> None:
    steps, kinds, staff, state = TABLE[name]
    bench = Bench()
    bench.play(steps)
    assert bench.journal.kinds() == kinds
    assert bench.journal.bodies("staff") == staff
    assert bench.booth.state == state


def test_a_trial_says_what_a_vote_says_in_a_visit_of_its_own() -> None:
    bench = Bench()
    bench.play([(0, IN), (1000, TAP, 3), (2000, TAP, 1, "touch")])
    assert bench.journal.bodies("trial") == [
        {"visit": 2, "question": "procedure", "rating": 3, "lang": "vi", "via": "button"},
        {"visit": 3, "question": "procedure", "rating": 1, "lang": "vi", "via": "touch"},
    ]


# In the middle of anything: steps before, and the state the technician interrupts.
ANYWHERE: dict[str, tuple[Steps, type]] = {
    "asking": ([], Asking),
    "noted": ([(0, TAP, 5)], Noted),
    "asking the second question": ([(0, TAP, 5), (2600, WAIT)], Asking),
    "choosing": (VOTED, Choosing),
    "thanks": ([*VOTED, (8000, CHOOSE, "counter", ()), (8500, CHOOSE, "reasons", ())], Thanks),
    "sorry": ([(0, FULL, 1), (0, TAP, 5)], Sorry),
    "sorry for a correction": ([(0, TAP, 5), (1000, FULL, 1), (1000, TAP, 4)], Sorry),
}


@pytest.mark.parametrize("name", ANYWHERE)
def test_staff_comes_in_at_any_moment_and_no_visit_goes_on_afterwards(name: str) -> None:
    before, state = ANYWHERE[name]
    bench = Bench(BOTH_FOLLOW_UPS)
    bench.play(before)
    assert isinstance(bench.booth.state, state)
    votes = bench.journal.votes()
    bench.play([(9000, IN), (10_000, TAP, 1), (11_000, OUT), (12_000, TAP, 2)])
    assert bench.journal.votes()[:-1] == votes
    _well_formed(bench.journal.entries)
    assert bench.journal.entries[-1][0] == "vote"
    assert bench.journal.votes()[-1] == (len(bench.journal.entries), "procedure", 2)


def _well_formed(entries: list[tuple[str, dict[str, Any], Any]]) -> None:
    trials = {body["visit"] for kind, body, _ in entries if kind == "trial"}
    votes = {body["visit"] for kind, body, _ in entries if kind in ("vote", "answer")}
    assert not trials & votes
    assert all(entries[visit - 1][0] == "trial" for visit in trials)
    assert all(entries[visit - 1][0] == "vote" for visit in votes)


def test_a_disk_that_fails_does_not_keep_the_technician_out_nor_throw_them_out() -> None:
    bench = Bench()
    bench.play([(0, FULL, 99), (0, IN), (1000, TAP, 3), (2000, TOUCH)])
    assert bench.booth.state == Trial(122_000, ("button", 3))
    bench.play([(3000, FULL, 0), (3000, TAP, 2)])
    assert bench.journal.kinds() == ["trial", "fault"]
    (fault,) = bench.journal.bodies("fault")
    assert (fault["presses"], fault["others"]) == (0, {"staff": 1, "trial": 1})


def test_a_trial_ends_also_when_its_end_cannot_be_written() -> None:
    bench = Bench()
    bench.play([(0, IN), (1000, FULL, 1), (120_000, WAIT)])
    assert bench.booth.state == Asking(0)


def test_a_restart_ends_it(open_archive: Callable[..., Archive]) -> None:
    """The power goes out in the middle of a trial; on the same log a new run asks, and its press is a vote."""
    for presses in ([(0, IN), (1000, TAP, 3)], [(2000, TAP, 4)]):
        archive, bench = open_archive(), Bench()
        bench.booth._recorder._journal = archive
        assert bench.booth.state == Asking(0)
        bench.play(presses)
    with reading(archive.log.folder) as db:
        lines = [json.loads(line) for (line,) in db.execute("select line from entries order by seq")]
    assert [line["kind"] for line in lines] == ["start", "staff", "trial", "start", "vote"]
    assert (lines[2]["body"]["visit"], lines[4]["body"]["visit"]) == (3, 5)


def test_the_log_may_begin_a_successor_during_a_trial() -> None:
    bench = Bench()
    bench.play([(0, IN)])
    bench.rest(100)
    assert bench.journal.rests == 1


def test_a_technician_who_chose_a_language_leaves_the_default_one() -> None:
    bench = Bench()
    bench.booth.choose_language("en")
    bench.booth.staff(True)
    bench.booth.stop()
    bench.booth.run()
    assert (bench.views[-1].state, bench.views[-1].language) == (Trial(120_000), "vi")


def test_other_entries_are_written_on_the_booths_thread_in_order() -> None:
    bench = Bench()
    bench.booth.press(5, "touch")
    bench.booth.write("seal", {"seq": 1})
    bench.booth.staff(True)
    bench.booth.write("staff", {"staff": "export"})
    bench.booth.staff_touch()
    bench.booth.staff(False)
    bench.booth.stop()
    bench.booth.run()
    assert bench.journal.kinds() == ["vote", "seal", "staff", "staff", "staff"]
    assert bench.journal.bodies("seal") == [{"seq": 1}]
