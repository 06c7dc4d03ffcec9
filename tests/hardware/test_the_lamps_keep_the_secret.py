"""Whoever watches lamps and hears the buzzer learns nothing of the rating: their whole histories are the same.

Real panel on mock lines, real lamps, real booth: only time is handed in, and the log is in memory.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from hardware.buttons import ButtonPanel
from hardware.pins import Pins, default_pins
from hardware.simulator import Keys
from kiosk.lamps import BUZZER, Lamps
from kiosk.states import Trial, View
from tests.hardware.wires import Film
from tests.kiosk.bench import BOTH_FOLLOW_UPS, CHOOSE, FULL, HELD, IN, OUT, TAP, WAIT, Bench, Steps

BUZZER_LINE = 18
PINS = msgspec.structs.replace(msgspec.convert(default_pins(), Pins, str_keys=True), buzzer=BUZZER_LINE)


class Counter:
    """A terminal's panel, its booth, and somebody who films it."""

    def __init__(self) -> None:
        self.film = Film()
        self.keys = Keys(self.film.factory, PINS)
        self.bench = Bench(BOTH_FOLLOW_UPS)
        self.panel = ButtonPanel(PINS, self.film.factory, self._down, self._up)
        self.lamps = Lamps(self.panel)
        self.bench.booth._announce = self._show

    def play(self, steps: Steps) -> list[tuple[int, bool]]:
        """The film of these steps; buttons are pressed by their lines."""
        for step in steps:
            match step:
                case (time, "tap", rating, "touch"):
                    self.bench.tap(time, rating, "touch")
                case (time, "tap", rating):
                    self._tap(time, str(rating))
                case _:
                    self.bench.play([step])
        return self.film.seen

    def _tap(self, time: int, key: str) -> None:
        self.bench.time = time
        self.keys.key(key, True)
        self.bench.time = time + 80
        self.keys.key(key, False)

    def _down(self, rating: int) -> None:
        self.bench.press(self.bench.time, rating)

    def _up(self, rating: int) -> None:
        self.bench.release(self.bench.time, rating)

    def _show(self, view: View) -> None:
        """The buzzer ends on a thread of its own: wait for it, so that the film has one order."""
        self.bench.views.append(view)
        self.lamps.show(view)
        if thread := self.panel._buzzer._blink_thread:
            thread.join()

    def close(self) -> None:
        self.panel.close()


@pytest.fixture
def counter() -> Iterator[Callable[[], Counter]]:
    made: list[Counter] = []

    def make() -> Counter:
        made.append(Counter())
        return made[-1]

    yield make
    for one in made:
        one.close()


def other(rating: int) -> int:
    return rating % 5 + 1


# What a citizen does, by the rating that must stay secret.
VISITS: dict[str, Callable[[int], Steps]] = {
    "one press": lambda r: [(0, TAP, r), (2600, WAIT), (17_700, WAIT)],
    "a touch": lambda r: [(0, TAP, r, "touch"), (2600, WAIT), (17_700, WAIT)],
    "a whole visit": lambda r: [(0, TAP, r), (2600, WAIT), (3000, TAP, other(r)), (5600, WAIT), (20_600, WAIT),
                                (35_600, WAIT), (45_700, WAIT)],
    "answers": lambda r: [(0, TAP, r), (2600, WAIT), (3000, TAP, r), (5600, WAIT), (8000, CHOOSE, "counter", ()),
                          (9000, CHOOSE, "reasons", ("time",)), (19_100, WAIT)],
    "a slip corrected": lambda r: [(0, TAP, r), (1000, TAP, other(r)), (2000, TAP, r), (4600, WAIT)],
    "the same button again": lambda r: [(0, TAP, r), (1000, TAP, r), (2600, WAIT)],
    "sorry": lambda r: [(0, FULL, 1), (0, TAP, r), (1000, TAP, r), (3600, WAIT)],
    "a correction that fails": lambda r: [(0, TAP, r), (900, FULL, 1), (1000, TAP, other(r)), (7100, WAIT)],
    "the next citizen during thanks": lambda r: [(0, TAP, r), (2600, WAIT), (3000, TAP, r), (5600, WAIT),
                                                 (20_600, WAIT), (35_600, WAIT), (36_000, TAP, other(r))],
    "the next citizen during choosing": lambda r: [(0, TAP, r), (2600, WAIT), (3000, TAP, r), (5600, WAIT),
                                                   (8000, TAP, other(r))],
    "a stuck button": lambda r: [(0, HELD, r), (10_000, WAIT), (11_000, TAP, other(r)), (13_600, WAIT)],
    "a technician interrupts": lambda r: [(0, TAP, r), (1000, IN), (2000, TAP, r), (3000, OUT)],
}  # fmt: skip


@pytest.mark.parametrize("name", VISITS)
def test_the_film_is_the_same_for_every_rating(name: str, counter: Callable[[], Counter]) -> None:
    films = [counter().play(VISITS[name](rating)) for rating in range(1, 6)]
    assert len(films[0]) > 5
    assert films == [films[0]] * 5


