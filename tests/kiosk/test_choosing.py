"""After the votes are safe: which counter, then what mattered; both may be skipped, and cost nobody a vote."""

import pytest

from kiosk.settings import Reasons, Survey
from kiosk.states import Choosing, Noted, Thanks
from tests.kiosk.bench import BOTH_FOLLOW_UPS, CHOOSE, COUNTERS, FULL, TAP, WAIT, Bench, Steps

# Both questions answered at 0 and 3000; noted until 5500, deaf until 7100 (it was looked at 100 ms late).
VOTED: Steps = [(0, TAP, 5), (2600, WAIT), (3000, TAP, 4), (5600, WAIT)]
TWO = [(1, "procedure", 5), (1, "attitude", 4)]
COUNTER = {"visit": 1, "question": "counter", "counter": "counter-2"}
REASONS = {"visit": 1, "question": "reasons", "choices": ["time", "papers"]}

# Steps after the votes; the answers in the log; votes beyond the two; the state at the end.
TABLE: dict[str, tuple[Steps, list[dict[str, object]], list[tuple[int, str, int]], object]] = {
    "which counter comes first": ([], [], [], Choosing("counter", 20_600, 7100)),
    "both answered": (
        [(8000, CHOOSE, "counter", ("counter-2",)), (9000, CHOOSE, "reasons", ("time", "papers"))],
        [COUNTER, REASONS], [], Thanks(19_000, 7100)),
    "both skipped leave nothing in the log": (
        [(8000, CHOOSE, "counter", ()), (9000, CHOOSE, "reasons", ())], [], [], Thanks(19_000, 7100)),
    "left alone, each goes on to the next": (
        [(20_600, WAIT)], [], [], Choosing("reasons", 35_600, 7100)),
    "left alone, both end in thanks": (
        [(20_600, WAIT), (35_600, WAIT)], [], [], Thanks(45_600, 7100)),
    "an answer to the other question is ignored": (
        [(8000, CHOOSE, "reasons", ("time",))], [], [], Choosing("counter", 20_600, 7100)),
    "a second tap on the same choice is ignored": (
        [(8000, CHOOSE, "counter", ("counter-2",)), (8100, CHOOSE, "counter", ("counter-2",))],
        [COUNTER], [], Choosing("reasons", 23_000, 7100)),
    "an answer that comes too late is ignored": (
        [(20_600, CHOOSE, "counter", ("counter-2",))], [], [], Choosing("reasons", 35_600, 7100)),
    "an answer during thanks is ignored": (
        [(20_600, WAIT), (35_600, WAIT), (36_000, CHOOSE, "reasons", ("time",))], [], [], Thanks(45_600, 7100)),
    "what was not offered is ignored": (
        [(8000, CHOOSE, "counter", ("counter-9",))], [], [], Choosing("counter", 20_600, 7100)),
    "one counter, not two": (
        [(8000, CHOOSE, "counter", ("counter-1", "counter-2"))], [], [], Choosing("counter", 20_600, 7100)),
    "a button begins a new visit": (
        [(8000, TAP, 1)], [], [(3, "procedure", 1)], Noted(0, 10_500)),
    "a button on the second of them too": (
        [(8000, CHOOSE, "counter", ("counter-2",)), (9000, TAP, 2)],
        [COUNTER], [(4, "procedure", 2)], Noted(0, 11_500)),
    "a correction that comes a moment late is no new citizen": (
        [(7000, TAP, 1)], [], [], Choosing("counter", 20_600, 7100)),
    "a face touched a moment late is no new citizen either": (
        [(8000, TAP, 1, "touch")], [], [], Choosing("counter", 20_600, 7100)),
    "a lost answer moves on as if it were written": (
        [(8000, FULL, 1), (8000, CHOOSE, "counter", ("counter-2",))], [], [], Choosing("reasons", 23_000, 7100)),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_choosing(name: str) -> None:
    steps, answers, votes, state = TABLE[name]
    bench = Bench(BOTH_FOLLOW_UPS)
    bench.play(VOTED + steps)
    assert bench.journal.bodies("answer") == answers
    assert bench.journal.votes() == TWO + votes
    assert bench.booth.state == state


@pytest.mark.parametrize(
    ("survey", "first"),
    [(Survey(), Thanks), (Survey(counters=COUNTERS), Choosing), (Survey(reasons=Reasons(shown=True)), Choosing)],
)
def test_only_what_the_settings_ask_for_is_asked(survey: Survey, first: type) -> None:
    bench = Bench(survey)
    bench.play([*VOTED, (20_600, WAIT)])
    asked = [type(view.state) for view in bench.views if isinstance(view.state, Choosing | Thanks)]
    assert asked == ([first] if first is Thanks else [Choosing, Thanks])


def test_who_walks_away_after_the_first_question_is_not_asked_more() -> None:
    bench = Bench(BOTH_FOLLOW_UPS)
    bench.play([(0, TAP, 5), (2600, WAIT), (17_700, WAIT)])
    assert not any(isinstance(view.state, Choosing) for view in bench.views)


def test_a_lost_answer_says_nothing_to_the_citizen_and_one_fault_tells_it() -> None:
    bench = Bench(BOTH_FOLLOW_UPS)
    bench.play([*VOTED, (8000, FULL, 1), (8000, CHOOSE, "counter", ("counter-2",))])
    assert {type(view.state).__name__ for view in bench.views} == {"Writing", "Noted", "Asking", "Choosing"}
    bench.play([(9000, CHOOSE, "reasons", ("time",))])
    assert bench.journal.kinds() == ["vote", "vote", "answer", "fault"]
    (fault,) = bench.journal.bodies("fault")
    assert (fault["fault"], fault["presses"], fault["others"]) == ("not-recorded", 0, {"answer": 1})


def test_an_answer_in_a_successor_leads_a_visit_of_its_own() -> None:
    bench = Bench(BOTH_FOLLOW_UPS)
    bench.play(VOTED)
    bench.journal.log, bench.journal.entries = "b", [("start", {}, bench.booth._now())]
    bench.play([(8000, CHOOSE, "counter", ("counter-2",))])
    assert bench.journal.bodies("answer") == [COUNTER | {"visit": 2}]


def test_the_log_does_not_change_while_an_answer_is_awaited() -> None:
    bench = Bench(BOTH_FOLLOW_UPS)
    bench.play(VOTED)
    bench.rest(8000)
    assert bench.journal.rests == 0


def test_the_visitors_language_lasts_to_the_end() -> None:
    bench = Bench(BOTH_FOLLOW_UPS)
    bench.booth.choose_language("en")
    bench.booth.stop()
    bench.booth.run()
    bench.play([*VOTED, (8000, CHOOSE, "counter", ())])
    assert bench.views[-1].language == "en"
    bench.play([(9000, TAP, 3)])
    assert bench.views[-1].language == "vi"
