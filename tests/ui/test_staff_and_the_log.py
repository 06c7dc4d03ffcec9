"""The whole terminal with a technician in it: what becomes of presses, and when the trial ends."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.clock import SystemClock
from kiosk.settings import Staff, Timing
from kiosk.states import Asking, Trial
from kiosk.terminal import Wishes
from kiosk.ui.environment import Display
from tests.ui.reel import Reel
from tests.ui.running import QUICK, Running
from tests.ui.staff_tools import LINE, PIN


class Staffed(Running):
    """As `Running`, with a PIN in the settings."""

    def __init__(self, data: Path, hand: Any, reel: Reel, timing: Timing = QUICK) -> None:
        self.time, self._reel = SystemClock(battery=False).now(), reel
        wishes = Wishes(Display((800, 480), offscreen=True), simulate=True)
        self.boot(data, hand, wishes, lambda: self.time, staff=Staff(pin=LINE), timing=timing)

    def press(self, key: str) -> None:
        self.key(key, True)
        self.key(key, False)

    @property
    def cover(self) -> Any:
        return self.app.staff_door.cover

    def come_in(self) -> None:
        self.app.staff_door.ask_pin()
        self.cover.staff.enter(PIN)
        self.until(lambda: type(self.cover).__name__ == "StaffScreen")

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        return [entry["body"] for entry in self.entries() if entry["kind"] == kind]


@pytest.fixture
def start(hand: Any, reel: Reel, tmp_path: Path) -> Iterator[Callable[..., Staffed]]:
    running: list[Staffed] = []

    def start_one(timing: Timing = QUICK) -> Staffed:
        running.append(Staffed(tmp_path, hand, reel, timing))
        return running[-1]

    yield start_one
    for one in running:
        one.end()


def test_a_press_in_a_trial_lights_its_tile_and_is_a_trial_in_the_log(start: Callable[..., Staffed]) -> None:
    terminal = start()
    terminal.come_in()
    terminal.press("2")
    terminal.until(lambda: terminal.cover.page.last == 2)
    assert terminal.bodies("vote") == []
    assert [(body["rating"], body["via"]) for body in terminal.bodies("trial")] == [(2, "button")]


def test_a_finger_on_a_tile_is_a_trial_too(start: Callable[..., Staffed]) -> None:
    from kiosk.ui.staff.trial import LevelTile

    terminal = start()
    terminal.come_in()
    terminal.frames()
    tile = next(one for one in terminal.cover.walk() if isinstance(one, LevelTile) and one.rating == 4)
    terminal.hand.up(terminal.hand.down(tile.center), tile.center)
    terminal.until(lambda: tile.lit)
    assert terminal.bodies("vote") == []
    assert [(body["rating"], body["via"]) for body in terminal.bodies("trial")] == [(4, "touch")]


def test_coming_in_and_leaving_stand_in_the_log(start: Callable[..., Staffed]) -> None:
    terminal = start()
    terminal.come_in()
    terminal.cover.staff.leave()
    terminal.until(lambda: terminal.cover is None)
    assert terminal.bodies("staff") == [{"staff": "in"}, {"staff": "out", "why": "left"}]


def test_without_a_staff_touch_the_trial_ends_by_itself_and_presses_count_again(start: Callable[..., Staffed]) -> None:
    terminal = start(Timing(trial=0.4))  # no longer, as the booth sleeps until it is over
    terminal.come_in()
    terminal.pass_time(0.4)
    terminal.until(lambda: terminal.cover is None)
    assert terminal.state == Asking(0)
    assert terminal.bodies("staff")[-1] == {"staff": "out", "why": "time"}
    terminal.press("5")
    terminal.until(lambda: bool(terminal.votes()))
    assert terminal.bodies("trial") == []


def test_the_trial_is_two_minutes_from_the_last_staff_touch(start: Callable[..., Staffed]) -> None:
    assert Timing().trial == 120
    terminal = start()
    terminal.come_in()
    before = terminal.state.until
    terminal.pass_time(0.2)
    terminal.hand.up(terminal.hand.down((400, 5)), (400, 5))
    terminal.until(lambda: terminal.state.until > before)
    before = terminal.state.until
    terminal.press("5")
    terminal.until(lambda: terminal.state.last is not None)
    assert terminal.state.until == before, "a press on the panel is no staff touch"


def test_after_a_restart_there_is_no_trial(
    start: Callable[..., Staffed], tmp_path: Path, hand: Any, reel: Reel
) -> None:
    first = Staffed(tmp_path, hand, reel)
    first.come_in()
    assert isinstance(first.state, Trial)
    first.end()
    second = start()
    assert second.state == Asking(0)
    assert second.cover is None


def test_the_language_of_the_terminal_stays_over_a_restart(
    start: Callable[..., Staffed], tmp_path: Path, hand: Any, reel: Reel
) -> None:
    first = Staffed(tmp_path, hand, reel)
    first.come_in()
    first.cover.staff.speak("en")
    first.until(lambda: first.app.language == "en")
    first.cover.staff.leave()
    first.until(lambda: first.cover is None)
    assert first.app.language == "en"
    assert {"staff": "language", "after": "en"} in first.bodies("staff")
    first.end()
    second = start()
    second.until(lambda: second.app.language == "en")


def test_the_lamps_of_the_panel_can_be_lit_one_by_one(start: Callable[..., Staffed]) -> None:
    terminal = start()
    terminal.come_in()
    panel = terminal.terminal._panel
    assert panel
    for name in panel.lamps:
        terminal.cover.page.light(name)
        lit = [other for other, lamp in (panel._lamps | panel._status).items() if lamp.value]
        assert lit == [name]
    terminal.cover.page.darken()


def test_the_state_page_shows_the_facts_of_kiosk_check(start: Callable[..., Staffed]) -> None:
    terminal = start()
    terminal.come_in()
    terminal.cover.turn_to("state")
    terminal.until(lambda: terminal.app.staff_door.look() or len(terminal.cover.page.facts) > 5)
