"""The tests: every button and face, every lamp, the corners of the glass (on the screen around it), the sound."""

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.widget import Widget

from kiosk.states import Trial, View
from kiosk.ui.faces import FINGERS
from kiosk.ui.parting import empty
from kiosk.ui.staff.page import StaffPage

SHINES = 2  # s that a lamp stays lit


class TrialPage(StaffPage):
    """`last` is what was pressed last, `shining` the lamp that is lit."""

    last = NumericProperty(0)
    stuck = ListProperty([])
    shining = StringProperty("")

    def __init__(self, **properties: Any) -> None:
        self._dark = Clock.create_trigger(self.darken, SHINES)
        super().__init__(**properties)

    def see(self, view: View) -> None:
        self.stuck = list(view.stuck)
        if isinstance(view.state, Trial) and view.state.last:
            _via, self.last = view.state.last

    def light(self, lamp: str) -> None:
        """One lamp alone, for a moment."""
        self.staff.means.light(lamp)
        self.shining = lamp
        self._dark.cancel()
        self._dark()

    def darken(self, *_: Any) -> None:
        if self.shining:
            self.staff.means.light(None)
            self.shining = ""

    def close(self) -> None:
        self._dark.cancel()
        self.darken()


class Levels(BoxLayout):
    """A tile for each rating offered."""

    ratings = ListProperty([])
    page = ObjectProperty(None, rebind=True)

    def on_ratings(self, *_: Any) -> None:
        empty(self)
        for rating in self.ratings:
            self.add_widget(LevelTile(rating=rating, page=self.page))

    def on_page(self, *_: Any) -> None:
        for tile in self.children:
            tile.page = self.page


class LevelTile(Widget):
    """Lights up when its button is pressed. A finger on it is a press of the glass."""

    rating = NumericProperty(3)
    page = ObjectProperty(None, allownone=True, rebind=True)
    lit = BooleanProperty(False)
    stuck = BooleanProperty(False)

    def on_touch_down(self, touch: Any) -> bool:
        if not self.collide_point(*touch.pos) or touch.button not in FINGERS:
            return False
        touch.grab(self)
        self.page.staff.press(self.rating)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self.page.staff.let_go(self.rating)
        return True


class LampKey(ButtonBehavior, Widget):
    """Lights one lamp, and is lit meanwhile."""

    name = StringProperty("")
    page = ObjectProperty(rebind=True)
    word = StringProperty("")
    bulb = NumericProperty(10)
    shines = BooleanProperty(False)


class Lamps(GridLayout):
    """A key for each lamp whose name begins with `group`."""

    group = StringProperty("")
    page = ObjectProperty(None, allownone=True)

    def on_page(self, *_: Any) -> None:
        empty(self)
        for name in self.page.staff.means.lamps:
            if name.startswith(self.group):
                self.add_widget(LampKey(name=name, page=self.page))
