"""Nobody learns from a public screen how many voted, nor how: the words are the same after every number of visits."""

import re
from collections.abc import Callable, Iterator
from itertools import product

import pytest

from assets.words import languages
from kiosk.settings import Choice, Reasons, Settings, Survey, Text, Unit
from kiosk.states import Asking, Choosing, Noted, Sorry, State, Thanks, Writing
from kiosk.ui.typeset import NO_BREAK
from tests.ui.conftest import Screen
from tests.ui.test_layout import visible_labels

pytestmark = pytest.mark.slow  # the whole of it belongs to `./setup.sh test screens`

HOTLINE = "0204 555 777"
COUNTERS = (
    Choice(id="a", text=Text(vi="Quầy A", en="Counter A")),
    Choice(id="b", text=Text(vi="Quầy B", en="Counter B")),
)
SETTINGS = Settings(
    unit=Unit(hotline=HOTLINE, counter=Text(vi="Quầy A", en="Counter A")),
    survey=Survey(counters=COUNTERS, reasons=Reasons(shown=True)),
)
PAGES: tuple[State, ...] = (
    Asking(0), Writing(0, 3), Noted(0, 9_000), Sorry(0, 9_000), Sorry(0, 9_000, broken=True),
    Asking(1, 9_000), Noted(1, 9_000),
    Choosing("counter", 9_000), Choosing("reasons", 9_000), Thanks(9_000, 0), Asking(0),
)  # fmt: skip
VISITS = ((), (5,), (1,), (5, 5, 1, 4, 4, 3, 2, 1, 1, 5, 5))  # the ratings given before somebody looks
KNOWN = {HOTLINE, "1/2", "2/2"}  # the question's place in the survey


@pytest.fixture
def screen(open_screen: Callable[..., Screen]) -> Screen:
    return open_screen(SETTINGS)


def test_the_words_of_every_page_are_the_same_after_every_number_of_visits(screen: Screen) -> None:
    seen = set()
    for ratings in VISITS:
        for rating in ratings:
            visit(screen, rating)
        seen.add(tuple(walk(screen)))
    assert len(seen) == 1


def test_the_only_digits_are_the_hotline_hours_and_the_questions_place(screen: Screen) -> None:
    visit(screen, 4)
    for text in walk(screen):
        left = text
        for known in KNOWN:
            left = left.replace(known, "")
        assert not re.search(r"\d", re.sub(r"\d\d:\d\d", "", left)), text


def visit(screen: Screen, rating: int) -> None:
    for question in (0, 1):
        screen.now += 1_000
        screen.show(Writing(question, rating))
        screen.show(Noted(question, screen.now + 3_000))
    screen.show(Thanks(screen.now + 9_000, screen.now))
    screen.show(Asking(0))


def walk(screen: Screen) -> Iterator[str]:
    """Every text of every public page, the idle one last."""
    for language, state in product(languages(), PAGES):
        screen.show(state, language)
        yield from texts(screen)
    for language in languages():
        screen.show(Asking(0), language)
        screen.app.root.rest()
        screen.frames(2)
        assert type(screen.page).__name__ == "Idle"
        yield from texts(screen)


def texts(screen: Screen) -> list[str]:
    return [label.sentence.replace(NO_BREAK, " ") for label in visible_labels(screen)]
