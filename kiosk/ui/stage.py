"""Shows what the booth announces: one screen at a time, and the dip of a pressed face."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from kivy.properties import NumericProperty
from kivy.uix.floatlayout import FloatLayout

from kiosk import states
from kiosk.calendar import Hours
from kiosk.settings import Question
from kiosk.ui.ask import Ask
from kiosk.ui.choosing import Choosing
from kiosk.ui.idle import Idle
from kiosk.ui.noted import Noted
from kiosk.ui.page import Page, Rating
from kiosk.ui.sorry import Sorry
from kiosk.ui.thanks import Thanks

LATER = ("noted", "thanks", "sorry", "idle", "choosing")  # built after the first frames, the next to be needed first


class Stage(FloatLayout):
    """Swaps whole screens at once: a transition would swallow touches while it lasts."""

    light = NumericProperty(1.0)  # less than 1 on the idle page outside every session

    def __init__(self, questions: Sequence[Question], dip_ms: int, clock_ms: Callable[[], int]) -> None:
        for event in ("on_touched", "on_woken", "on_calendar"):
            self.register_event_type(event)
        super().__init__()
        self._questions, self._dip_ms, self._clock_ms = questions, dip_ms, clock_ms
        self.ask = Ask(question=questions[0], total=len(questions))
        self.page: Page = self.ask
        self._pressed = (0, -dip_ms)  # the last rating pressed, and when
        self.add_widget(self.ask)

    @cached_property
    def noted(self) -> Noted:
        return Noted(question=self._questions[0])

    @cached_property
    def thanks(self) -> Thanks:
        return Thanks()

    @cached_property
    def sorry(self) -> Sorry:
        return Sorry(question=self._questions[0])

    @cached_property
    def idle(self) -> Idle:
        return Idle()

    @cached_property
    def choosing(self) -> Choosing:
        return Choosing()

    def build_next(self, *_: Any) -> bool:
        """One page that nobody has needed yet, so that it is there at once when it is. Tells whether there was one."""
        for name in LATER:
            if name not in vars(self):
                getattr(self, name)
                return True
        return False

    def show(self, view: states.View) -> None:
        match view.state:
            case states.Writing(question=number, rating=rating):
                if not isinstance(self.page, Rating):  # an idle page, or the last visitor's thanks: the next one begins
                    self._ask(number, None)
                self.dip(rating, view.since)
            case states.Asking(question=number, until=until):
                self._ask(number, None if until is None else (view.since, until))
            case states.Noted(question=number, until=until):
                self._rate(self.noted, number, (view.since, until))
            case states.Sorry(question=number, broken=broken):
                self.sorry.broken = broken
                self._rate(self.sorry, number, None)
            case states.Thanks(until=until):
                self._turn_to(self.thanks, (view.since, until))
            case states.Choosing(what=what, until=until):
                self.choosing.what = what
                self._turn_to(self.choosing, (view.since, until))

    def rest(self) -> None:
        """Nobody is there."""
        self._turn_to(self.idle, None)

    def say_hours(self, now: Hours, light: float) -> None:
        if isinstance(self.page, Idle):
            self.page.hours, self.light = now, light

    def on_touch_down(self, touch: Any) -> bool:
        """A touch on an idle screen only wakes it."""
        self.dispatch("on_touched")
        if isinstance(self.page, Idle):
            self.dispatch("on_woken")
            return True
        return bool(super().on_touch_down(touch))

    def dip(self, rating: int, pressed_ms: int) -> None:
        """A face dips for `dip_ms` after the press, whoever tells of it first and however late."""
        self._pressed = (rating, pressed_ms)
        self._dip_on(self.page)

    def _dip_on(self, page: Page) -> None:
        rating, pressed_ms = self._pressed
        left = pressed_ms + self._dip_ms - self._clock_ms()
        if left > 0 and isinstance(page, Rating):
            page.ids.faces.card(rating).dip(left / 1000)

    def _ask(self, number: int, span: tuple[int, int] | None) -> None:
        self.ask.number = number + 1
        self._rate(self.ask, number, span)

    def _rate(self, page: Rating, number: int, span: tuple[int, int] | None) -> None:
        page.question = self._questions[number]
        self._turn_to(page, span)

    def _turn_to(self, page: Page, span: tuple[int, int] | None) -> None:
        if page is not self.page:
            self.page.span = None
            self.remove_widget(self.page)
            self.add_widget(page, len(self.children))  # below what the technician has open
            self.page, self.light = page, 1.0
            self._dip_on(page)
        page.span = span

    def look_at_calendar(self, *_: Any) -> None:
        self.dispatch("on_calendar")

    def on_touched(self) -> None:
        """A finger came down, wherever."""

    def on_woken(self) -> None:
        """It came down on the idle page."""

    def on_calendar(self) -> None:
        """A session may have begun or ended."""
