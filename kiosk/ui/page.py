"""What every screen is built on: the header, what it has to say, the footer."""

from kivy.properties import ColorProperty, ObjectProperty
from kivy.uix.boxlayout import BoxLayout


class Page(BoxLayout):
    """`ground` is the colour of the question; `span` is the time it stays, (since, until) in ms, or None."""

    ground = ColorProperty()
    span = ObjectProperty(None, allownone=True)


class Rating(Page):
    """A page with the faces: `question` is asked, noted, or could not be recorded."""

    question = ObjectProperty(rebind=True)
