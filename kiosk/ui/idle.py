"""What stands on the screen while nobody is there: who asks, when, and where else to speak."""

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, ColorProperty, ListProperty, NumericProperty, ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.fitted import Fitted, composition
from kiosk.ui.page import Page
from kiosk.ui.parting import empty


class Idle(Page):
    """A touch anywhere only wakes it, a press on the panel is a vote as always. Drawn again when a session changes."""

    hours = ObjectProperty()
    look_ms = NumericProperty(1)

    def __init__(self, **properties: object) -> None:
        self._looks: Any = None
        super().__init__(**properties)

    def on_parent(self, *_: Any) -> None:
        """The calendar is looked at only while this page is shown."""
        if self._looks:
            self._looks.cancel()
            self._looks = None
        if self.parent:
            self._looks = Clock.schedule_interval(self.parent.look_at_calendar, self.look_ms / 1000)


class Line(Fitted):
    """One of them."""


class Lines(BoxLayout):
    """Sentences below each other, all in letters of one size: the largest in which each fits its lines."""

    sentences = ListProperty([])
    most = NumericProperty(10)
    most_lines = NumericProperty(1)
    room = NumericProperty(1)  # px, for all of them
    bold = BooleanProperty(False)
    color = ColorProperty()

    def __init__(self, **properties: object) -> None:
        self._arrange = Clock.create_trigger(self.arrange, -1)
        super().__init__(**properties)
        for name in ("sentences", "most", "most_lines", "room", "width"):
            self.fbind(name, self._arrange)

    def arrange(self, *_: Any) -> None:
        said = [sentence for sentence in self.sentences if sentence]
        if len(said) != len(self.children):
            empty(self)
            for _sentence in said:
                self.add_widget(Line())
        room = self.room / max(1, len(said))
        sizes = [composition(one, (self.width, room), int(self.most), self.most_lines, self.bold).size for one in said]
        for label, sentence in zip(self.children[::-1], said, strict=True):
            label.sentence, label.most, label.most_lines, label.room = sentence, min(sizes), self.most_lines, room
