"""A label that is never cut off: it takes the largest letters that fit its width and the room it is given."""

from functools import cache, lru_cache

from kivy.clock import Clock
from kivy.core.text import Label as Measuring
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.label import Label

from kiosk.ui.lines import Composition, compose
from kiosk.ui.typeset import typeset


class Fitted(Label):
    """`most` is its letters' size in px if there is room, `room` the height it may take; it sets its own height."""

    sentence = StringProperty("")
    most = NumericProperty(10)
    most_lines = NumericProperty(1)
    room = NumericProperty(1)
    ink_width = NumericProperty(0)  # px of the longest line

    def __init__(self, **properties: object) -> None:
        self._fit = Clock.create_trigger(self.fit, -1)
        super().__init__(**properties)
        for name in ("sentence", "most", "most_lines", "room", "width", "bold"):
            self.fbind(name, self._fit)
        self._fit()

    def fit(self, *_: object) -> None:
        made = composition(self.sentence, (self.width, self.room), int(self.most), self.most_lines, self.bold)
        self.font_size = made.size
        self.text = "\n".join(made.lines)
        extents = [measure(line, made.size, self.bold) for line in made.lines]
        self.ink_width = max(width for width, _ in extents)
        self.height = sum(height for _, height in extents) if self.sentence else 0


@lru_cache(maxsize=1024)
def composition(sentence: str, box: tuple[float, float], most: int, most_lines: int, bold: bool) -> Composition:
    return compose(typeset(sentence), box, most, most_lines, lambda line, size: measure(line, size, bold))


@cache
def measure(line: str, size: int, bold: bool) -> tuple[int, int]:
    """Width and height in px; letters with two marks above make a line higher."""
    width, height = Measuring(font_size=size, bold=bold).get_extents(line)
    return width, height
