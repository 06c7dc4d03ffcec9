"""The citizen's visit. One thread owns it: presses come in stamped, the log makes them durable, views go out.

    asking → press → writing → noted → asking the next question → ... → thanks → asking
                        └────▶ sorry, when the disk will not have it: that press is never written later

Free of Kivy, pins, network and real time: `handle` and `tick` are the whole behaviour, `run` only waits.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from kiosk.debounce import Debounce
from kiosk.entry import Stamp
from kiosk.events import Event, Held, Language, Press, Refused, Release, Rest, Stop
from kiosk.settings import Timing
from kiosk.states import Asking, Noted, Sorry, State, Thanks, Via, View, Writing
from kiosk.votelog.log import Body, NotRecorded, Place


class Journal(Protocol):
    """What the booth needs of the log."""

    def append(self, kind: str, stamp: Stamp, body: Body) -> Place: ...
    def rest(self, stamp: Stamp) -> None: ...


class Booth:
    """`press`, `release`, `hold`, `choose_language`, `rest` and `stop` may be called from any thread."""

    def __init__(
        self,
        journal: Journal,
        questions: Sequence[str],
        timing: Timing,
        language: str,
        now: Callable[[], Stamp],
        announce: Callable[[View], None],
    ) -> None:
        self._journal, self._questions, self._timing, self._now, self._announce = (
            journal, questions, timing, now, announce,
        )  # fmt: skip
        self._default_language = self._language = language
        self._debounce = Debounce(_ms(timing.quiet), _ms(timing.stuck))
        self._state: State = Asking(0)
        self._visit: Place | None = None  # the visit's first vote
        self._rating = 0  # the last one noted
        self._refused: Refused | None = None
        self._events: SimpleQueue[Event] = SimpleQueue()

    # From any thread: stamp where it happened, queue, return at once.

    def press(self, rating: int, via: Via) -> None:
        self._events.put(Press(rating, via, self._now()))

    def release(self, rating: int, via: Via) -> None:
        self._events.put(Release(rating, via, self._now().mono))

    def hold(self, rating: int) -> None:
        self._events.put(Held(rating, self._now().mono))

    def choose_language(self, code: str) -> None:
        self._events.put(Language(code))

    def rest(self) -> None:
        self._events.put(Rest())

    def stop(self) -> None:
        self._events.put(Stop())

    # The booth's own thread.

    def run(self) -> None:
        """Until `stop`. An event that happened before a state ran out is handled before it runs out."""
        self._enter(self._state)
        while True:
            try:
                event = self._events.get(timeout=self._patience())
            except Empty:
                self.tick(self._now().mono)
                continue
            if isinstance(event, Stop):
                return
            self.handle(event)

    def handle(self, event: Event) -> None:
        match event:
            case Press(rating, via, stamp):
                self.tick(stamp.mono)
                if self._debounce.press((via, rating), stamp.mono):
                    self._take(event)
            case Release(rating, via, at):
                self._debounce.release((via, rating), at)
            case Held(rating, at):
                self._debounce.press(("button", rating), at)
            case Language(code):
                self._speak(code)
            case Rest():
                self._rest()

    def tick(self, now: int) -> None:
        """Leave a state whose time is over."""
        until = getattr(self._state, "until", None)
        if until is not None and now >= until:
            self._enter(self._after(self._state, now))

    @property
    def state(self) -> State:
        return self._state

    def _after(self, state: State, now: int) -> State:
        match state:
            case Noted(question) if question + 1 < len(self._questions):
                return Asking(question + 1, now + _ms(self._timing.next))
            case Noted():
                return Thanks(now + _ms(self._timing.thanks), now + _ms(self._timing.deaf))
            case Sorry(question) if self._visit:
                return Asking(question, now + _ms(self._timing.next))
            case _:
                return Asking(0)

    def _take(self, press: Press) -> None:
        """A press that counts: what it means in this state."""
        match self._state:
            case Asking(question) | Sorry(question):
                self._record(question, press)
            case Noted(question) if press.rating != self._rating:
                self._record(question, press)  # a correction: the last vote on a question counts
            case Thanks(deaf_until=deaf_until) if press.stamp.mono >= deaf_until:
                self._end_visit()
                self._record(0, press)

    def _record(self, question: int, press: Press) -> None:
        """Durable before visible: nobody is thanked before the log has it."""
        self._show(Writing(question, press.rating))
        try:
            place = self._journal.append("vote", press.stamp, lambda place: self._vote(place, question, press))
        except NotRecorded as error:
            self._refuse(press.stamp, str(error))
            self._enter(Sorry(question, self._now().mono + _ms(self._timing.sorry)))
            return
        self._visit = self._first_of_visit(place)
        self._rating = press.rating
        self._enter(Noted(question, self._now().mono + _ms(self._timing.noted)))
        self._tell_refused()

    def _vote(self, place: Place, question: int, press: Press) -> dict[str, Any]:
        return {
            "visit": self._first_of_visit(place).seq,
            "question": self._questions[question],
            "rating": press.rating,
            "lang": self._language,
            "via": press.via,
        }

    def _first_of_visit(self, place: Place) -> Place:
        """A visit lies in one log: if a successor began in the middle, its first vote there leads."""
        return self._visit if self._visit and self._visit.log == place.log else place

    def _refuse(self, stamp: Stamp, why: str) -> None:
        if self._refused is None:
            self._refused = Refused(0, why, stamp, stamp)
        self._refused.presses += 1
        self._refused.last = stamp

    def _tell_refused(self) -> None:
        if self._refused:
            try:
                self._journal.append("fault", self._now(), self._refused.body())
            except NotRecorded:
                return  # the next vote that is recorded tells it
            self._refused = None

    def _enter(self, state: State) -> None:
        if state == Asking(0):  # with a time limit it still belongs to a visit: a correction that failed
            self._end_visit()
        self._show(state)
        if isinstance(state, Thanks) or state == Asking(0):
            self._rest()

    def _end_visit(self) -> None:
        self._visit, self._rating, self._language = None, 0, self._default_language

    def _rest(self) -> None:
        """Between visits only: the log may begin a successor here."""
        if isinstance(self._state, Thanks) or (isinstance(self._state, Asking) and not self._visit):
            with suppress(NotRecorded):  # a full disk: the log asks again at the next rest, and a press tells
                self._journal.rest(self._now())

    def _speak(self, code: str) -> None:
        """The visitor's language. Chosen and then left alone, it falls back for whoever comes next."""
        self._language = code
        if isinstance(self._state, Asking) and not self._visit:  # within a visit it ends with the visit
            until = None if code == self._default_language else self._now().mono + _ms(self._timing.language)
            self._state = Asking(0, until)
        self._show(self._state)

    def _show(self, state: State) -> None:
        self._state = state
        self._announce(View(state, self._now().mono, self._language))

    def _patience(self) -> float | None:
        """Seconds until this state is over; None if it waits for a press."""
        until = getattr(self._state, "until", None)
        return None if until is None else max(0.0, (until - self._now().mono) / 1000)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
