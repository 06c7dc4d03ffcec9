"""The window, and the one place where other threads reach the screen."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.lang import Builder
from kivy.properties import BooleanProperty, DictProperty, NumericProperty, ObjectProperty, StringProperty

from assets import words
from kiosk.settings import Settings
from kiosk.states import Via, View
from kiosk.ui import theme
from kiosk.ui.faces import FaceCard
from kiosk.ui.keyboard import Keyboard
from kiosk.ui.stage import Stage
from kiosk.ui.waking import wake

PARTS = ("fitted", "page", "header", "footer", "heading", "faces", "timebar", "notices")
SCREENS = ("ask", "noted", "sorry", "thanks")


class Door(Protocol):
    """The booth as the screen knows it. Called on the screen's thread; each returns at once."""

    def press(self, rating: int, via: Via) -> None: ...

    def release(self, rating: int, via: Via) -> None: ...

    def choose_language(self, code: str) -> None: ...


class KioskApp(App):  # type: ignore[misc]
    """What the layouts see as `app`: tokens, sentences, settings. Other threads call `show`, `picture` and `stop`."""

    language = StringProperty(words.DEFAULT)
    say = ObjectProperty()  # a sentence in the visitor's language
    px = DictProperty(rebind=True)  # sizes in px for this window
    colour = DictProperty(rebind=True)
    share = DictProperty(rebind=True)
    times = DictProperty(rebind=True)
    heading_share = NumericProperty(0.5)
    upright = BooleanProperty(False)  # higher than wide

    def __init__(
        self,
        settings: Settings,
        door: Door,
        notices: Sequence[str] = (),
        *,
        clock_ms: Callable[[], int],
        keys: Callable[[str, bool], None] | None = None,
        on_ready: Callable[[], None] = lambda: None,
    ) -> None:
        self._theme = theme.load()
        super().__init__(title=settings.unit.name.vi, say=_sentences(words.DEFAULT))
        self.settings, self.door, self.notices, self.clock_ms = settings, door, notices, clock_ms
        self.colour, self.share, self.times = self._theme.colours, self._theme.shares, self._theme.times
        self.languages = words.languages()
        self._keys, self._on_ready = keys, on_ready
        self._thread = threading.get_ident()

    def build(self) -> Stage:
        _load_layouts()
        self._fit()
        Window.bind(size=self._fit, on_request_close=self._stays_open)
        self._keyboard = Keyboard(self._keys, self.stop) if self._keys else None  # Kivy binds weakly: someone keeps it
        self._sleep = wake(self._on_ready)
        return Stage(self.settings.survey.questions, self.times["dip_ms"], self.clock_ms)

    def on_stop(self) -> None:
        self._sleep()
        Window.unbind(size=self._fit, on_request_close=self._stays_open)
        if self._keyboard:
            self._keyboard.close()

    def show(self, view: View) -> None:
        """From any thread."""
        Clock.schedule_once(lambda _: self._show(view))

    def stop(self, *_: Any) -> None:
        """From any thread."""
        Clock.schedule_once(lambda _: App.stop(self))

    def picture(self, file: Path) -> None:
        """From any thread: the screen as a PNG, drawn when all announced before was shown."""
        done = threading.Event()
        Clock.schedule_once(lambda _: self._picture(file, done))
        if threading.get_ident() != self._thread:
            done.wait()

    def press(self, card: FaceCard) -> None:
        self.door.press(card.rating, "touch")
        self.root.dip(card.rating, self.clock_ms())

    def let_go(self, card: FaceCard) -> None:
        self.door.release(card.rating, "touch")

    def choose_language(self, code: str) -> None:
        self.door.choose_language(code)

    def say_in(self, language: str, sentence: str) -> str:
        return _sentences(language)(sentence)

    def open_settings(self, *_: Any) -> bool:
        """Kivy's own settings, on F1: there are none."""
        return False

    def on_language(self, *_: Any) -> None:
        self.say = _sentences(self.language)

    def _show(self, view: View) -> None:
        self.language = view.language
        self.root.show(view)

    def _picture(self, file: Path, done: threading.Event) -> None:
        self.root.export_to_png(str(file))
        done.set()

    def _fit(self, *_: Any) -> None:
        self.px = self._theme.pixels(*Window.size)
        self.upright = Window.height > Window.width
        self.heading_share = self.share["heading_upright" if self.upright else "heading"]

    def _stays_open(self, *_: Any, **__: Any) -> bool:
        """Only a simulated terminal has a window that a person may close."""
        return self._keys is None


def _load_layouts() -> None:
    """Once in a process: Kivy would apply a layout that it loads twice twice."""
    for name in PARTS + SCREENS:
        if (file := str(Path(__file__).with_name(f"{name}.kv"))) not in Builder.files:
            Builder.load_file(file)


def _sentences(language: str) -> Callable[[str], str]:
    return words.catalogue("screens", language).gettext
