"""Without `--simulate` a keyboard does nothing at all; with it, 1 to 5 are told once each."""

from collections.abc import Callable
from itertools import product

from kiosk.states import Asking
from tests.ui.conftest import Screen

ESCAPE, F1, F11, F12, DELETE, ONE, FIVE, NUMPAD_3, LETTER_Q, LETTER_W = 27, 282, 292, 293, 127, 49, 53, 259, 113, 119
KEYS = (ESCAPE, F1, F11, F12, DELETE, ONE, FIVE, NUMPAD_3, LETTER_Q, LETTER_W)
HOLDING = ([], ["ctrl"], ["alt"], ["ctrl", "alt"], ["meta"])


def strike(screen: Screen, key: int, holding: list[str]) -> None:
    screen.window.dispatch("on_key_down", key, 0, chr(key), holding)
    screen.window.dispatch("on_keyboard", key, 0, chr(key), holding)
    screen.window.dispatch("on_key_up", key, 0)
    screen.frames(1)


def test_no_key_does_anything(screen: Screen) -> None:
    from kivy.base import EventLoop

    screen.show(Asking(0))
    before, children = screen.pixels(), list(screen.window.children)
    for key, holding in product(KEYS, HOLDING):
        strike(screen, key, holding)
    assert screen.door.heard == []
    assert screen.window.children == children
    assert not EventLoop.quit
    assert screen.pixels() == before


def test_the_window_cannot_be_closed(screen: Screen) -> None:
    assert screen.window.dispatch("on_request_close")


def test_simulated_keys_are_told_once_down_and_once_up(open_screen: Callable[..., Screen]) -> None:
    told: list[tuple[str, bool]] = []
    screen = open_screen(keys=lambda key, down: told.append((key, down)))
    for _ in range(3):  # the system repeats a key that is held
        screen.window.dispatch("on_key_down", FIVE, 0, "5", [])
    screen.window.dispatch("on_key_up", FIVE, 0)
    screen.window.dispatch("on_key_down", NUMPAD_3, 0, "3", [])
    screen.window.dispatch("on_key_up", NUMPAD_3, 0)
    screen.window.dispatch("on_key_down", LETTER_Q, 0, "q", [])
    screen.window.dispatch("on_key_up", LETTER_Q, 0)
    assert told == [("5", True), ("5", False), ("3", True), ("3", False)]
    assert screen.door.heard == []


def test_a_window_that_loses_the_keyboard_lets_go(open_screen: Callable[..., Screen]) -> None:
    told: list[tuple[str, bool]] = []
    screen = open_screen(keys=lambda key, down: told.append((key, down)))
    screen.window._focus = True  # what SDL's window sets; `focus` only shows it
    screen.window.dispatch("on_key_down", ONE, 0, "1", [])
    screen.window._focus = False
    assert told == [("1", True), ("1", False)]
