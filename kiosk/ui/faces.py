"""The row of faces: cards that a finger presses."""

from math import ceil
from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk.ui.fitted import composition, measure
from kiosk.ui.grid import Grid, arrange
from kiosk.ui.parting import empty

WORD_LINES = 2
HIGHEST = "Ễ"  # the letter that needs most room
FINGERS = (None, "left")  # a touch panel has no buttons, a mouse counts with its left one


class FaceCard(Widget):
    """One face and its word. Tells `on_press`, and `on_let_go` wherever that finger leaves the screen."""

    rating = NumericProperty(3)
    word = StringProperty("")
    word_size = NumericProperty(10)
    word_room = NumericProperty(10)
    face = NumericProperty(10)
    dipped = BooleanProperty(False)

    def __init__(self, **properties: object) -> None:
        self.register_event_type("on_press")
        self.register_event_type("on_let_go")
        self._rise = Clock.create_trigger(self.rise, 0)
        super().__init__(**properties)

    def on_touch_down(self, touch: Any) -> bool:
        if not self.collide_point(*touch.pos) or touch.button not in FINGERS:
            return False
        touch.grab(self)
        self.dispatch("on_press")
        return True

    def on_touch_up(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self.dispatch("on_let_go")
        return True

    def dip(self, seconds: float) -> None:
        """Shows for so long that this face is pressed."""
        self._rise.cancel()
        self.dipped = True
        self._rise.timeout = seconds
        self._rise()

    def rise(self, *_: object) -> None:
        self.dipped = False

    def on_press(self) -> None:
        """A finger came down on this card."""

    def on_let_go(self) -> None:
        """That finger was lifted, or its touch was lost."""


class Faces(FloatLayout):
    """The cards of the ratings, in the order given, in the arrangement that makes the faces largest."""

    ratings = ListProperty([])
    gap = NumericProperty(0)
    pad = NumericProperty(0)
    most_word = NumericProperty(10)

    def __init__(self, **properties: object) -> None:
        self._arrange = Clock.create_trigger(self.arrange, -1)
        super().__init__(**properties)
        for name in ("pos", "size", "gap", "pad", "most_word"):
            self.fbind(name, self._arrange)

    def on_ratings(self, *_: object) -> None:
        empty(self)
        for rating in self.ratings:
            card = FaceCard(rating=rating, size_hint=(None, None))
            card.fbind("word", self._arrange)
            self.add_widget(card)
        self._arrange()

    def card(self, rating: int) -> FaceCard:
        cards: list[FaceCard] = self.children
        return next(card for card in cards if card.rating == rating)

    def arrange(self, *_: object) -> None:
        words = WORD_LINES * measure(HIGHEST, int(self.most_word), True)[1]
        grid = arrange(len(self.ratings), tuple(self.size), self.gap, self.pad, words)
        size = min(self._word_size(card.word, grid, words) for card in self.children)
        for place, rating in enumerate(self.ratings):
            card = self.card(rating)
            card.word_size, card.word_room, card.face = size, words, grid.face
            card.size = grid.card
            card.pos = self._place(place, grid)

    def _word_size(self, word: str, grid: Grid, room: float) -> int:
        return composition(word, (grid.card[0] - 2 * self.pad, room), int(self.most_word), WORD_LINES, True).size

    def _place(self, place: int, grid: Grid) -> tuple[float, float]:
        """Rows from the top, the last one centred, the whole in the middle of what is left."""
        row, column = divmod(place, grid.columns)
        in_row = min(grid.columns, len(self.ratings) - row * grid.columns)
        wide, tall = grid.card[0] + self.gap, grid.card[1] + self.gap
        left = self.center_x - (in_row * wide - self.gap) / 2
        top = self.center_y + (ceil(len(self.ratings) / grid.columns) * tall - self.gap) / 2
        return left + column * wide, top - row * tall - grid.card[1]
