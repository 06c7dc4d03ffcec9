"""The rating could not be recorded, and that is said."""

from kivy.properties import BooleanProperty

from kiosk.ui.page import Rating


class Sorry(Rating):
    """The faces stay, for another attempt. `broken` is said to whoever comes, before a press."""

    broken = BooleanProperty(False)
