"""What helps a visitor to read: large letters, high contrast, reading aloud. All fall back when a visit ends."""

from kivy.properties import BooleanProperty, ColorProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.states import Asking, Choosing, State, Thanks, Trial, Writing


class Aid(ButtonBehavior, Widget):
    """A drawing and a word; `on` while it is in use."""

    pictogram = StringProperty("large")
    word = StringProperty("")
    on = BooleanProperty(False)
    shown = BooleanProperty(True)
    ground = ColorProperty()
    above = ColorProperty()


class Aids(BoxLayout):
    """The row of them."""


def falls_back(before: State | None, now: State) -> bool:
    """Whether what a visitor chose ends here: the visit is over, or the next one begins."""
    match now:
        case Asking(question=0, until=None):
            return not (isinstance(before, Asking) and before.question == 0)
        case Writing(question=0):
            return isinstance(before, Thanks | Choosing)
        case _:
            return isinstance(now, Trial)
