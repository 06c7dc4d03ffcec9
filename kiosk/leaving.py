"""`kiosk restart`: asks the running terminal to end itself, so that systemd starts whatever release is installed now.

The terminal has no network and need not be ours to send signals to, so the request goes through the spool. It ends by
itself when its time is over: a terminal that is asked too early must not end an hour later, when nobody waits for it.
"""

from collections.abc import Callable
from pathlib import Path

from kiosk.delivery import is_held
from kiosk.spool import Request, answer, ask, for_terminal, reply, take_back

LONGEST = 3600.0  # s


class Leaving:
    """The terminal's side. `leave` ends the program; `when_idle` has it called when nobody is in a visit."""

    def __init__(
        self,
        folder: Path,
        when_idle: Callable[[int, Callable[[], None]], None],
        leave: Callable[[], None],
        complain: Callable[[str], None],
    ) -> None:
        self._folder, self._when_idle, self._leave, self._complain = folder, when_idle, leave, complain
        self._asked: list[str] = []

    def asked(self, request: Request) -> None:
        """For the clerk; answered when it is done."""
        try:
            until = request.at + round(min(float(request.more["for"]), LONGEST) * 1000)
        except (KeyError, TypeError, ValueError):
            self._complain("a request to end is not understood")
            return
        self._asked.append(request.id)
        if request.more.get("idle"):
            self._when_idle(until, self._leave)
        else:
            self._leave()

    def done(self) -> None:
        """The last thing that a terminal does."""
        for request in self._asked:
            reply(self._folder, request, {"done": True})


class Asking:
    """The command's side: asks at once, then `over` says whether that terminal has ended. Raises OSError."""

    def __init__(self, data: Path, seconds: float, *, idle: bool) -> None:
        self._folder, self._lock = for_terminal(data), data / "logs" / ".lock"
        self._holder = self._lock.read_bytes()
        self._request = ask(self._folder, "leave", **{"for": seconds, "idle": idle})

    def over(self) -> bool:
        """It said so, or is gone without a word; another one may have begun already."""
        answered = answer(self._folder, self._request) is not None
        return answered or not is_held(self._lock) or self._lock.read_bytes() != self._holder

    def give_up(self) -> bool:
        """True if no terminal has seen the request; one that has may end at the last moment."""
        return take_back(self._folder, self._request)
