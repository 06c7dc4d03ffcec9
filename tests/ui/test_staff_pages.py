"""The technician's pages: the band on each, what each shows and does, and what the log keeps of it."""

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.states import Trial, View
from kiosk.ui.typeset import NO_BREAK
from tests.ui.conftest import Screen
from tests.ui.reel import Reel
from tests.ui.staff_tools import LAMPS, SEAL, Fact, Rig, desk_for, renew

pytestmark = pytest.mark.slow  # the whole of it belongs to `./setup.sh test screens`

PAGES = ("trial", "state", "actions", "seals")


class Inside:
    """A screen whose technician is in."""

    def __init__(self, desk: Screen, folder: Path, **means: Any) -> None:
        self.screen, self.rig = desk, Rig(folder, lambda: desk.now, **means)
        renew(desk, self.rig)
        self.announce(Trial(until=121_000))

    @property
    def cover(self) -> Any:
        return self.screen.app.staff_door.cover

    def announce(self, state: Any, language: str = "en", stuck: tuple[int, ...] = ()) -> None:
        self.screen.app.show(View(state, self.screen.now, language, stuck))
        self.screen.frames(4)

    def turn_to(self, page: str) -> Any:
        self.cover.turn_to(page)
        self.screen.frames(4)
        return self.cover.page

    def widget(self, sentence: str) -> Any:
        return next(
            one
            for one in self.cover.walk(restrict=True)
            if getattr(one, "sentence", "") == sentence and hasattr(one, "lit")
        )

    def touch(self, sentence: str) -> None:
        self.tap(self.widget(sentence).center)

    def tap(self, place: tuple[float, float]) -> None:
        self.screen.hand.up(self.screen.hand.down(place), place)
        self.screen.frames(5)  # down, moved and up come in a frame each

    def until(self, met: Callable[[], bool]) -> None:
        """Looks without waiting for the timers that look."""

        def looked() -> bool:
            self.screen.app.staff_door.look()
            return met()

        self.screen.until(looked)

    def words(self) -> str:
        """All that can be read, without the places where lines may not break."""
        shown = (one.text for one in self.cover.walk(restrict=True) if getattr(one, "text", "") and one.opacity)
        return " | ".join(shown).replace(NO_BREAK, " ")

    def tile(self, rating: int) -> Any:
        from kiosk.ui.staff.trial import LevelTile

        return next(
            one for one in self.cover.walk(restrict=True) if isinstance(one, LevelTile) and one.rating == rating
        )


@pytest.fixture(scope="module")
def desk(hand: Any, reel: Reel) -> Iterator[Screen]:
    yield from desk_for(hand, reel)


@pytest.fixture
def enter(desk: Screen, tmp_path: Path) -> Callable[..., Inside]:
    return lambda **means: Inside(desk, tmp_path, **means)


@pytest.fixture
def inside(enter: Callable[..., Inside]) -> Inside:
    return enter()


@pytest.mark.parametrize(("language", "band"), [("vi", "CHẠY THỬ – không tính"), ("en", "TRIAL – not counted")])
def test_the_band_is_over_the_full_width_of_every_page(inside: Inside, language: str, band: str) -> None:
    inside.announce(Trial(until=121_000), language)
    for page in PAGES:
        inside.turn_to(page)
        assert inside.cover.ids.warning.sentence == band
        assert inside.cover.ids.band.width == inside.screen.window.width
        assert inside.cover.ids.band.top == inside.screen.window.height


@pytest.mark.parametrize(("tab", "page"), [("State", "state"), ("Actions", "actions"), ("Test", "trial")])
def test_the_tabs_lead_to_the_pages(inside: Inside, tab: str, page: str) -> None:
    inside.turn_to("seals")
    inside.touch(tab)
    assert inside.cover.name == page
    assert inside.widget(tab).lit


def test_every_touch_inside_is_told_to_the_booth(inside: Inside) -> None:
    for place in ((400, 460), (400, 100), (5, 5)):
        inside.tap(place)
    assert inside.rig.booth.heard.count(("touch",)) == 3


def test_leaving_is_told_to_the_booth(inside: Inside) -> None:
    inside.touch("Leave")
    assert inside.rig.booth.told == [("staff", False)]


# Test


@pytest.mark.parametrize("rating", [5, 4, 3, 2, 1])
def test_a_button_lights_its_tile_and_no_other(inside: Inside, rating: int) -> None:
    inside.announce(Trial(until=121_000, last=("button", rating)))
    assert [one for one in (5, 4, 3, 2, 1) if inside.tile(one).lit] == [rating]


def test_what_was_tried_stays_marked_over_a_turn_of_pages(inside: Inside) -> None:
    for rating in (5, 2):
        inside.announce(Trial(until=121_000, last=("button", rating)))
    inside.turn_to("state")
    assert list(inside.turn_to("trial").tried) == [2, 5]


