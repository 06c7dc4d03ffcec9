"""RFC 9457 problem documents: every refusal has one stable type, one status, one title."""

from typing import Any

from sync.wire import Problem, Refusal

TITLES: dict[Refusal, tuple[int, str]] = {
    Refusal.UNKNOWN_LOG: (401, "This log is not enrolled at this ward"),
    Refusal.BAD_SIGNATURE: (401, "The signature does not fit"),
    Refusal.BAD_CODE: (403, "The code is not valid"),
    Refusal.GAP: (409, "Entries before these are missing"),
    Refusal.FORK: (409, "The ward holds other entries for this log"),
    Refusal.MALFORMED: (400, "The request does not have the agreed form"),
    Refusal.BROKEN_CHAIN: (422, "An entry does not fit the chain"),
    Refusal.TOO_LARGE: (413, "The batch is too large"),
    Refusal.TOO_MANY: (429, "Too many attempts"),
}


class Refused(Exception):
    """The request is answered with this problem and nothing of it is kept."""

    def __init__(self, problem: Problem, retry_after: int | None = None) -> None:
        super().__init__(": ".join(filter(None, (problem.title, problem.detail))))
        self.problem, self.retry_after = problem, retry_after  # s


class NoToken(Exception):
    """Who asks has shown no token that allows it."""


class LoginNeeded(Exception):
    """Nobody known asks for a page: they are led to where they can log in, or to `place` first."""

    def __init__(self, place: str = "") -> None:
        super().__init__(place)
        self.place = place


class NotAllowed(Exception):
    """Who asks is known, and this is not for them."""


class BadForm(Exception):
    """A form that changes something did not come from a page that this browser was given in this login."""


def problem(refusal: Refusal, detail: str = "", **more: Any) -> Problem:
    status, title = TITLES[refusal]
    return Problem(type=f"urn:hailong:{refusal}", title=title, status=status, detail=detail, **more)


def refuse(refusal: Refusal, detail: str = "", *, retry_after: int | None = None, **more: Any) -> Refused:
    return Refused(problem(refusal, detail, **more), retry_after)
