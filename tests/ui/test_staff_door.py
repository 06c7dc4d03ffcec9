"""The technician's door: a corner held for five seconds, a PIN, and what the booth is told."""

import threading
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from kiosk.entry import Stamp
from kiosk.pin import Guard
from kiosk.staff import Checking, Means, Open, Staff
from kiosk.states import Asking, Trial, View, Writing
from kiosk.ui.typeset import NO_BREAK
from tests.ui.conftest import Screen
from tests.ui.reel import Reel
from tests.ui.staff_tools import LINE, PIN, Booth, Rig, desk_for, renew
from tests.ui.test_keyboard import HOLDING, KEYS, strike

pytestmark = pytest.mark.slow  # `./setup.sh test screens`

CORNER = (20, 460)


class Guarded:
    """A screen with a technician's door, and fingers for it."""

    def __init__(self, desk: Screen, folder: Path) -> None:
        self.screen, self.rig = desk, Rig(folder, lambda: desk.now)
        renew(desk, self.rig)
        desk.show(Asking(0))

    @property
    def cover(self) -> Any:
        return self.screen.app.staff_door.cover

    @property
    def opened(self) -> str:
        return type(self.cover).__name__

    def pass_ms(self, ms: int) -> None:
        """Time passes, and everything that looks at the clock has looked."""
        self.screen.now += ms
        self.screen.app.staff_door.look()
        self.screen.frames(4)

    def hold_corner(self, ms: int, place: tuple[float, float] = CORNER) -> None:
        finger = self.screen.hand.down(place)
        self.screen.frames()
        self.pass_ms(ms)
        self.screen.hand.up(finger, place)
        self.screen.frames(4)

    def tap(self, place: tuple[float, float]) -> None:
        self.screen.hand.up(self.screen.hand.down(place), place)
        self.screen.frames(4)

    def key(self, name: str) -> None:
        self.tap(next(key for key in self.cover.ids.keypad.children if key.name == name).center)

    def type(self, pin: str) -> None:
        for digit in pin:
            self.key(digit)
        self.key("enter")

    def announce(self, state: Any, language: str = "en", stuck: tuple[int, ...] = ()) -> None:
        self.screen.app.show(View(state, self.screen.now, language, stuck))
        self.screen.frames(4)


@pytest.fixture(scope="module")
def desk(hand: Any, reel: Reel) -> Iterator[Screen]:
    yield from desk_for(hand, reel)


@pytest.fixture
def guarded(desk: Screen, tmp_path: Path) -> Guarded:
    return Guarded(desk, tmp_path)


@pytest.fixture
def pad(guarded: Guarded) -> Guarded:
    guarded.hold_corner(5_000)
    assert guarded.opened == "Pad"
    return guarded


def test_the_corner_held_for_less_than_five_seconds_does_nothing(guarded: Guarded) -> None:
    guarded.hold_corner(4_900)
    assert guarded.cover is None


def test_the_corner_held_for_five_seconds_opens_the_pad(guarded: Guarded) -> None:
    guarded.hold_corner(5_000)
    assert guarded.opened == "Pad"


def test_the_corner_looks_at_the_clock_by_itself(guarded: Guarded) -> None:
    finger = guarded.screen.hand.down(CORNER)
    guarded.screen.frames()
    guarded.screen.now += 5_000
    guarded.screen.until(lambda: guarded.opened == "Pad")
    guarded.screen.hand.up(finger, CORNER)
    guarded.screen.frames(4)


def test_two_short_holds_are_not_one_long_one(guarded: Guarded) -> None:
    guarded.hold_corner(3_000)
    guarded.hold_corner(3_000)
    assert guarded.cover is None


def test_a_finger_that_leaves_the_corner_does_not_open_it(guarded: Guarded) -> None:
    finger = guarded.screen.hand.down(CORNER)
    guarded.screen.frames()
    guarded.screen.hand.up(finger, (300, 300))  # it moves there before it is lifted
    guarded.screen.frames(4)
    guarded.pass_ms(5_000)
    assert guarded.cover is None


@pytest.mark.parametrize("place", [(20, 380), (100, 460), (780, 460), (20, 20), (400, 240)])
def test_elsewhere_a_long_hold_opens_nothing(guarded: Guarded, place: tuple[float, float]) -> None:
    guarded.hold_corner(6_000, place)
    assert guarded.cover is None


def test_nothing_shows_where_the_corner_is(guarded: Guarded) -> None:
    """The door draws nothing of its own: all that is on the window is the citizens' page."""
    before = guarded.screen.pixels()
    finger = guarded.screen.hand.down(CORNER)
    guarded.screen.frames()
    guarded.pass_ms(4_900)
    assert guarded.screen.pixels() == before
    assert guarded.screen.app.root.children == [guarded.screen.page]
    guarded.screen.hand.up(finger, CORNER)
    guarded.screen.frames(4)


def test_the_corner_is_twelve_millimetres(guarded: Guarded) -> None:
    assert guarded.screen.app.px["target"] / (800 / 152.4) >= 12


def test_without_a_pin_the_corner_does_nothing(open_screen: Callable[..., Screen]) -> None:
    screen = open_screen()
    screen.show(Asking(0))
    finger = screen.hand.down(CORNER)
    screen.frames()
    screen.now += 60_000
    screen.rest(0.1)
    screen.hand.up(finger, CORNER)
    assert screen.app.root.children == [screen.page]


