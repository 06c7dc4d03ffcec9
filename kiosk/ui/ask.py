"""One question, and the faces that answer it."""

from kivy.properties import NumericProperty, StringProperty

from kiosk.ui.page import Rating


class Ask(Rating):
    """Waits for a rating of `question`, the `number`th of `total`."""

    number = NumericProperty(1)
    total = NumericProperty(1)
    place = StringProperty("")  # "Question 1/2"
