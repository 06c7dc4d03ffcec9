"""The keyboard of `--simulate`: keys 1 to 5. Without it this is not made, and a keyboard does nothing at all."""

from collections.abc import Callable
from typing import Any

from kivy.core.window import Window

NUMPAD = {257: "1", 258: "2", 259: "3", 260: "4", 261: "5"}
ESCAPE = 27


class Keyboard:
    """Tells `keys` of "1".."5" going down and up, once each: what the system repeats is left out."""

    def __init__(self, keys: Callable[[str, bool], None], escape: Callable[[], None]) -> None:
        self._keys, self._escape = keys, escape
        self._held: set[str] = set()
        Window.bind(on_key_down=self._down, on_key_up=self._up, focus=self._focus)

    def close(self) -> None:
        Window.unbind(on_key_down=self._down, on_key_up=self._up, focus=self._focus)

    def _down(self, _window: Any, key: int, *_: Any) -> None:
        if key == ESCAPE:
            self._escape()
        name = _name(key)
        if name and name not in self._held:
            self._held.add(name)
            self._keys(name, True)

    def _up(self, _window: Any, key: int, *_: Any) -> None:
        self._let_go(_name(key))

    def _focus(self, _window: Any, has: bool) -> None:
        """A window that loses the keyboard never hears of the key going up."""
        if not has:
            for name in tuple(self._held):
                self._let_go(name)

    def _let_go(self, name: str) -> None:
        if name in self._held:
            self._held.remove(name)
            self._keys(name, False)


def _name(key: int) -> str:
    return chr(key) if ord("1") <= key <= ord("5") else NUMPAD.get(key, "")