def test_digits_are_masked(pad: Guarded) -> None:
    for digit in "407":
        pad.key(digit)
    assert pad.cover.ids.dots.text == "•••"
    texts = [widget.text for widget in pad.cover.walk(restrict=True) if hasattr(widget, "text")]
    assert not any("407" in text for text in texts)
    pad.key("delete")
    assert pad.cover.ids.dots.text == "••"


def test_the_right_pin_tells_the_booth_and_its_trial_opens_the_screen(pad: Guarded) -> None:
    pad.type(PIN)
    assert pad.rig.booth.told == [("staff", True)]
    assert pad.opened == "Pad", "the booth decides"
    pad.announce(Trial(until=121_000))
    assert pad.opened == "StaffScreen"


def test_while_a_pin_is_checked_the_pad_is_alive_and_takes_no_key(pad: Guarded) -> None:
    pad.rig.threads.held = True
    pad.type("4072")
    assert pad.cover.ids.news.text.replace(NO_BREAK, " ") == "Đang kiểm tra mã PIN…"
    pad.type(PIN)
    assert pad.cover.digits == ""
    assert pad.rig.booth.told == []
    pad.rig.threads.go()
    pad.pass_ms(100)
    assert pad.cover.ids.news.text.replace(NO_BREAK, " ") == "Mã PIN không đúng."
    pad.key("4")
    assert pad.cover.door == Open()


def test_a_pad_left_while_a_pin_is_checked_is_left(pad: Guarded) -> None:
    pad.rig.threads.held = True
    pad.type("4072")
    pad.announce(Writing(0, 4))
    pad.rig.threads.go()
    assert pad.cover is None
    assert pad.rig.booth.told == []


def test_a_pin_is_checked_beside_the_screens_thread(tmp_path: Path) -> None:
    names: list[str] = []

    class Spy(Booth):
        def staff(self, inside: bool) -> None:
            names.append(threading.current_thread().name)

    guard = Guard(LINE, tmp_path / "pin.json")
    staff = Staff(guard, Spy(), Means(), lambda: Stamp("boot", 0, 0, "unsynced"))
    staff.enter(PIN)
    assert isinstance(staff.look(), Checking)  # scrypt takes far longer than the way to here
    staff._threads.shutdown()
    assert names
    assert threading.main_thread().name not in names
    assert staff.look() == Open()


def test_a_wrong_pin_is_said_to_be_wrong_and_opens_nothing(pad: Guarded) -> None:
    pad.type("4072")
    assert pad.cover.ids.news.text.replace(NO_BREAK, " ") == "Mã PIN không đúng."
    assert pad.rig.booth.told == []


def test_after_five_wrong_ones_the_pad_waits_and_takes_no_key(pad: Guarded) -> None:
    for _ in range(5):
        pad.cover.digits = "4072"
        pad.key("enter")
    assert "0:30" in pad.cover.ids.news.text
    pad.type(PIN)
    assert pad.cover.digits == ""
    assert pad.rig.booth.told == [("staff", {"staff": "refused", "pause": 30})]
    pad.pass_ms(29_000)
    pad.tap((5, 5))  # still there
    assert "0:01" in pad.cover.ids.news.text
    pad.pass_ms(1_000)
    pad.type(PIN)
    assert pad.rig.booth.told[-1] == ("staff", True)


def test_the_pad_leaves_after_thirty_seconds_without_a_touch(pad: Guarded) -> None:
    pad.pass_ms(20_000)
    pad.key("4")
    pad.pass_ms(29_000)
    assert pad.opened == "Pad"
    pad.pass_ms(1_000)
    assert pad.cover is None


def test_a_keyboard_does_nothing_on_the_pad_either(pad: Guarded) -> None:
    for key, holding in product(KEYS, HOLDING):
        strike(pad.screen, key, holding)
    assert pad.opened == "Pad"
    assert pad.cover.digits == ""
    assert pad.rig.booth.heard == []


def test_back_closes_the_pad(pad: Guarded) -> None:
    key = next(widget for widget in pad.cover.walk(restrict=True) if getattr(widget, "sentence", "") == "Quay lại")
    pad.tap(key.center)
    assert pad.cover is None


def test_a_press_on_the_panel_closes_the_pad(pad: Guarded) -> None:
    pad.announce(Writing(0, 4))
    assert pad.cover is None


def test_a_touch_on_the_pad_never_reaches_a_face_below(pad: Guarded) -> None:
    for x in range(10, 800, 60):
        pad.tap((x, 150))
    assert pad.screen.door.heard == []


def test_the_end_of_the_trial_brings_the_question_back(pad: Guarded) -> None:
    pad.announce(Trial(until=121_000))
    assert pad.opened == "StaffScreen"
    pad.announce(Asking(0))
    assert pad.cover is None
    assert type(pad.screen.page).__name__ == "Ask"


def test_the_idle_page_waits_while_the_technician_is_there(pad: Guarded) -> None:
    pad.announce(Asking(0))
    pad.screen.app._rest()
    assert type(pad.screen.page).__name__ == "Ask"
