"""The rating could not be recorded, and that is said."""

from kiosk.ui.page import Rating


class Sorry(Rating):
    """The faces stay, for another attempt."""
