"""What the technician should know, while the terminal goes on asking."""

from kivy.uix.widget import Widget


class Notices(Widget):
    """A calm field in the footer, in place of its usual words, so that nothing else moves; none if there is nothing."""
