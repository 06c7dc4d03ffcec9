"""One question, and the faces that answer it."""

from kivy.properties import NumericProperty

from kiosk.ui.page import Rating


class Ask(Rating):
    """Waits for a rating of `question`, the `number`th of `total`."""

    number = NumericProperty(1)
    total = NumericProperty(1)