def test_a_finger_on_a_tile_is_a_press_and_a_release_of_the_glass(inside: Inside) -> None:
    inside.tap(inside.tile(4).center)
    assert inside.rig.booth.told == [("press", 4, "touch"), ("release", 4, "touch")]


def test_a_stuck_button_is_named(inside: Inside) -> None:
    assert "Stuck" not in inside.words()
    inside.announce(Trial(until=121_000), stuck=(2,))
    assert "Stuck" in inside.words()
    assert inside.tile(2).stuck
    assert not inside.tile(5).stuck


def test_each_lamp_is_lit_alone_and_goes_out_by_itself(inside: Inside) -> None:
    from kiosk.ui.staff.trial import LampKey

    keys = [one for one in inside.cover.walk(restrict=True) if isinstance(one, LampKey)]
    assert {key.name for key in keys} == set(LAMPS) - {"buzzer"}
    for key in keys:
        inside.tap(key.center)
        assert inside.rig.done[-1] == key.name
        assert [one.name for one in keys if one.shines] == [key.name]
    inside.cover.page.darken()  # what its timer does
    assert inside.rig.done[-1] is None
    assert not any(key.shines for key in keys)


def test_leaving_the_page_leaves_no_lamp_lit(inside: Inside) -> None:
    inside.cover.page.light("status.ready")
    inside.turn_to("state")
    assert inside.rig.done == ["status.ready", None]


def test_sound_and_buzzer_can_be_heard(inside: Inside) -> None:
    inside.touch("Sound")
    inside.touch("Buzzer")
    assert inside.rig.done == ["sound", "buzzer"]


def test_each_corner_of_the_glass_is_marked_when_a_finger_was_there(inside: Inside) -> None:
    from kiosk.ui.staff.screen import TouchCorner

    corners = {one.place: one for one in inside.cover.walk(restrict=True) if isinstance(one, TouchCorner)}
    for place, point in (
        ("top left", (3, 477)), ("top right", (797, 477)), ("bottom left", (3, 3)), ("bottom right", (797, 3)),
    ):  # fmt: skip
        assert not corners[place].touched
        inside.tap(point)
        assert corners[place].touched


def test_a_terminal_without_a_panel_says_so_and_offers_no_lamp(enter: Callable[..., Inside]) -> None:
    bare = enter(lamps=(), sound=None)
    assert "This terminal has no button panel." in bare.words()
    assert "Ready" not in bare.words()
    assert bare.widget("Sound").disabled


# State


def test_every_fact_is_shown_what_is_wrong_first_and_highlighted(inside: Inside) -> None:
    page = inside.turn_to("state")
    inside.until(lambda: bool(page.facts))
    inside.screen.frames(2)
    first = page.ids.columns.children[-1].children[-1]
    assert first.trouble
    seen = ""
    for _ in range(int(page.leaves)):
        seen += inside.words()
        page.turn(1)
        inside.screen.frames(4)
    for fact in page.facts:
        for text in (fact.name, fact.value, fact.trouble or ""):
            assert "".join(text.split()) in "".join(seen.split())


def test_the_facts_are_looked_for_in_a_thread_and_again_after_some_seconds(enter: Callable[..., Inside]) -> None:
    threads: list[str] = []

    def look(_language: str) -> list[Fact]:
        threads.append(threading.current_thread().name)
        return [Fact("Looks", f"number {len(threads)}")]

    inside = enter(facts=look)
    inside.turn_to("state")
    inside.until(lambda: "number 1" in inside.words())
    inside.screen.now += 4_000
    inside.until(lambda: "number 2" in inside.words())
    assert threading.main_thread().name not in threads


def test_the_facts_follow_the_language(inside: Inside) -> None:
    inside.turn_to("state")
    inside.announce(Trial(until=121_000), "vi")
    inside.until(lambda: "Địa chỉ" in inside.words())


def test_a_look_that_takes_long_does_not_hold_up_the_screen(enter: Callable[..., Inside]) -> None:
    go_on = threading.Event()
    inside = enter(facts=lambda _language: go_on.wait(100) and [])
    inside.turn_to("state")
    inside.touch("Actions")
    assert inside.cover.name == "actions"
    go_on.set()


# Actions


def test_volume_and_brightness_turn_by_steps_and_each_is_in_the_log(inside: Inside) -> None:
    inside.turn_to("actions")
    more = [
        one for one in inside.cover.walk(restrict=True) if getattr(one, "sentence", "") == "+" and hasattr(one, "lit")
    ]
    for key in more:
        inside.tap(key.center)
        inside.tap(key.center)
    assert inside.rig.levels == {"volume": 80, "brightness": 100}
    assert inside.rig.booth.told == [
        ("staff", {"staff": "volume", "before": 60, "after": 70}),
        ("staff", {"staff": "volume", "before": 70, "after": 80}),
        ("staff", {"staff": "brightness", "before": 90, "after": 100}),
    ]
    assert "80 %" in inside.words()


