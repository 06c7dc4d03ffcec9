"""Thanks, and where to say more."""

from kiosk.ui.page import Page


class Thanks(Page):
    """The end of a visit. Nothing here is pressed; the panel begins a new one."""
