"""What the technician's pages are built on."""

from collections.abc import Callable
from typing import Any

from kivy.properties import ListProperty, ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.staff import Staff
from kiosk.states import View


class StaffPage(BoxLayout):
    """One page between the band and the tabs."""

    staff: Staff = ObjectProperty()
    clock_ms: Callable[[], int] = ObjectProperty()
    turn_to: Callable[[str], None] = ObjectProperty()
    tried = ListProperty([])  # the ratings pressed since the technician came in

    def see(self, view: View) -> None:
        """The booth announced something."""

    def look(self, *_: Any) -> None:
        """Something asked for may have come."""

    def close(self) -> None:
        """The page is about to be taken away."""