def test_the_language_of_the_terminal(inside: Inside) -> None:
    inside.turn_to("actions")
    inside.touch("Tiếng Việt")
    assert inside.rig.done == ["vi"]
    assert inside.rig.booth.told == [("staff", {"staff": "language", "after": "vi"})]


def test_sending_asks_the_courier_and_shows_what_it_says(inside: Inside) -> None:
    page = inside.turn_to("actions")
    inside.touch("Send now")
    assert "Please wait" in inside.words()
    inside.rig.said["request-1"] = "Everything is delivered."
    inside.until(lambda: page.news == "Everything is delivered.")
    assert inside.rig.booth.told == [("staff", {"staff": "send"})]


def test_a_restart_is_asked_about_twice(inside: Inside) -> None:
    inside.turn_to("actions")
    for words in ("Restart", "Restart? Touch again."):
        inside.touch(words)
        assert inside.rig.done == []
    inside.touch("Nobody can rate for a minute. Touch again.")
    assert inside.rig.done == ["restart"]
    assert inside.rig.booth.told == [("staff", {"staff": "restart"})]


def test_a_restart_half_meant_is_forgotten(inside: Inside) -> None:
    page = inside.turn_to("actions")
    inside.touch("Restart")
    page.forget()  # what its timer does
    inside.touch("Restart")
    assert inside.rig.done == []


def test_export_is_offered_only_if_the_courier_says_it_can(enter: Callable[..., Inside]) -> None:
    for can, offered in ({"deliver"}, False), ({"deliver", "export"}, True):
        inside = enter(can=lambda can=can: can)
        inside.turn_to("actions")
        assert inside.widget("Save to a stick").disabled is not offered
        assert bool(inside.widget("Save to a stick").height) is offered


def test_an_export_is_asked_for_and_its_answer_told_as_it_changes(inside: Inside) -> None:
    page = inside.turn_to("actions")
    inside.touch("Save to a stick")
    assert inside.rig.booth.told == [("staff", {"staff": "export"})]
    assert "Asked. Please wait a moment." in inside.words()
    for said in ("Copying to the stick: 0 of 12 entries.", "Copied to the stick and read back: 12 entries."):
        inside.rig.said["request-2"] = said
        page.look()
        inside.screen.frames(4)
        assert said in inside.words().replace("\n", " ")


def test_a_wards_fingerprint_is_confirmed_by_a_key_of_its_own_and_the_log_keeps_it(inside: Inside) -> None:
    page, letters = inside.turn_to("actions"), "ABCD-EFGH-JKLM-NPQR"
    assert inside.widget("The same as on paper: confirm").disabled
    inside.touch("Save to a stick")
    inside.rig.said["request-2"], inside.rig.offers["request-2"] = f"Hold {letters} against the paper.", letters
    page.look()
    inside.screen.frames(4)
    assert inside.rig.done == []
    inside.touch("Save to a stick")  # the same key again confirms nothing
    assert inside.rig.done == []
    inside.touch("The same as on paper: confirm")
    assert inside.rig.done == [("trust", letters)]
    assert inside.rig.booth.told[-1] == ("staff", {"staff": "trust", "after": letters})
    assert inside.widget("The same as on paper: confirm").disabled


def test_long_news_take_the_room_of_the_levels(inside: Inside) -> None:
    page = inside.turn_to("actions")
    assert not inside.widget("English").disabled
    page.news = "x" * 111
    inside.screen.frames(4)
    assert "Volume" not in [one.name for one in page.walk() if getattr(one, "level", None)]


def test_the_seals_of_past_days_newest_first(inside: Inside) -> None:
    from kiosk.ui.qr import QrCode

    inside.turn_to("actions")
    inside.touch("Seals of past days")
    code = next(one for one in inside.cover.walk(restrict=True) if isinstance(one, QrCode))
    assert code.text == SEAL
    assert "20/11/2026" in inside.words()
    inside.touch("Older")
    assert code.text != SEAL
    assert "19/11/2026" in inside.words()
    inside.touch("Newer")
    assert code.text == SEAL


def test_without_a_seal_the_page_says_when_there_will_be_one(enter: Callable[..., Inside]) -> None:
    inside = enter(seals=lambda: [])
    inside.turn_to("seals")
    assert "There is no seal yet." in inside.words()


# Secrecy


def test_no_page_tells_how_often_anything_was_pressed(inside: Inside) -> None:
    """Presses change no number and no word: only which tile is lit, and which were tried."""
    for page in PAGES:
        inside.turn_to(page)
        if page == "state":
            inside.until(lambda: "Wi-Fi" in inside.words())
        before = inside.words()
        for rating in (5, 5, 1, 5):
            inside.announce(Trial(until=121_000, last=("button", rating)))
        assert inside.words() == before
    inside.turn_to("trial")
    assert not re.search(r"\d", inside.words())
