"""The seals of past days: an inspector photographs them."""

from typing import Any

from kivy.properties import ListProperty, NumericProperty, ObjectProperty

from kiosk.ui.staff.page import StaffPage


class SealsPage(StaffPage):
    """One seal at a time, the newest first."""

    seals = ListProperty([])
    place = NumericProperty(0)
    seal = ObjectProperty(None, allownone=True)

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self.seals = list(self.staff.seals())

    def turn(self, step: int) -> None:
        """Towards older ones, or back."""
        self.place = min(max(0, self.place + step), max(0, len(self.seals) - 1))
