"""The technician's screen: the band that says it is a trial, one page, and the way to the others."""

from collections.abc import Callable
from typing import Any

from kivy.properties import ListProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.states import Trial, View
from kiosk.ui.parting import empty
from kiosk.ui.staff.actions import ActionsPage
from kiosk.ui.staff.page import StaffPage
from kiosk.ui.staff.parts import Cover
from kiosk.ui.staff.seals import SealsPage
from kiosk.ui.staff.state import StatePage
from kiosk.ui.staff.trial import TrialPage

PAGES: dict[str, type[StaffPage]] = {
    "trial": TrialPage,
    "state": StatePage,
    "actions": ActionsPage,
    "seals": SealsPage,
}


class StaffScreen(Cover):
    """Opens with the tests."""

    name = StringProperty("")  # of the page
    page: StaffPage = ObjectProperty(None, allownone=True)
    view: View = ObjectProperty(None, allownone=True)
    tried = ListProperty([])

    def __init__(self, clock_ms: Callable[[], int], **properties: Any) -> None:
        super().__init__(**properties)
        self._clock_ms = clock_ms
        self.turn_to("trial")

    def turn_to(self, name: str) -> None:
        if self.page:
            self.page.close()
        self.page = PAGES[name](clock_ms=self._clock_ms, staff=self.staff, turn_to=self.turn_to, tried=self.tried)
        empty(self.ids.place)
        self.ids.place.add_widget(self.page)
        self.name = name
        self._tell_page()

    def look(self, *_: Any) -> None:
        self.page.look()

    def close(self) -> None:
        self.page.close()

    def on_tried(self, *_: Any) -> None:
        self.page.tried = self.tried

    def on_view(self, *_: Any) -> None:
        if isinstance(self.view.state, Trial) and self.view.state.last:
            self.tried = sorted({*self.tried, self.view.state.last[1]})
        self._tell_page()

    def on_touched(self) -> None:
        self.staff.touched()

    def _tell_page(self) -> None:
        if self.page and self.view:
            self.page.see(self.view)


class Tabs(BoxLayout):
    """The ways to the pages, and out."""


class TouchCorner(Widget):
    """One corner of the glass: marked once a finger was there."""

    place = StringProperty("")
    touched = ListProperty([])

    def on_touch_down(self, touch: Any) -> bool:
        if self.opacity and self.collide_point(*touch.pos) and self.place not in self.touched:
            self.touched = [*self.touched, self.place]
        return False
