"""An optional follow-up by touch, after the votes are safe: the same neutral list for everyone, and a way past it."""

from collections.abc import Sequence
from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk.settings import Choice
from kiosk.ui.grid import shelves
from kiosk.ui.page import Page
from kiosk.ui.parting import empty

SKIP = ""  # the id of the way past


class ChoiceButton(ButtonBehavior, Widget):
    """One answer, or the way past."""

    key = StringProperty(SKIP)
    text = StringProperty("")
    skips = BooleanProperty(False)


class Choices(FloatLayout):
    """The answers of `items` in the order of the settings, and the way past as the last."""

    items: Sequence[Choice] = ListProperty([])
    language = StringProperty("")
    skip = StringProperty("")
    gap = NumericProperty(0)
    least = NumericProperty(1)  # px, the least height of a button

    def __init__(self, **properties: object) -> None:
        self._arrange = Clock.create_trigger(self.arrange, -1)
        super().__init__(**properties)
        for name in ("pos", "size", "gap", "least"):
            self.fbind(name, self._arrange)
        for name in ("items", "language", "skip"):
            self.fbind(name, self._fill)

    def _fill(self, *_: Any) -> None:
        empty(self)
        for item in self.items:
            self.add_widget(ChoiceButton(key=item.id, text=item.text.say(self.language), size_hint=(None, None)))
        self.add_widget(ChoiceButton(text=self.skip, skips=True, size_hint=(None, None)))
        self._arrange()

    def arrange(self, *_: Any) -> None:
        buttons = self.children[::-1]
        columns, wide, tall = shelves(len(buttons), tuple(self.size), self.gap, self.least)
        for place, button in enumerate(buttons):
            row, column = divmod(place, columns)
            button.size = wide, tall
            button.pos = self.x + column * (wide + self.gap), self.top - row * (tall + self.gap) - tall
        buttons[-1].width = self.right - buttons[-1].x  # the way past fills its row


class Choosing(Page):
    """`what` is "counter" or "reasons". A touch before `deaf_until` was meant for the page before."""

    what = StringProperty("reasons")
    deaf_until = NumericProperty(0)
