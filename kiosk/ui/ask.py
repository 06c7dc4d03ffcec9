"""One question, and the faces that answer it."""

from kivy.properties import NumericProperty
from kivy.uix.widget import Widget

from kiosk.ui.page import Rating


class Notices(Widget):  # type: ignore[misc]
    """What the technician should know, in a band of its own; no band if there is nothing."""


class Ask(Rating):
    """Waits for a rating of `question`, the `number`th of `total`."""

    number = NumericProperty(1)
    total = NumericProperty(1)