def test_the_film_would_show_a_lamp_of_one_button(counter: Callable[[], Counter]) -> None:
    """The test above can fail: one lamp alone, as in a trial, is seen."""
    films = []
    for rating in range(1, 6):
        one = counter()
        one.panel.light_alone(f"buttons.{rating}")
        films.append(one.film.seen)
    assert len({tuple(film) for film in films}) == 5


def test_nothing_lights_or_sounds_before_the_vote_is_durable(counter: Callable[[], Counter]) -> None:
    one = counter()
    one.play([(0, OUT), (0, WAIT)])
    journal, append, at_append = one.bench.journal, one.bench.journal.append, []

    def watched(kind, stamp, body):  # type: ignore[no-untyped-def]  # hands everything on
        at_append.append(list(one.film.seen))
        return append(kind, stamp, body)

    journal.append = watched  # type: ignore[method-assign]  # a look at the moment of writing
    before = list(one.film.seen)
    one.play([(1000, TAP, 2)])
    assert at_append == [before]
    assert (BUZZER_LINE, True) in one.film.seen


def test_the_buzzer_sounds_once_for_each_vote_and_not_for_one_that_is_lost(counter: Callable[[], Counter]) -> None:
    one = counter()
    one.play([(0, TAP, 5), (1000, TAP, 4), (3600, WAIT), (4000, FULL, 1), (4000, TAP, 1)])
    assert [on for line, on in one.film.seen if line == BUZZER_LINE] == [True, False, True, False]


def test_a_language_chosen_while_noted_sounds_nothing_again(counter: Callable[[], Counter]) -> None:
    one = counter()
    one.play([(0, TAP, 5)])
    before = list(one.film.seen)
    one.bench.booth._speak("en")
    assert one.film.seen == before


def test_a_panel_without_a_buzzer_is_silent() -> None:
    film = Film()
    panel = ButtonPanel(
        msgspec.structs.replace(PINS, buzzer=None), film.factory, lambda rating: None, lambda rating: None
    )
    panel.sound()
    assert film.seen == []
    assert BUZZER not in Lamps(panel).parts
    panel.close()


# The technician's test of one lamp.

EVERY = {*(f"buttons.{rating}" for rating in range(1, 6)), "status.ready", "status.noted", "status.cannot_record"}


def test_in_a_trial_each_lamp_can_be_lit_alone(counter: Callable[[], Counter]) -> None:
    one = counter()
    one.play([(0, IN)])
    assert one.film.lit(PINS) == set()
    assert set(one.lamps.parts) == EVERY | {BUZZER}
    for part in EVERY:
        assert one.lamps.test(part)
        assert one.film.lit(PINS) == {part}
    assert one.lamps.test(None)
    assert one.film.lit(PINS) == set()


def test_what_is_announced_during_a_trial_leaves_the_tested_lamp_lit(counter: Callable[[], Counter]) -> None:
    one = counter()
    one.play([(0, IN)])
    one.lamps.test("buttons.3")
    one.play([(1000, TAP, 5), (2000, "touch")])
    assert isinstance(one.bench.booth.state, Trial)
    assert one.film.lit(PINS) == {"buttons.3"}


def test_in_a_trial_the_buzzer_can_be_heard(counter: Callable[[], Counter]) -> None:
    one = counter()
    one.play([(0, IN)])
    assert one.lamps.test(BUZZER)
    one.panel._buzzer._blink_thread.join()
    assert [on for line, on in one.film.seen if line == BUZZER_LINE] == [True, False]


@pytest.mark.parametrize("before", [[], [(0, TAP, 2)], [(0, IN), (1000, OUT)], [(0, IN), (120_000, WAIT)]])
def test_outside_a_trial_no_lamp_can_be_lit_alone(before: Steps, counter: Callable[[], Counter]) -> None:
    one = counter()
    one.play(before)
    film = list(one.film.seen)
    assert not any(one.lamps.test(part) for part in (*EVERY, BUZZER, None))
    assert one.film.seen == film


def test_after_a_trial_the_lamps_say_ready_again(counter: Callable[[], Counter]) -> None:
    one = counter()
    one.play([(0, IN)])
    one.lamps.test("buttons.3")
    one.play([(1000, OUT)])
    assert one.film.lit(PINS) == EVERY - {"status.noted", "status.cannot_record"}


def test_only_the_trial_can_light_one_lamp() -> None:
    """Held by reading the source: `light_alone` is called in one place, behind the question whether it is a trial."""
    root = Path(__file__).parent.parent.parent
    calls = [file.name for package in ("kiosk", "hardware", "sync") for file in (root / package).rglob("*.py")
             for line in file.read_text().splitlines() if ".light_alone(" in line]  # fmt: skip
    assert calls == ["lamps.py"]
