"""What the technician's screens are made of."""

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk.staff import Staff


class Cover(FloatLayout):
    """Lies over the citizens' screens and lets no touch through to them. Tells of every touch by `on_touched`."""

    staff: Staff = ObjectProperty()

    def __init__(self, **properties: Any) -> None:
        self.register_event_type("on_touched")
        super().__init__(**properties)

    def on_touch_down(self, touch: Any) -> bool:
        self.dispatch("on_touched")
        super().on_touch_down(touch)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        super().on_touch_move(touch)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        super().on_touch_up(touch)
        return True

    def on_touched(self) -> None:
        """A finger came down, anywhere."""

    def look(self, *_: Any) -> None:
        """Time may have passed."""

    def close(self) -> None:
        """It is about to be taken away."""


class Key(ButtonBehavior, Widget):
    """A word in a box. `lit` is the one chosen, or on."""

    sentence = StringProperty("")
    most = NumericProperty(10)
    lit = BooleanProperty(False)
