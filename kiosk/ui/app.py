"""The window, and the one place where other threads reach the screen."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.lang import Builder
from kivy.properties import (
    BooleanProperty,
    DictProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)

from assets import words
from kiosk.calendar import hours
from kiosk.reading import Reading, reading
from kiosk.settings import Settings
from kiosk.staff import Staff
from kiosk.states import Asking, Choosing, State, Via, View, What
from kiosk.ui import theme
from kiosk.ui.aids import falls_back
from kiosk.ui.faces import FaceCard
from kiosk.ui.keyboard import Keyboard
from kiosk.ui.staff.door import StaffDoor
from kiosk.ui.stage import Stage
from kiosk.ui.waiting import Waiting
from kiosk.ui.waking import wake
from kiosk.ui.world import World

PARTS = ("fitted", "page", "header", "footer", "aids", "heading", "faces", "timebar", "notices", "qr", "stage")
SCREENS = ("ask", "noted", "sorry", "thanks", "choosing", "idle")
HEADINGS = {  # by large letters, and by a window higher than wide
    (False, False): "heading",
    (False, True): "heading_upright",
    (True, False): "heading_large",
    (True, True): "heading_large_upright",
}
BUILD_EVERY = 0.1  # s between two pages, so that a press never waits for more than one
STUCK = "A button is stuck: please tell the technician"  # not which: it may be the one that was just pressed


class Door(Protocol):
    """The booth as the screen knows it. Called on the screen's thread; each returns at once."""

    def press(self, rating: int, via: Via) -> None: ...

    def release(self, rating: int, via: Via) -> None: ...

    def choose_language(self, code: str) -> None: ...

    def choose(self, what: What, ids: tuple[str, ...]) -> None: ...


