"""The rating is safe; another face corrects it."""

from kiosk.ui.page import Rating


class Noted(Rating):
    """Shown for a moment after each rating."""
