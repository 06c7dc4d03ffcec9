"""A button that is stuck: the technician is told calmly on the citizens' page, which goes on asking."""

from collections.abc import Callable

import pytest

from assets.words import languages
from kiosk.settings import Choice, Reasons, Settings, Survey, Text
from kiosk.states import Asking, Choosing, Noted, Sorry, State, Thanks, View
from kiosk.ui.typeset import NO_BREAK
from tests.ui.conftest import Screen
from tests.ui.test_layout import assert_whole, visible_labels

pytestmark = pytest.mark.slow  # `./setup.sh test screens`

PAGES: tuple[State, ...] = (
    Asking(0), Noted(0, 9_000), Sorry(0, 9_000), Thanks(9_000, 0),
    Choosing("counter", 9_000), Choosing("reasons", 9_000),
)  # fmt: skip
COUNTER = Choice(id="one", text=Text(vi="Quầy 1", en="Counter 1"))
EVERY_PAGE = Settings(survey=Survey(counters=(COUNTER,), reasons=Reasons(shown=True)))
NOTICE = {"vi": "Một nút bị kẹt", "en": "A button is stuck"}


def announce(screen: Screen, state: State, language: str, stuck: tuple[int, ...] = ()) -> None:
    screen.app.show(View(state, screen.now, language, stuck))
    screen.frames(3)


def words(screen: Screen) -> str:
    return " | ".join(label.text.replace("\n", " ").replace(NO_BREAK, " ") for label in visible_labels(screen))


@pytest.mark.parametrize("language", languages())
def test_it_is_said_on_every_public_page_and_goes_away(open_screen: Callable[..., Screen], language: str) -> None:
    screen = open_screen(EVERY_PAGE)
    for state in PAGES:
        announce(screen, state, language)
        before = words(screen)
        announce(screen, state, language, (2,))
        assert NOTICE[language] in words(screen), state
        for label in visible_labels(screen):
            assert_whole(label)
        announce(screen, state, language)
        assert words(screen) == before


def test_it_is_calm_no_alarm_and_the_faces_can_be_touched(screen: Screen) -> None:
    announce(screen, Asking(0), "vi", (2,))
    assert type(screen.page).__name__ == "Ask"
    screen.hand.down(screen.card(4).center)
    screen.frames(2)
    assert screen.door.heard == [("press", 4, "touch")]


def test_it_does_not_tell_which_button(screen: Screen) -> None:
    """It may be the one that somebody pressed a moment ago."""
    seen = set()
    for rating in (5, 4, 3, 2, 1):
        announce(screen, Asking(0), "vi", (rating,))
        seen.add(screen.pixels())
    assert len(seen) == 1
