"""What the technician should know, while the terminal goes on asking."""

from kivy.uix.widget import Widget


class Notices(Widget):  # type: ignore[misc]
    """A calm band above the footer, on every page with faces so that they stay in place; none if there is nothing."""
