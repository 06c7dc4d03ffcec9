"""What a technician does here."""

from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.staff import Level, Staff
from kiosk.ui.parting import empty
from kiosk.ui.staff.page import StaffPage
from kiosk.ui.staff.parts import Key

LOOK = 0.5  # s between two looks for the courier's reply
FORGETS = 10  # s after which a half-confirmed restart is not meant any more
ASKS = 2
SHORT = 110  # letters of news that stand beside everything else


class ActionsPage(StaffPage):
    """`asked` counts how often the restart was asked about; `news` is what came of the last request; `offer` is the
    fingerprint of a ward's answer on the stick, to be compared and confirmed."""

    asked = NumericProperty(0)
    news = StringProperty("")
    waiting = BooleanProperty(False)
    can_export = BooleanProperty(False)
    offer = StringProperty("")
    crowded = BooleanProperty(False)  # the news need the room of what can be turned up and down

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self.can_export = self.staff.can("export")
        self._looks = Clock.schedule_interval(self.look, LOOK)
        self._forget = Clock.create_trigger(self.forget, FORGETS)

    def close(self) -> None:
        self._looks.cancel()
        self._forget.cancel()

    def look(self, *_: Any) -> None:
        if said := self.staff.reply(App.get_running_app().language):
            self.news, self.waiting = said, False
        self.offer = self.staff.offer()

    def do(self, action: str) -> None:
        """It is "send", "export" or "restart": the courier does it, and says what came of it."""
        self.news, self.waiting = "", True
        getattr(self.staff, action)()
        self.look()

    def on_news(self, *_: Any) -> None:
        self.crowded = bool(self.offer) or len(self.news) > SHORT

    on_offer = on_news

    def trust(self) -> None:
        letters, self.news, self.waiting = self.offer, "", True
        self.staff.trust(letters)
        self.look()

    def restart(self) -> None:
        """Asked twice: a finger that slips must not darken the terminal."""
        if self.asked < ASKS:
            self.asked += 1
            self._forget()
        else:
            self.asked = 0
            self.do("restart")

    def forget(self, *_: Any) -> None:
        self.asked = 0


class Turner(BoxLayout):
    """A level between a key for less and a key for more."""

    staff: Staff = ObjectProperty(None, allownone=True)
    level: Level | None = ObjectProperty(None, allownone=True)
    name = StringProperty("")
    value = NumericProperty(0)

    def on_level(self, *_: Any) -> None:
        if self.level:
            self.value = self.level.value()

    def turn(self, up: bool) -> None:
        if self.level:
            self.value = self.staff.turn(self.level, up)


class TongueKey(Key):
    """One language."""

    code = StringProperty("")


class Tongues(BoxLayout):
    """Tells `on_choice` which language the terminal shall speak from now on."""

    codes = ListProperty([])

    def __init__(self, **properties: Any) -> None:
        self.register_event_type("on_choice")
        super().__init__(**properties)

    def on_codes(self, *_: Any) -> None:
        empty(self)
        for code in self.codes:
            key = TongueKey(code=code)
            key.bind(on_release=lambda key: self.dispatch("on_choice", key.code))
            self.add_widget(key)

    def on_choice(self, code: str) -> None:
        """That language was touched."""
