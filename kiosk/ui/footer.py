"""What helps to read, the hotline, and that no names are recorded."""

from kivy.properties import ColorProperty
from kivy.uix.boxlayout import BoxLayout


class Footer(BoxLayout):
    """The foot of every page of a visit. In large letters the languages stand here, for the header is away."""

    ground = ColorProperty()