class KioskApp(App):
    """What the layouts see as `app`: tokens, sentences, settings. Other threads call `show`, `picture` and `stop`."""

    language = StringProperty(words.DEFAULT)
    say = ObjectProperty()  # a sentence in the visitor's language
    px = DictProperty(rebind=True)  # sizes in px for this window
    colour = DictProperty(rebind=True)
    share = DictProperty(rebind=True)
    times = DictProperty(rebind=True)
    heading_share = NumericProperty(0.5)
    upright = BooleanProperty(False)  # higher than wide
    large = BooleanProperty(False)  # what a visitor chose, until the visit ends
    contrast = BooleanProperty(False)
    readable = BooleanProperty(False)  # there is a voice for this page in this language
    notices = ListProperty([])
    seal = StringProperty("")  # of the day, shown while idle

    def __init__(  # noqa: PLR0913  what the terminal and the tests leave out is optional, and has a name
        self,
        settings: Settings,
        door: Door,
        notices: Sequence[str] = (),
        *,
        clock_ms: Callable[[], int],
        keys: Callable[[str, bool], None] | None = None,
        staff: Staff | None = None,
        on_ready: Callable[[], None] = lambda: None,
        world: World | None = None,
    ) -> None:
        self._theme, self.world = theme.load(), world or World()
        super().__init__(title=settings.unit.name.vi, say=self._sentences(words.DEFAULT))
        self.settings, self.door, self.clock_ms = settings, door, clock_ms
        self.notices = self._standing = list(notices)
        self._state: State | None = None
        self.colour, self.share, self.times = self._theme.colours, self._theme.shares, self._theme.times
        self.languages = self.world.sentences.languages()
        self._keys, self._on_ready, self._staff = keys, on_ready, staff
        self._thread = threading.get_ident()
        self._timers: list[Any] = []
        self._waiting = Waiting(clock_ms, ((settings.timing.language, self._plain), (settings.screen.idle, self._rest)))

    def build(self) -> Stage:
        _load_layouts()
        self._fit()
        Window.bind(size=self._fit, on_request_close=self._stays_open)
        self._keyboard = Keyboard(self._keys, self.stop) if self._keys else None  # Kivy binds weakly: someone keeps it
        self.staff_door = StaffDoor(self, self._staff) if self._staff else None
        self._building: Any = None
        self._sleep = wake(self._ready)
        return Stage(self.settings.survey.questions, self.times["dip_ms"], self.clock_ms)

    def on_stop(self) -> None:
        self._sleep()
        if self._building:
            self._building.cancel()
        for timer in self._timers:
            timer.cancel()
        self._waiting.stop()
        self.world.voice.hush()
        if self.staff_door:
            self.staff_door.close()
        Window.unbind(size=self._fit, on_request_close=self._stays_open)
        if self._keyboard:
            self._keyboard.close()

    def show(self, view: View) -> None:
        """From any thread."""
        Clock.schedule_once(lambda _: self._show(view))

    def stop(self, *_: Any) -> None:
        """From any thread."""
        Clock.schedule_once(lambda _: App.stop(self))

    def every(self, seconds: float, call: Callable[[], None]) -> None:
        """On the screen's thread, as long as its loop turns; draws nothing."""
        self._timers.append(Clock.schedule_interval(lambda _: call(), seconds))

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

    def choose(self, key: str) -> None:
        """An answer of the list; the empty key is the way past it."""
        if isinstance(self._state, Choosing) and self.clock_ms() >= self._state.deaf_until:
            self.door.choose(self._state.what, (key,) if key else ())

    def toggle_large(self) -> None:
        self.large = not self.large

    def toggle_contrast(self) -> None:
        self.contrast = not self.contrast

    def read_aloud(self) -> None:
        if said := self._reading():
            self.world.voice.read(self.language, *said)

    def touched(self) -> None:
        """A finger came down, wherever: whoever it is is still there."""
        if self._state == Asking(0):
            self._waiting.renew()

    def look(self) -> None:
        """Does at once what waiting has come to by now; the screen's own timer does the same in its time."""
        self._waiting.look()

    def wake_up(self) -> None:
        """From the idle page back to the question."""
        self._waiting.renew()
        self.root.show(View(Asking(0), self.clock_ms(), self.language))

    def show_seal(self, text: str) -> None:
        """From any thread: what the idle page shows as the seal of the day; an empty text takes it away."""
        Clock.schedule_once(lambda _: setattr(self, "seal", text))

    def look_at_calendar(self) -> None:
        """What the idle page says of the hours, and whether it is dimmed."""
        now = hours(self.settings.sessions, self.world.now(), self.world.clock_state())
        self.root.say_hours(now, self.settings.screen.dim if now.outside else 1.0)

    def pose(self, view: View, *, large: bool, contrast: bool, idle: bool) -> None:
        """For a picture, on the screen's thread: this view at once, as a visitor would have it who chose so."""
        self._state = None
        self._show(view)
        self.large, self.contrast = large, contrast
        if idle:
            self._rest()

    def say_in(self, language: str, sentence: str) -> str:
        return self._sentences(language)(sentence)

    def open_settings(self, *_: Any) -> bool:
        """Kivy's own settings, on F1: there are none."""
        return False

    def on_language(self, *_: Any) -> None:
        self.say = self._sentences(self.language)

    def on_large(self, *_: Any) -> None:
        self._fit()

    def on_contrast(self, *_: Any) -> None:
        self.colour = self._theme.contrast if self.contrast else self._theme.colours

    def _show(self, view: View) -> None:
        before, self._state = self._state, view.state
        if before != view.state:
            self.world.voice.hush()
        if falls_back(before, view.state):
            self._plain()
        self.language = view.language
        self.notices = [*self._standing, STUCK] if view.stuck else self._standing
        said = self._reading()
        self.readable = said is not None and self.world.voice.can_read(self.language, said[0])
        self._wait(before, view)
        if self.staff_door:
            self.staff_door.show(view)

    def _wait(self, before: State | None, view: View) -> None:
        """Only a terminal that waits for the first press of a visit goes idle; it stays so if nothing is new."""
        if view.state != Asking(0):
            self._waiting.stop()
        elif before == view.state:
            return
        else:
            self._waiting.renew()
        self.root.show(view)

    def _ready(self) -> None:
        """The question is shown; the other pages are built while it waits for an answer."""
        self._building = Clock.schedule_interval(self.root.build_next, BUILD_EVERY)
        self._on_ready()

    def _plain(self) -> None:
        self.large = self.contrast = False

    def _rest(self) -> None:
        if self.staff_door and self.staff_door.cover:
            return
        self.root.rest()
        self.look_at_calendar()

    def _reading(self) -> Reading | None:
        return reading(self._state, self.settings, self.language, self.say) if self._state else None

    def _sentences(self, language: str) -> Callable[[str], str]:
        said: Callable[[str], str] = self.world.sentences.catalogue("screens", language).gettext
        return said

    def _picture(self, file: Path, done: threading.Event) -> None:
        self.root.export_to_png(str(file))
        done.set()

    def _fit(self, *_: Any) -> None:
        self.upright = Window.height > Window.width
        self.px = self._theme.pixels(Window.width, Window.height, self.large)
        self.heading_share = self.share[HEADINGS[self.large, self.upright]]

    def _stays_open(self, *_: Any, **__: Any) -> bool:
        """Only a simulated terminal has a window that a person may close."""
        return self._keys is None


def _load_layouts() -> None:
    """Once in a process: Kivy would apply a layout that it loads twice twice."""
    for name in PARTS + SCREENS:
        if (file := str(Path(__file__).with_name(f"{name}.kv"))) not in Builder.files:
            Builder.load_file(file)
