"""One visit, as a table: what is pressed and when (ms), what is in the log, what is shown."""

from typing import Any

import pytest

from kiosk.entry import Stamp
from kiosk.events import Language
from kiosk.states import Asking, Noted, Sorry, Thanks, View, Writing
from kiosk.votelog.log import Body, NotRecorded, Place
from tests.kiosk.bench import DOWN, HELD, STAMP, TAP, UP, WAIT, Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


# (time in ms, what, rating, via); what is in the log afterwards as (visit, question, rating); the state at the end.
TABLE: dict[str, tuple[list[tuple[Any, ...]], list[tuple[int, str, int]], type]] = {
    "one press and walking away is a full vote": (
        [(0, TAP, 5), (2600, WAIT), (17_700, WAIT)], [(1, "procedure", 5)], Asking),
    "both questions": (
        [(0, TAP, 5), (2600, WAIT), (3000, TAP, 4), (5600, WAIT)],
        [(1, "procedure", 5), (1, "attitude", 4)], Thanks),
    "hammering one button is one vote": (
        [(i * 200, TAP, 5) for i in range(300)], [(1, "procedure", 5)], Asking),
    "hammering all buttons is one vote": (
        [(i * 100, TAP, 1 + i % 5) for i in range(300)], [(1, "procedure", 1)], Asking),
    "holding is one vote": (
        [(0, DOWN, 5), (2600, WAIT), (9000, WAIT), (17_700, WAIT), (60_000, UP, 5), (60_100, WAIT)],
        [(1, "procedure", 5)], Asking),
    "a held button does not hold up the others for ever": (
        [(0, DOWN, 5), (2600, WAIT), (9900, TAP, 3), (11_000, TAP, 4)],
        [(1, "procedure", 5), (1, "attitude", 4)], Noted),
    "another button corrects": (
        [(0, TAP, 2), (1000, TAP, 4)], [(1, "procedure", 2), (1, "procedure", 4)], Noted),
    "a correction gives the whole time again": (
        [(0, TAP, 2), (2400, TAP, 4), (4800, TAP, 5)],
        [(1, "procedure", 2), (1, "procedure", 4), (1, "procedure", 5)], Noted),
    "the same button again is ignored": (
        [(0, TAP, 2), (1000, TAP, 2), (2000, TAP, 2)], [(1, "procedure", 2)], Noted),
    "a double press is one vote": (
        [(0, TAP, 5), (200, TAP, 5)], [(1, "procedure", 5)], Noted),
    "a bouncing contact is one vote": (
        [(0, DOWN, 5), (2, UP, 5), (4, DOWN, 5), (80, UP, 5), (82, DOWN, 5), (84, UP, 5)],
        [(1, "procedure", 5)], Noted),
    "two buttons at once: the first counts": (
        [(0, DOWN, 5), (1, DOWN, 1), (90, UP, 5), (95, UP, 1)], [(1, "procedure", 5)], Noted),
    "touch and button at once: one tap": (
        [(0, DOWN, 4, "touch"), (0, DOWN, 4), (90, UP, 4), (95, UP, 4, "touch")], [(1, "procedure", 4)], Noted),
    "touch and button of two levels at once": (
        [(0, DOWN, 4, "touch"), (3, DOWN, 2), (90, UP, 2), (95, UP, 4, "touch")], [(1, "procedure", 4)], Noted),
    "a correction that comes a moment late is no answer to the next question": (
        [(0, TAP, 2), (2500, WAIT), (2799, TAP, 4)], [(1, "procedure", 2), (1, "procedure", 4)], Noted),
    "the same button a moment late is no answer either": (
        [(0, TAP, 2), (2500, WAIT), (2799, TAP, 2)], [(1, "procedure", 2)], Asking),
    "then it is an answer": (
        [(0, TAP, 2), (2500, WAIT), (2800, TAP, 4)], [(1, "procedure", 2), (1, "attitude", 4)], Noted),
    "a late correction is followed by its question": (
        [(0, TAP, 2), (2700, TAP, 4), (5200, WAIT), (5600, TAP, 1)],
        [(1, "procedure", 2), (1, "procedure", 4), (1, "attitude", 1)], Noted),
    "thanks is deaf at first": (
        [(0, TAP, 5), (2600, WAIT), (3000, TAP, 4), (5600, WAIT), (6500, TAP, 1)],
        [(1, "procedure", 5), (1, "attitude", 4)], Thanks),
    "a press during thanks begins a new visit": (
        [(0, TAP, 5), (2600, WAIT), (3000, TAP, 4), (5600, WAIT), (7200, TAP, 1)],
        [(1, "procedure", 5), (1, "attitude", 4), (3, "procedure", 1)], Noted),
    "thanks ends by itself": (
        [(0, TAP, 5), (2600, WAIT), (3000, TAP, 4), (5600, WAIT), (15_700, WAIT)],
        [(1, "procedure", 5), (1, "attitude", 4)], Asking),
    "the next citizen has a visit of their own": (
        [(0, TAP, 5), (2600, WAIT), (17_700, WAIT), (20_000, TAP, 3)],
        [(1, "procedure", 5), (2, "procedure", 3)], Noted),
    "a line held at the start is a press only after its release": (
        [(0, HELD, 5), (20_000, UP, 5), (20_100, DOWN, 5), (20_150, UP, 5), (21_000, TAP, 5)],
        [(3, "procedure", 5)], Noted),  # after two faults: stuck, released
    "a press that happened before the time ran out is handled before it": (
        [(0, TAP, 2), (2400, TAP, 4), (2600, WAIT)], [(1, "procedure", 2), (1, "procedure", 4)], Noted),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_visit(name: str, bench: Bench) -> None:
    steps, votes, state = TABLE[name]
    bench.play(steps)
    assert bench.journal.votes() == votes
    assert isinstance(bench.booth.state, state)


def test_nobody_is_thanked_before_the_log_has_it(bench: Bench) -> None:
    seen_at_append = []
    append = bench.journal.append

    def watched(kind: str, stamp: Stamp, body: Body) -> Place:
        seen_at_append.extend(view.state for view in bench.views)
        return append(kind, stamp, body)

    bench.journal.append = watched  # type: ignore[method-assign]  # a look at the moment of writing
    bench.tap(0, 5)
    assert seen_at_append == [Writing(0, 5)]
    assert [type(view.state) for view in bench.views] == [Writing, Noted]


def test_a_write_that_fails_says_sorry_and_is_never_written_later(bench: Bench) -> None:
    bench.journal.failing = 1
    bench.tap(0, 1)
    assert bench.booth.state == Sorry(0, 6000)
    bench.at(6000)
    assert bench.booth.state == Asking(0)
    assert bench.journal.kinds() == ["fault"]  # tried again by itself


def test_a_press_during_sorry_is_a_new_attempt_and_one_fault_tells_the_refused(bench: Bench) -> None:
    bench.journal.failing = 2
    bench.tap(0, 1)
    bench.tap(1000, 1)
    bench.tap(2000, 2)
    assert bench.journal.votes() == [(1, "procedure", 2)]
    kind, body, _ = bench.journal.entries[1]
    assert (kind, body["fault"], body["presses"]) == ("fault", "not-recorded", 2)
    assert (body["first"]["mono"], body["last"]["mono"]) == (0, 1000)
    bench.at(4600)
    bench.tap(5000, 2)
    assert [kind for kind, _, _ in bench.journal.entries] == ["vote", "fault", "vote"]


def test_a_correction_that_fails_leaves_the_first_vote_and_asks_again(bench: Bench) -> None:
    bench.tap(0, 2)
    bench.journal.failing = 1
    bench.tap(1000, 4)
    assert isinstance(bench.booth.state, Sorry)
    bench.at(7000)
    assert bench.booth.state == Asking(0, 22_000)
    bench.tap(8000, 4)
    assert bench.journal.votes() == [(1, "procedure", 2), (1, "procedure", 4)]


def test_a_successor_in_the_middle_of_a_visit_leads_with_its_own_first_vote(bench: Bench) -> None:
    bench.tap(0, 5)
    bench.journal.log, bench.journal.entries = "b", [("start", {}, STAMP)]
    bench.at(2600)
    bench.tap(3000, 4)
    assert bench.journal.votes() == [(2, "attitude", 4)]


def test_the_log_rests_only_between_visits(bench: Bench) -> None:
    bench.tap(0, 5)
    bench.rest(100)
    bench.at(2600)
    bench.rest(2700)
    assert bench.journal.rests == 0
    bench.tap(3000, 4)
    bench.at(5600)
    assert bench.journal.rests == 1


def test_a_language_is_spoken_until_the_visit_is_over(bench: Bench) -> None:
    bench.at(0, Language("en"))
    bench.tap(1000, 5)
    bench.at(3600)
    assert bench.views[-1].language == "en"
    assert bench.journal.entries[0][1]["lang"] == "en"
    bench.at(18_700)
    assert bench.views[-1] == View(Asking(0), 18_700, "vi")


def test_a_language_chosen_and_left_alone_falls_back(bench: Bench) -> None:
    bench.at(0, Language("en"))
    bench.at(29_999)
    assert bench.views[-1].language == "en"
    bench.at(30_000)
    assert bench.views[-1] == View(Asking(0), 30_000, "vi")


def test_a_language_that_stays_is_what_every_visit_falls_back_to(bench: Bench) -> None:
    bench.at(0, Language("en", stays=True))
    assert bench.views[-1] == View(Asking(0), 0, "en")
    bench.at(1000, Language("vi"))
    bench.at(31_000)
    assert bench.views[-1] == View(Asking(0), 31_000, "en")


def test_the_thread_hands_presses_on_and_ends(bench: Bench) -> None:
    bench.booth.press(5, "touch")
    bench.booth.release(5, "touch")
    bench.booth.stop()
    bench.booth.run()
    assert bench.journal.votes() == [(1, "procedure", 5)]
    assert bench.journal.entries[0][2] == STAMP


def test_a_language_chosen_within_a_visit_does_not_prolong_it(bench: Bench) -> None:
    bench.tap(0, 2)
    bench.journal.failing = 1
    bench.tap(1000, 4)
    bench.at(7000)
    bench.at(7100, Language("vi"))
    bench.at(22_000)
    bench.tap(60_000, 5)
    assert bench.journal.votes() == [(1, "procedure", 2), (3, "procedure", 5)]  # between them the fault


def test_a_log_that_cannot_change_now_does_not_stop_the_booth(bench: Bench) -> None:
    def rest(stamp: Stamp) -> None:
        raise NotRecorded("no successor could begin")

    bench.journal.rest = rest  # type: ignore[method-assign]  # as the archive on a full disk
    bench.rest(0)
    bench.tap(1000, 5)
    assert bench.journal.votes() == [(1, "procedure", 5)]
