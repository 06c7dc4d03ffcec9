"""Shows what the booth announces: one screen at a time, and the dip of a pressed face."""

from collections.abc import Callable, Sequence

from kivy.uix.floatlayout import FloatLayout

from kiosk import states
from kiosk.settings import Question
from kiosk.ui.ask import Ask
from kiosk.ui.noted import Noted
from kiosk.ui.page import Page, Rating
from kiosk.ui.sorry import Sorry
from kiosk.ui.thanks import Thanks


class Stage(FloatLayout):  # type: ignore[misc]
    """Swaps whole screens at once: a transition would swallow touches while it lasts."""

    def __init__(self, questions: Sequence[Question], dip_ms: int, clock_ms: Callable[[], int]) -> None:
        super().__init__()
        self._questions, self._dip_ms, self._clock_ms = questions, dip_ms, clock_ms
        first = questions[0]
        self.ask, self.noted = Ask(question=first, total=len(questions)), Noted(question=first)
        self.sorry, self.thanks = Sorry(question=first), Thanks()
        self.page: Page = self.ask
        self._pressed = (0, -dip_ms)  # the last rating pressed, and when
        self.add_widget(self.ask)

    def show(self, view: states.View) -> None:
        match view.state:
            case states.Writing(rating=rating):
                self.dip(rating, view.since)
            case states.Asking(question=number, until=until):
                self.ask.number = number + 1
                self._rate(self.ask, number, None if until is None else (view.since, until))
            case states.Noted(question=number, until=until):
                self._rate(self.noted, number, (view.since, until))
            case states.Sorry(question=number):
                self._rate(self.sorry, number, None)
            case states.Thanks(until=until):
                self._turn_to(self.thanks, (view.since, until))

    def dip(self, rating: int, pressed_ms: int) -> None:
        """A face dips for `dip_ms` after the press, whoever tells of it first and however late."""
        self._pressed = (rating, pressed_ms)
        self._dip_on(self.page)

    def _dip_on(self, page: Page) -> None:
        rating, pressed_ms = self._pressed
        left = pressed_ms + self._dip_ms - self._clock_ms()
        if left > 0 and isinstance(page, Rating):
            page.ids.faces.card(rating).dip(left / 1000)

    def _rate(self, page: Rating, number: int, span: tuple[int, int] | None) -> None:
        page.question = self._questions[number]
        self._turn_to(page, span)

    def _turn_to(self, page: Page, span: tuple[int, int] | None) -> None:
        if page is not self.page:
            self.page.span = None
            self.clear_widgets()
            self.add_widget(page)
            self.page = page
            self._dip_on(page)
        page.span = span
