"""The optional follow-up: the same list for everyone, in the order of the settings, and a way past it."""

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest

from assets.words import languages
from kiosk.settings import Choice, Reasons, Settings, Survey, Text
from kiosk.states import Choosing, Noted, Writing
from tests.ui.conftest import Screen
from tests.ui.test_layout import PX_PER_MM, assert_whole, assert_within, box, ink, overlap, visible_labels

pytestmark = pytest.mark.slow  # `./setup.sh test screens`

COUNTERS = tuple(
    Choice(id=f"counter-{number}", text=Text(vi=f"Quầy {number}", en=f"Counter {number}")) for number in range(1, 13)
)
LONG = Text(vi="Thời gian chờ đợi và số lần phải đi lại nhiều lần", en="How long one waited, and how often one came")
SETTINGS = Settings(survey=Survey(counters=COUNTERS, reasons=Reasons(shown=True)))
SIX = Settings(survey=Survey(reasons=Reasons(choices=tuple(Choice(id=f"r{n}", text=LONG) for n in range(6)))))


@pytest.fixture
def choosing(open_screen: Callable[..., Screen]) -> Callable[..., Screen]:
    def open_one(what: str, settings: Settings = SETTINGS, deaf_until: int = 0) -> Screen:
        screen = open_screen(settings)
        screen.show(Choosing(what, 9_000, deaf_until))  # type: ignore[arg-type]
        return screen

    return open_one


def buttons(screen: Screen) -> list[Any]:
    return screen.page.ids.choices.children[::-1]


def touch(screen: Screen, button: Any) -> None:
    screen.hand.up(screen.hand.down(button.center), button.center)
    screen.frames()


def test_each_reason_is_told_by_its_id_and_skip_by_none(choosing: Callable[..., Screen]) -> None:
    screen = choosing("reasons")
    for button in buttons(screen):
        touch(screen, button)
    told = [*(("choose", "reasons", (one.id,)) for one in SETTINGS.survey.reasons.choices), ("choose", "reasons", ())]
    assert screen.door.heard == told
    assert [button.text for button in buttons(screen)][-1] == "Bỏ qua"


def test_twelve_counters_are_twelve_buttons_large_enough_to_touch(choosing: Callable[..., Screen]) -> None:
    screen = choosing("counter")
    assert [button.text for button in buttons(screen)] == [one.text.vi for one in COUNTERS] + ["Bỏ qua"]
    assert all(min(button.size) / PX_PER_MM >= 12 for button in buttons(screen))
    for one, other in combinations(buttons(screen), 2):
        assert not overlap(box(one), box(other))
    touch(screen, buttons(screen)[6])
    assert screen.door.heard == [("choose", "counter", ("counter-7",))]


def test_a_second_tap_meant_for_the_page_before_chooses_nothing(choosing: Callable[..., Screen]) -> None:
    screen = choosing("reasons", deaf_until=2_500)
    touch(screen, buttons(screen)[0])
    assert screen.door.heard == []
    screen.now = 2_500
    touch(screen, buttons(screen)[0])
    assert screen.door.heard == [("choose", "reasons", ("time",))]


def test_the_list_is_the_same_whatever_was_pressed_before(choosing: Callable[..., Screen]) -> None:
    screen = choosing("reasons")
    untouched = screen.pixels()
    for rating in (5, 4, 3, 2, 1):
        screen.show(Writing(0, rating))
        screen.now += 300  # the dip is over by the clock, so the next pages show none
        screen.show(Noted(1, screen.now + 3_000))
        for what in ("counter", "reasons"):
            screen.show(Choosing(what, screen.now + 8_000))  # type: ignore[arg-type]  # the bar is full in each
        assert screen.pixels() == untouched, rating


def test_a_panel_press_closes_it_and_its_face_dips_on_the_first_question(choosing: Callable[..., Screen]) -> None:
    screen = choosing("reasons")
    screen.show(Writing(0, 4))
    assert type(screen.page).__name__ == "Ask"
    assert screen.card(4).dipped


def test_it_says_that_it_may_be_left_out(choosing: Callable[..., Screen]) -> None:
    screen = choosing("counter")
    assert any("bỏ" in label.text and "qua" in label.text for label in visible_labels(screen))


@pytest.mark.parametrize("size", [(800, 480), (720, 1280), pytest.param((1920, 1080), marks=pytest.mark.slow)])
@pytest.mark.parametrize(("what", "settings"), [("counter", SETTINGS), ("reasons", SIX)])
def test_many_and_long_answers_are_whole(
    what: str, settings: Settings, size: tuple[int, int], choosing: Callable[..., Screen]
) -> None:
    screen = choosing(what, settings)
    screen.resize(size)
    for language in languages():
        screen.show(Choosing(what, 9_000), language)  # type: ignore[arg-type]
        screen.frames()
        labels = list(visible_labels(screen))
        assert len(labels) > len(buttons(screen))
        for label in labels:
            assert_whole(label)
            assert_within(ink(label), box(label.parent), label.text)
            assert_within(ink(label), (0, 0, *size), label.text)
        for one, other in combinations(labels, 2):
            assert not overlap(ink(one), ink(other)), (one.text, other.text)
