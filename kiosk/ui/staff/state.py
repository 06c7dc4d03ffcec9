"""How the terminal is: every fact with its name, what must be mended first."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.properties import ListProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.staff import Fact, Watch
from kiosk.ui.fitted import composition, measure
from kiosk.ui.parting import empty
from kiosk.ui.staff.flow import flow
from kiosk.ui.staff.page import StaffPage

LOOK = 0.25  # s between two looks at what the thread has found
LINES = 3  # of a value, of what is wrong


class StatePage(StaffPage):
    """Shows one leaf of the facts; a thread asks for them every few seconds."""

    facts = ListProperty([])
    leaf = NumericProperty(0)
    leaves = NumericProperty(1)

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self._threads = ThreadPoolExecutor(1, "facts")
        self._watch = Watch(self.staff.means.facts, self._threads)
        self._looks = Clock.schedule_interval(self.look, LOOK)
        self._arrange = Clock.create_trigger(self.arrange, -1)
        for name in ("facts", "leaf"):
            self.fbind(name, self._arrange)
        self.ids.columns.bind(size=self._arrange)
        self.look()

    def close(self) -> None:
        self._looks.cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def look(self, *_: Any) -> None:
        found = self._watch.poll(self.clock_ms(), App.get_running_app().language)
        self.facts = sorted(found, key=lambda fact: fact.trouble is None)

    def turn(self, step: int) -> None:
        self.leaf = (self.leaf + step) % self.leaves

    def arrange(self, *_: Any) -> None:
        """The cards of this leaf, in as many columns as are wide enough."""
        app, place = App.get_running_app(), self.ids.columns
        columns = 1 if app.upright else 2
        wide = (place.width - (columns - 1) * place.spacing) / columns
        heights = [_card_height(fact, wide, app.px) for fact in self.facts]
        leaves = flow(heights, place.height, app.px["gap"], columns)
        self.leaves = len(leaves)
        self.leaf = min(self.leaf, self.leaves - 1)
        empty(place)
        for column in leaves[self.leaf]:
            place.add_widget(Column([FactCard(self.facts[number], heights[number]) for number in column]))


class Column(BoxLayout):
    """Cards from the top."""

    def __init__(self, cards: Sequence["FactCard"]) -> None:
        super().__init__()
        for card in reversed(cards):
            self.add_widget(card, len(self.children))
        self.add_widget(BoxLayout())


class FactCard(BoxLayout):
    """Its name, what it is, and what is wrong with it."""

    name = StringProperty("")
    value = StringProperty("")
    trouble = StringProperty("")
    lines = NumericProperty(LINES)

    def __init__(self, fact: Fact, height: float) -> None:
        super().__init__(size_hint_y=None, height=height)
        self.name, self.value, self.trouble = fact.name, fact.value, fact.trouble or ""


def _card_height(fact: Fact, width: float, px: dict[str, float]) -> float:
    inner = width - 2 * px["gap"]
    said = (fact.name, fact.value, fact.trouble or "")
    return sum(_height(text, inner, px["staff_small"]) for text in said) + 2 * px["card_pad"]


def _height(text: str, width: float, most: float) -> float:
    """As Fitted will set it."""
    if not text:
        return 0
    made = composition(text, (width, LINES * 2 * most), int(most), LINES, True)
    return sum(measure(line, made.size, True)[1] for line in made.lines)
