"""The tests: every button and face, every lamp, the corners of the glass (on the screen around it), the sound."""

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.widget import Widget

from kiosk.staff import Lamp, Staff
from kiosk.states import Trial, View
from kiosk.ui.faces import FINGERS
from kiosk.ui.staff.page import StaffPage

SHINES = 2  # s that a lamp's key stays lit


class TrialPage(StaffPage):
    """`last` is what was pressed last, `tried` all that was pressed since the page was opened."""

    last = NumericProperty(0)
    tried = ListProperty([])
    stuck = ListProperty([])

    def see(self, view: View) -> None:
        self.stuck = list(view.stuck)
        if isinstance(view.state, Trial) and view.state.last:
            _via, self.last = view.state.last
            self.tried = sorted({*self.tried, self.last})


class Levels(BoxLayout):  # type: ignore[misc]
    """A tile for each rating offered."""

    ratings = ListProperty([])
    page = ObjectProperty(None, rebind=True)

    def on_ratings(self, *_: Any) -> None:
        self.clear_widgets()
        for rating in self.ratings:
            self.add_widget(LevelTile(rating=rating, page=self.page))

    def on_page(self, *_: Any) -> None:
        for tile in self.children:
            tile.page = self.page


class LevelTile(Widget):  # type: ignore[misc]
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


class LampKey(ButtonBehavior, Widget):  # type: ignore[misc]
    """Lights one lamp for a moment, and is lit meanwhile."""

    lamp: Lamp = ObjectProperty()
    name = StringProperty("")
    word = StringProperty("")
    bulb = NumericProperty(10)
    shines = BooleanProperty(False)

    def on_press(self) -> None:
        self.lamp.light()
        self.shines = True
        Clock.schedule_once(self._goes_out, SHINES)

    def _goes_out(self, *_: Any) -> None:
        self.shines = False


class Lamps(GridLayout):  # type: ignore[misc]
    """A key for each lamp whose name begins with `group`."""

    staff: Staff = ObjectProperty(None, allownone=True)
    group = StringProperty("")

    def on_staff(self, *_: Any) -> None:
        self.fill()

    def on_group(self, *_: Any) -> None:
        self.fill()

    def fill(self) -> None:
        self.clear_widgets()
        for lamp in self.staff.means.lamps if self.staff and self.group else ():
            if lamp.name.startswith(self.group):
                self.add_widget(LampKey(lamp=lamp, name=lamp.name))
