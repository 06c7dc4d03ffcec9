"""The course of a visit: which state follows which when its time is over, and how long each lasts."""

from kiosk.settings import Survey, Timing
from kiosk.states import Asking, Choosing, Noted, Sorry, State, Thanks, What

RETRY = 10_000  # ms between two attempts to write again, while nothing can be recorded


class Course:
    """Knows the survey and the times, and nothing of presses or the log. Times in ms."""

    def __init__(self, survey: Survey, timing: Timing) -> None:
        self._timing = timing
        self.questions = tuple(question.id for question in survey.questions)
        self._offered: dict[What, frozenset[str]] = {}
        if survey.counters:
            self._offered["counter"] = frozenset(choice.id for choice in survey.counters)
        if survey.reasons.shown:
            self._offered["reasons"] = frozenset(choice.id for choice in survey.reasons.choices)

    def noted(self, question: int, now: int) -> Noted:
        return Noted(question, now + ms(self._timing.noted))

    def sorry(self, question: int, now: int) -> Sorry:
        return Sorry(question, now + ms(self._timing.sorry))

    def broken(self, now: int) -> Sorry:
        return Sorry(0, now + RETRY, broken=True)

    def after(self, state: State, now: int, in_visit: bool) -> State:
        """`in_visit`: at least one vote of this visit is in the log."""
        match state:
            case Noted(question, until) if question + 1 < len(self.questions):
                return Asking(question + 1, now + ms(self._timing.next), until + ms(self._timing.late))
            case Noted():
                return self._choosing_after(None, now, now + ms(self._timing.deaf))
            case Choosing(what, _, deaf_until):
                return self._choosing_after(what, now, deaf_until)
            case Sorry(question) if in_visit:
                return Asking(question, now + ms(self._timing.next))
            case _:
                return Asking(0)

    def offers(self, what: What, ids: tuple[str, ...]) -> bool:
        """Whether these can be the answer: one counter, or any of the reasons; nothing is "skip"."""
        return set(ids) <= self._offered.get(what, frozenset()) and (what == "reasons" or len(ids) <= 1)

    def _choosing_after(self, what: What | None, now: int, deaf_until: int) -> Choosing | Thanks:
        """The votes are safe: which counter, then what mattered, then thanks; each only where it is asked."""
        order: list[What] = list(self._offered)
        rest = order[order.index(what) + 1 :] if what else order
        if rest:
            return Choosing(rest[0], now + ms(self._timing.choose), deaf_until)
        return Thanks(now + ms(self._timing.thanks), deaf_until)


def ms(seconds: float) -> int:
    return round(seconds * 1000)
