"""Who stands behind the citizen sees, 300 ms after a press, the same screen for every rating."""

from collections.abc import Callable

import pytest

from kiosk.settings import Choice, Reasons, Settings, Survey, Text
from kiosk.states import Asking, Choosing, Noted, Sorry, State, Thanks, Writing
from tests.ui.conftest import Screen

RATINGS = (5, 4, 3, 2, 1)
COUNTER = Choice(id="one", text=Text(vi="Quầy 1", en="Counter 1"))
SETTINGS = Settings(survey=Survey(counters=(COUNTER,), reasons=Reasons(shown=True)))
AFTERWARDS: tuple[State, ...] = (
    Noted(0, 3_500), Asking(1, 18_500), Noted(1, 21_000),
    Choosing("counter", 31_000, 22_500), Choosing("reasons", 41_000), Thanks(51_000, 42_500),
)  # fmt: skip


@pytest.fixture
def screen(open_screen: Callable[..., Screen]) -> Screen:
    return open_screen(SETTINGS)


def pressed(screen: Screen, rating: int) -> None:
    screen.now = 1_000
    screen.show(Asking(0))
    screen.hand.up(screen.hand.down(screen.card(rating).center), (1, 1))
    screen.frames()
    screen.show(Writing(0, rating))


def wait_for_the_dip(screen: Screen) -> None:
    screen.now += 300
    screen.rest(0.3)


def test_after_the_dip_every_pixel_is_the_same_for_every_rating(screen: Screen) -> None:
    histories = set()
    for rating in RATINGS:
        pressed(screen, rating)
        wait_for_the_dip(screen)
        history = [screen.pixels()]
        for state in AFTERWARDS:
            screen.show(state)
            history.append(screen.pixels())
        histories.add(tuple(history))
    assert len(histories) == 1


def test_a_rating_that_could_not_be_recorded_is_as_secret(screen: Screen) -> None:
    seen = set()
    for rating in RATINGS:
        pressed(screen, rating)
        screen.show(Sorry(0, 9_000))
        wait_for_the_dip(screen)
        seen.add(screen.pixels())
    assert len(seen) == 1


def test_during_the_dip_nothing_differs_outside_the_pressed_face(screen: Screen) -> None:
    screen.show(Asking(0))
    before = screen.pixels()
    screen.show(Writing(0, 2))
    during = screen.pixels()
    assert screen.card(2).dipped
    changed = [place for place in range(0, len(before), 4) if before[place : place + 4] != during[place : place + 4]]
    card = screen.card(2)
    width = screen.window.width
    assert changed
    for place in changed:
        row, column = divmod(place // 4, width)
        assert card.x - 1 <= column <= card.right + 1
        from_below, from_above = row, screen.window.height - row  # GL counts rows from below, a picture from above
        assert card.y - 1 <= from_below <= card.top + 1 or card.y - 1 <= from_above <= card.top + 1
