"""The citizen's visit. One thread owns it: presses come in stamped, the log makes them durable, views go out.

    asking → press → writing → noted → asking the next question → ... → (choosing) → thanks → asking
                        └────▶ sorry, when the disk will not have it: that press is never written later

A technician may come in at any moment: then presses are trials, until they leave or touch nothing for a while.
Free of Kivy, pins, network and real time: `handle` and `tick` are the whole behaviour, `run` only waits.
"""

from collections.abc import Callable
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import Any

from kiosk.course import Course, ms
from kiosk.debounce import Debounce, Source
from kiosk.entry import Stamp
from kiosk.events import Call, Chosen, Event, Held, Kind, Language, Press, Release, Staff, StaffTouch, Stop, Write
from kiosk.recorder import Recorder
from kiosk.settings import Survey, Timing
from kiosk.states import Asking, Choosing, Noted, Sorry, State, Thanks, Trial, Via, View, What, Writing, is_broken
from kiosk.visit import Visit
from kiosk.votelog.log import Body, Place


class Booth:
    """Every method down to `stop` may be called from any thread, and returns at once."""

    def __init__(
        self,
        recorder: Recorder,
        survey: Survey,
        timing: Timing,
        language: str,
        now: Callable[[], Stamp],
        announce: Callable[[View], None],
    ) -> None:
        self._recorder, self._timing, self._now, self._announce = recorder, timing, now, announce
        self._course = Course(survey, timing)
        self._default_language = language
        self._debounce = Debounce(ms(timing.quiet), ms(timing.stuck))
        self._state: State = Asking(0)
        self._visit = Visit(language)
        self._waits_for_idle: tuple[int, Callable[[], None]] | None = None
        self._events: SimpleQueue[Event] = SimpleQueue()

    # From any thread: stamp where it happened, queue, return at once.

    def press(self, rating: int, via: Via) -> None:
        self._events.put(Press(rating, via, self._now()))

    def release(self, rating: int, via: Via) -> None:
        self._events.put(Release(rating, via, self._now().mono))

    def hold(self, rating: int) -> None:
        """A button that is down when the program starts."""
        self._events.put(Held(rating, self._now().mono))

    def choose_language(self, code: str) -> None:
        self._events.put(Language(code))

    def begin_in(self, code: str) -> None:
        """Every visit from now on begins in this language."""
        self._events.put(Language(code, stays=True))

    def choose(self, what: What, ids: tuple[str, ...]) -> None:
        """The answer on a Choosing screen; () is "skip"."""
        self._events.put(Chosen(what, ids, self._now()))

    def staff(self, inside: bool) -> None:
        """A technician has given the PIN, or leaves."""
        self._events.put(Staff(inside, self._now()))

    def staff_touch(self) -> None:
        """The technician is still there: the trial goes on."""
        self._events.put(StaffTouch(self._now().mono))

    def write(self, kind: Kind, body: Body) -> None:
        """An entry from elsewhere; this thread owns the log."""
        self._events.put(Write(kind, body, self._now()))

    def rest(self) -> None:
        self._events.put(Call(self._rest))

    def ping(self, answer: Callable[[], None]) -> None:
        """`answer` is called on the booth's thread, after every event that came before."""
        self._events.put(Call(answer))

    def when_idle(self, until: int, do: Callable[[], None]) -> None:
        """`do` is called once nobody is in a visit and no technician is in, unless that is later than `until` (ms)."""
        self._events.put(Call(lambda: self._wait_for_idle(until, do)))

    def stop(self) -> None:
        self._events.put(Stop())

    # The booth's own thread.

    def cannot_record(self, why: str) -> None:
        """Before `run`: the log could not be opened, or its `start` not be written."""
        self._recorder.fail(self._now(), why)

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
                if self._debounce.is_back((via, rating)):
                    self._tell_line("released", (via, rating))
                if self._debounce.press((via, rating), stamp.mono):
                    self._take(event)
            case Release(rating, via, at):
                self.tick(at)
                if self._debounce.release((via, rating), at):
                    self._tell_line("released", (via, rating))
            case Held(rating, at):
                self._debounce.press(("button", rating), at)
            case Language(code, stays):
                self._default_language = code if stays else self._default_language
                self._speak(code)
            case Chosen(what, ids, stamp):
                self.tick(stamp.mono)
                self._answer(what, ids, stamp)
            case _:
                self._serve(event)

    def _serve(self, event: Event) -> None:
        """What no citizen did."""
        match event:
            case Staff(inside, stamp):
                self.tick(stamp.mono)
                self._let_in(stamp) if inside else self._let_out("left", stamp)
            case StaffTouch(at):
                self.tick(at)
                self._renew_trial(at)
            case Write(kind, body, stamp):
                self._recorder.write(kind, stamp, body)
            case Call(do):
                do()

    def tick(self, now: int) -> None:
        """Give up lines that are stuck, and leave a state whose time is over."""
        for source in self._debounce.give_up(now):
            self._tell_line("stuck", source)
        until = getattr(self._state, "until", None)
        if until is None or now < until:
            return
        if isinstance(self._state, Trial):
            self._let_out("time", self._now())
        else:
            self._enter(self._course.after(self._state, now, self._visit.first is not None))

    @property
    def state(self) -> State:
        return self._state

    # A citizen's press, and what the log makes of it.

    def _take(self, press: Press) -> None:
        """A press that counts: what it means in this state."""
        match self._state:
            case Asking(question, noted_until=noted_until) if press.stamp.mono < noted_until:
                self._correct(question - 1, press)  # aimed at the question that was there a moment ago
            case Asking(question) | Sorry(question):
                self._record(question, press)
            case Noted(question):
                self._correct(question, press)
            case Thanks(deaf_until=deaf_until) if press.stamp.mono >= deaf_until:
                self._record_first(press)
            case Choosing(deaf_until=deaf_until) if press.stamp.mono >= deaf_until and press.via == "button":
                self._record_first(press)  # a touch is for the choices on the screen
            case Trial():
                self._try_out(press)

    def _correct(self, question: int, press: Press) -> None:
        """The last vote on a question counts; the same button again says nothing new."""
        if press.rating != self._visit.rating:
            self._record(question, press)

    def _record_first(self, press: Press) -> None:
        self._end_visit()
        self._record(0, press)

    def _record(self, question: int, press: Press) -> None:
        """Durable before visible: nobody is thanked before the log has it."""
        self._show(Writing(question, press.rating))
        place = self._recorder.append("vote", press.stamp, lambda place: self._vote(place, question, press))
        if place is None:
            self._enter(self._course.sorry(question, self._now().mono))
            return
        self._visit.first, self._visit.rating = self._visit.begun_at(place), press.rating
        self._enter(self._course.noted(question, self._now().mono))
        self._recorder.tell_refused()

    def _vote(self, place: Place, question: int, press: Press) -> dict[str, Any]:
        return self._visit.vote(place, self._course.questions[question], press)

    def _answer(self, what: What, ids: tuple[str, ...], stamp: Stamp) -> None:
        """On to the next state, recorded or not: the votes are safe, and a `fault` tells of an answer that is lost."""
        state = self._state
        if not isinstance(state, Choosing) or state.what != what or not self._course.offers(what, ids):
            return
        if ids:
            chosen = {"counter": ids[0]} if what == "counter" else {"choices": list(ids)}
            self._recorder.write(
                "answer", stamp, lambda place: {"visit": self._visit.begun_at(place).seq, "question": what, **chosen}
            )
        self._enter(self._course.after(state, self._now().mono, in_visit=True))

    # A technician. Nothing that fails here ends the trial: a full disk is when they are needed.

    def _let_in(self, stamp: Stamp) -> None:
        if isinstance(self._state, Trial):
            self._renew_trial(stamp.mono)
            return
        self._end_visit()
        self._recorder.write("staff", stamp, {"staff": "in"})
        self._enter(Trial(stamp.mono + ms(self._timing.trial)))

    def _let_out(self, why: str, stamp: Stamp) -> None:
        if isinstance(self._state, Trial):
            self._recorder.write("staff", stamp, {"staff": "out", "why": why})
            self._enter(Asking(0))

    def _renew_trial(self, at: int) -> None:
        if isinstance(self._state, Trial):
            self._show(replace(self._state, until=at + ms(self._timing.trial)))

    def _try_out(self, press: Press) -> None:
        """As a vote, in a visit of its own, and never counted."""
        self._recorder.write("trial", press.stamp, lambda place: self._vote(place, 0, press))
        if isinstance(self._state, Trial):
            self._show(replace(self._state, last=(press.via, press.rating)))

    # What every state shares.

    def _tell_line(self, what: str, source: Source) -> None:
        """A line became stuck, or was released: one `fault`, and everyone who shows it."""
        via, rating = source
        self._recorder.write("fault", self._now(), {"fault": what, "via": via, "rating": rating})
        self._show(self._state)

    def _enter(self, state: State) -> None:
        if isinstance(state, Asking) and not self._recorder.recovers():
            state = self._course.broken(self._now().mono)  # no question is asked whose answer would be lost
        if state == Asking(0) or is_broken(state):  # with a limit it belongs to a visit: a correction that failed
            self._end_visit()
        self._show(state)
        if isinstance(state, Thanks) or state == Asking(0):
            self._rest()
        self._tell_idle()

    def _end_visit(self) -> None:
        self._visit = Visit(self._default_language)

    def _rest(self) -> None:
        """Between visits only: the log may begin a successor here."""
        if isinstance(self._state, Thanks | Trial) or (isinstance(self._state, Asking) and not self._visit.first):
            self._recorder.rest()

    def _wait_for_idle(self, until: int, do: Callable[[], None]) -> None:
        self._waits_for_idle = until, do
        self._tell_idle()

    def _tell_idle(self) -> None:
        if self._waits_for_idle and (self._state == Asking(0) or is_broken(self._state)):
            (until, do), self._waits_for_idle = self._waits_for_idle, None
            if self._now().mono <= until:
                do()

    def _speak(self, code: str) -> None:
        """The visitor's language. Chosen and then left alone, it falls back for whoever comes next."""
        self._visit.language = code
        if isinstance(self._state, Asking) and not self._visit.first:  # within a visit it ends with the visit
            until = None if code == self._default_language else self._now().mono + ms(self._timing.language)
            self._state = Asking(0, until)
        self._show(self._state)

    def _show(self, state: State) -> None:
        self._state = state
        stuck = tuple(sorted({rating for _, rating in self._debounce.stuck}))
        self._announce(View(state, self._now().mono, self._visit.language, stuck))

    def _patience(self) -> float | None:
        """Seconds until something is due by itself; None if only an event can change anything."""
        due = [at for at in (getattr(self._state, "until", None), self._debounce.patience_ends) if at is not None]
        return max(0.0, (min(due) - self._now().mono) / 1000) if due else None
