"""The staff screen without its looks: who may come in, what it tells, what it does and what the log keeps of that.

What a terminal cannot do is None in `Means`, and is not offered. Every method is for the screen's thread and returns
at once; what takes time is asked in a thread and looked at again (`Watch`).
"""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from kiosk.entry import Stamp
from kiosk.pin import Guard
from kiosk.states import Via

Kind = Literal["staff"]
LOOK_EVERY = 4_000  # ms between two looks at the facts


class Booth(Protocol):
    """Each may be called from any thread and returns at once."""

    def press(self, rating: int, via: Via) -> None: ...
    def release(self, rating: int, via: Via) -> None: ...
    def staff(self, inside: bool) -> None: ...
    def staff_touch(self) -> None: ...
    def write(self, kind: Kind, body: dict[str, Any]) -> None: ...


class Fact(Protocol):
    """One line of the state page, already in the reader's language."""

    @property
    def name(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def trouble(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal of a past day: what stands above its QR, and what the QR says."""

    day: str
    text: str


@dataclass(frozen=True, slots=True)
class Level:
    """Something between two ends that a technician turns up and down, in percent."""

    name: str  # in the log
    value: Callable[[], int]
    set: Callable[[int], None]
    least: int = 0
    most: int = 100
    step: int = 10


Request = Callable[[], str]  # asks the courier, and gives the name of that request
Reply = Callable[[str, str], str | None]  # what came of a request, a sentence in a language; None: nothing yet


@dataclass(frozen=True, slots=True)
class Means:
    """What this terminal can do for a technician."""

    facts: Callable[[str], Sequence[Fact]] = lambda _language: ()
    lamps: Sequence[str] = ()  # by their names in the settings ("buttons.5", "status.ready"), and "buzzer"
    light: Callable[[str | None], object] = lambda _lamp: None  # that one alone, or all dark
    sound: Callable[[], None] | None = None
    send: Request | None = None
    export: Request | None = None
    offer: Callable[[str], str] = lambda _request: ""  # a ward's fingerprint to compare, in the answer to a request
    trust: Callable[[str], str] | None = None  # asks to believe that ward
    can: Callable[[], Collection[str]] = frozenset  # what the courier says of itself
    reply: Reply = lambda _request, _language: None
    volume: Level | None = None
    brightness: Level | None = None
    language: Callable[[str], None] | None = None  # the one that the terminal begins every visit with
    restart: Request | None = None
    seals: Callable[[], Sequence[Seal]] | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """Any PIN may be tried."""


@dataclass(frozen=True, slots=True)
class Checking:
    """A PIN is being checked; no other is taken meanwhile."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """The last PIN was not the right one; another may be tried."""


@dataclass(frozen=True, slots=True)
class Pausing:
    """No PIN is taken for so many ms."""

    ms: int


Look = Open | Checking | Wrong | Pausing  # what stands at the door


class Staff:
    """Lets a technician in and does what they ask. What changes something becomes a `staff` entry."""

    def __init__(
        self, guard: Guard, booth: Booth, means: Means, now: Callable[[], Stamp], threads: Executor | None = None
    ) -> None:
        self._guard, self._booth, self._now = guard, booth, now
        self.means = means
        self._threads = threads or ThreadPoolExecutor(1, "pin")
        self._check: Future[bool] | None = None
        self._request: str | None = None

    # The door.

    def look(self) -> Look:
        """What the door knows of the last PIN."""
        if self._check and not self._check.done():
            return Checking()
        if pause := self._guard.pause(self._now()):
            return Pausing(pause)
        return Wrong() if self._check and not self._check.result() else Open()

    def enter(self, pin: str) -> None:
        """Has it checked in a thread, as its hash and the disk take their time; one at a time."""
        if not isinstance(self.look(), Checking):
            self._check = self._threads.submit(self._admit, pin, self._now())

    def _admit(self, pin: str, now: Stamp) -> bool:
        """In the thread. Tells the booth if it is the right one; the booth announces the trial."""
        right = self._guard.admits(pin, now)
        if right:
            self._booth.staff(True)
        elif pause := self._guard.pause(now):
            self._booth.write("staff", {"staff": "refused", "pause": pause // 1000})
        return right

    def forget(self) -> None:
        """Whoever comes to the door next tried nothing yet."""
        if self._check and self._check.done():
            self._check = None

    def touched(self) -> None:
        self._booth.staff_touch()

    def leave(self) -> None:
        self._booth.staff(False)

    # The tests.

    def press(self, rating: int) -> None:
        self._booth.press(rating, "touch")

    def let_go(self, rating: int) -> None:
        self._booth.release(rating, "touch")

    # The actions.

    def send(self) -> None:
        self._ask("send", self.means.send)

    def export(self) -> None:
        self._ask("export", self.means.export)

    def offer(self) -> str:
        """The fingerprint of a ward's answer on the stick, which a person must hold against a paper; "" if none."""
        return self.means.offer(self._request) if self._request else ""

    def trust(self, fingerprint: str) -> None:
        """A person says that they are the same."""
        if self.means.trust:
            self._tell("trust", after=fingerprint)
            self._request = self.means.trust(fingerprint)

    def can(self, what: str) -> bool:
        return what in self.means.can()

    def reply(self, language: str) -> str | None:
        """What the courier said to the last thing it was asked."""
        return self.means.reply(self._request, language) if self._request else None

    def turn(self, level: Level, up: bool) -> int:
        """One step; the new value."""
        before = level.value()
        level.set(min(level.most, max(level.least, before + (level.step if up else -level.step))))
        after = level.value()
        if after != before:
            self._tell(level.name, before=before, after=after)
        return after

    def speak(self, language: str) -> None:
        """Now, and from now on at the beginning of every visit."""
        if self.means.language:
            self.means.language(language)
            self._tell("language", after=language)

    def restart(self) -> None:
        self._ask("restart", self.means.restart)

    def seals(self) -> Sequence[Seal]:
        return self.means.seals() if self.means.seals else ()

    def _ask(self, what: str, ask: Request | None) -> None:
        if ask:
            self._tell(what)
            self._request = ask()

    def _tell(self, what: str, **more: Any) -> None:
        self._booth.write("staff", {"staff": what, **more})


class Watch:
    """Asks for the facts in a thread, one look at a time; `poll` never waits and gives what is known so far."""

    def __init__(self, look: Callable[[str], Sequence[Fact]], threads: Executor) -> None:
        self._look, self._threads = look, threads
        self._looking: Future[Sequence[Fact]] | None = None
        self._asked: tuple[int, str] | None = None  # when, and in which language
        self._facts: Sequence[Fact] = ()

    def poll(self, now: int, language: str) -> Sequence[Fact]:
        """`now` in ms."""
        if self._looking and self._looking.done():
            self._facts, self._looking = self._looking.result(), None
        if not self._looking and self._is_due(now, language):
            self._asked = (now, language)
            self._looking = self._threads.submit(self._look, language)
        return self._facts

    def _is_due(self, now: int, language: str) -> bool:
        return self._asked is None or now - self._asked[0] >= LOOK_EVERY or self._asked[1] != language
