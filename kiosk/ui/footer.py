"""The hotline, and that no names are recorded."""

from kivy.uix.boxlayout import BoxLayout


class Footer(BoxLayout):  # type: ignore[misc]
    """A quiet line at the foot of every screen."""
