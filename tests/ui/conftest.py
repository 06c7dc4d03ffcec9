"""A real window off-screen, and fingers that go through Kivy's own input pipeline. Kivy has one window in a process."""

import gc
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from assets.compile_catalogues import compile_all
from kiosk.settings import Settings
from kiosk.states import Asking, State, Via, View, What
from kiosk.ui.environment import Display, prepare
from tests.ui.reel import Reel


class Door:
    """The booth's side of the screen: keeps what it is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[Any, ...]] = []

    def press(self, rating: int, via: Via) -> None:
        self.heard.append(("press", rating, via))

    def release(self, rating: int, via: Via) -> None:
        self.heard.append(("release", rating, via))

    def choose_language(self, code: str) -> None:
        self.heard.append(("language", code))

    def choose(self, what: What, ids: tuple[str, ...]) -> None:
        self.heard.append(("choose", what, ids))


class Screen:
    """A running app that a test turns frame by frame. `now` is the booth's clock in ms, the reel turns Kivy's."""

    def __init__(self, settings: Settings, hand: Any, reel: Reel, **options: Any) -> None:
        from kiosk.ui.app import KioskApp

        self.door, self.hand, self.now = Door(), hand, 1_000
        self.until, self.rest = reel.turn_until, reel.turn_for
        self._reel = reel
        self.app = KioskApp(settings, self.door, clock_ms=lambda: self.now, **options)
        # What App.run does before its endless loop; Kivy offers no public way to leave the loop to the caller.
        type(self.app)._running_app = self.app
        self.app._run_prepare()
        self.frames()

    @property
    def window(self) -> Any:
        return self.app.root.get_parent_window()

    @property
    def page(self) -> Any:
        return self.app.root.page

    def frames(self, count: int = 3) -> None:
        self._reel.turn(count)

    def resize(self, size: tuple[int, int]) -> None:
        self.window.size = size
        self.frames(2)

    def show(self, state: State, language: str = "vi", since: int | None = None, frames: int = 2) -> None:
        """The first frame shows it, the second has it laid out. Timers come due between frames."""
        self.app.show(View(state, self.now if since is None else since, language))
        self.frames(frames)

    def card(self, rating: int) -> Any:
        return self.page.ids.faces.card(rating)

    def pixels(self) -> bytes:
        self.frames(2)
        return bytes(self.app.root.export_as_image().texture.pixels)

    def close(self) -> None:
        self.window.remove_widget(self.app.root)
        self.app.dispatch("on_stop")  # the layouts' word `app` means this one until then


@pytest.fixture(scope="session")
def kivy() -> None:
    compile_all()
    os.environ["KCFG_GRAPHICS_MAXFPS"] = "0"  # a test does not wait for the next sixtieth of a second
    prepare(Display((800, 480), offscreen=True))


@pytest.fixture(scope="session")
def hand(kivy: None) -> Any:
    from kivy.base import runTouchApp
    from kivy.core.window import Window

    from kiosk.ui import app
    from tests.ui.hand import Hand

    assert Window, "no window: is SDL's offscreen driver there?"
    app.BUILD_EVERY = 3600  # s: a page that a test never shows need not be built
    runTouchApp(embedded=True)
    gc.freeze()  # what is here now stays; and a page is a thousand small things that live as long as a test
    gc.set_threshold(50_000, 10, 10)
    return Hand()


@pytest.fixture(scope="session")
def reel(hand: Any) -> Reel:
    return Reel()


@pytest.fixture
def open_screen(hand: Any, reel: Reel) -> Iterator[Callable[..., Screen]]:
    opened: list[Screen] = []

    def open_one(settings: Settings | None = None, **options: Any) -> Screen:
        close()
        opened.append(Screen(settings or Settings(), hand, reel, **options))
        opened[-1].resize((800, 480))
        return opened[-1]

    def close() -> None:
        while opened:
            opened.pop().close()

    yield open_one
    close()


@pytest.fixture
def screen(open_screen: Callable[..., Screen]) -> Screen:
    opened = open_screen()
    opened.show(Asking(0))
    return opened
