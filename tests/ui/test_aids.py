"""Large letters, high contrast, reading aloud: each works, is large enough to touch, and falls back with the visit."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest

from assets.words import languages
from kiosk.settings import Settings
from kiosk.states import Asking, Choosing, Noted, Sorry, State, Thanks, Trial, Writing
from kiosk.ui.world import World
from tests.ui.conftest import Screen
from tests.ui.test_layout import (
    PANEL,
    PX_PER_MM,
    assert_all_words_are_whole_and_stand_free,
    each_size,
    visible_labels,
)

pytestmark = pytest.mark.slow  # `./setup.sh test screens`

VISIT: tuple[State, ...] = (Writing(0, 4), Noted(0, 9_000), Asking(1, 9_000), Writing(1, 4), Noted(1, 9_000))


class Voice:
    """Keeps what it is asked to read."""

    def __init__(self, *languages: str) -> None:
        self.languages, self.heard = languages, list[tuple[str, ...]]()

    def can_read(self, language: str, name: str) -> bool:
        return language in self.languages

    def read(self, language: str, name: str, sentence: str) -> None:
        self.heard.append((language, name, sentence))

    def hush(self) -> None:
        self.heard.append(("hush",))


def aids(screen: Screen) -> dict[str, Any]:
    from kiosk.ui.aids import Aid

    return {one.pictogram: one for one in screen.page.walk(restrict=True) if isinstance(one, Aid) and one.shown}


def touch(screen: Screen, widget: Any) -> None:
    screen.hand.up(screen.hand.down(widget.center), widget.center)
    screen.frames()


def question(screen: Screen) -> float:
    return float(max(label.font_size for label in visible_labels(screen)))


def test_large_letters_are_a_quarter_larger_and_the_faces_stay_large(screen: Screen) -> None:
    for number, language in product((0, 1), languages()):
        screen.show(Asking(number), language)
        usual = question(screen)
        touch(screen, aids(screen)["large"])
        assert question(screen) >= 1.25 * usual
        assert all(card.face / PX_PER_MM >= 22 for card in screen.page.ids.faces.children)
        touch(screen, aids(screen)["large"])
        assert question(screen) == usual


@each_size()
def test_in_large_letters_every_word_is_whole_and_stands_free(screen: Screen, size: tuple[int, int]) -> None:
    assert_all_words_are_whole_and_stand_free(screen, size, prepare=lambda: setattr(screen.app, "large", True))


def test_in_large_letters_the_languages_can_still_be_chosen(screen: Screen) -> None:
    from kiosk.ui.header import LanguageButton

    touch(screen, aids(screen)["large"])
    buttons = [one for one in screen.page.walk(restrict=True) if isinstance(one, LanguageButton)]
    assert len(buttons) == len(languages())
    assert all(min(button.size) / PX_PER_MM >= 12 for button in buttons)
    touch(screen, buttons[1])
    assert screen.door.heard == [("language", "en")]


def test_high_contrast_changes_every_pixel_of_the_paper_and_back(screen: Screen) -> None:
    before = screen.pixels()
    touch(screen, aids(screen)["contrast"])
    assert tuple(screen.app.colour["paper"]) == (0, 0, 0, 1)
    assert screen.pixels() != before
    touch(screen, aids(screen)["contrast"])
    assert screen.pixels() == before


def test_each_aid_is_12_mm_and_has_a_drawing_and_a_word(open_screen: Callable[..., Screen]) -> None:
    screen = open_screen(world=World(voice=Voice("vi", "en")))
    for language in languages():
        screen.show(Asking(0), "vi" if language == "en" else "en")
        screen.show(Asking(0, 9_000), language)
        assert set(aids(screen)) == {"large", "contrast", "listen"}
        for aid in aids(screen).values():
            assert min(aid.size) / PX_PER_MM >= 12
            assert aid.word
    assert PANEL == (800, 480)


ENDS: tuple[tuple[State, ...], ...] = (
    (*VISIT, Thanks(9_000, 0), Asking(0)),  # thanked, and over
    (*VISIT, Thanks(9_000, 0), Writing(0, 2)),  # the next citizen presses during thanks
    (*VISIT, Choosing("reasons", 9_000), Writing(0, 2)),
    (Writing(0, 4), Noted(0, 9_000), Asking(1, 9_000), Asking(0)),  # walked away
    (Trial(9_000),),
)


@pytest.mark.parametrize("states", ENDS, ids=lambda states: type(states[-2 if len(states) > 1 else 0]).__name__)
def test_what_a_visitor_chose_falls_back_when_the_visit_ends(states: tuple[State, ...], screen: Screen) -> None:
    touch(screen, aids(screen)["large"])
    touch(screen, aids(screen)["contrast"])
    for state in states[:-1]:
        screen.show(state)
        assert screen.app.large
        assert screen.app.contrast
    screen.show(states[-1])
    assert not screen.app.large
    assert not screen.app.contrast


def test_it_falls_back_when_nobody_touches_anything_any_more(screen: Screen) -> None:
    touch(screen, aids(screen)["large"])
    screen.now += 29_000
    touch(screen, aids(screen)["contrast"])  # still there
    screen.now += 29_000
    screen.app.look()
    assert screen.app.large
    screen.now += 1_000
    screen.app.look()
    assert not screen.app.large
    assert not screen.app.contrast


def test_the_button_to_listen_is_there_only_where_there_is_a_voice(open_screen: Callable[..., Screen]) -> None:
    screen = open_screen()
    screen.show(Asking(0))
    assert "listen" not in aids(screen)
    screen = open_screen(world=World(voice=Voice("vi")))
    screen.show(Asking(0), "vi")
    assert "listen" in aids(screen)
    screen.show(Asking(0, 9_000), "en")
    assert "listen" not in aids(screen)


def test_listening_reads_the_page_and_stops_with_it(open_screen: Callable[..., Screen]) -> None:
    voice = Voice("vi")
    screen = open_screen(world=World(voice=voice))
    screen.show(Asking(0))
    voice.heard.clear()
    touch(screen, aids(screen)["listen"])
    assert [heard[:2] for heard in voice.heard] == [("vi", "ask-procedure")]
    assert Settings().survey.questions[0].text.vi in voice.heard[0][2]
    screen.show(Writing(0, 3))
    assert voice.heard[-1] == ("hush",)


def test_what_can_be_heard_is_the_same_for_every_rating(open_screen: Callable[..., Screen]) -> None:
    voice = Voice("vi")
    screen = open_screen(world=World(voice=voice))
    assert len(set(histories(screen, voice))) == 1


def histories(screen: Screen, voice: Voice) -> Iterator[tuple[tuple[str, ...], ...]]:
    for rating in (5, 4, 3, 2, 1):
        screen.show(Asking(0))
        voice.heard.clear()
        for state in (Writing(0, rating), Noted(0, 9_000), Asking(1, 9_000), Sorry(1, 9_000), Thanks(9_000, 0)):
            screen.show(state)
            if "listen" in aids(screen):
                touch(screen, aids(screen)["listen"])
        yield tuple(voice.heard)
