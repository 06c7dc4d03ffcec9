"""What reaches the booth from outside, and what it remembers of presses that it had to refuse."""

from dataclasses import dataclass
from typing import Any

from kiosk.entry import Stamp, plain
from kiosk.states import Via


@dataclass(frozen=True, slots=True)
class Press:
    rating: int
    via: Via
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Release:
    rating: int
    via: Via
    at: int  # ms


@dataclass(frozen=True, slots=True)
class Held:
    """Down when the program started: not a press until it has been released once."""

    rating: int
    at: int


@dataclass(frozen=True, slots=True)
class Language:
    code: str


@dataclass(frozen=True, slots=True)
class Rest:
    """Nobody pressed anything; the log asks for a moment between visits."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The last event of a run."""


Event = Press | Release | Held | Language | Rest | Stop


@dataclass(slots=True)
class Refused:
    """Presses that could not be recorded. Told in one `fault` when the log works again."""

    presses: int
    why: str
    first: Stamp
    last: Stamp

    def body(self) -> dict[str, Any]:
        when = {name: {"boot": s.boot, "mono": s.mono} for name, s in (("first", self.first), ("last", self.last))}
        return {"fault": "not-recorded", "presses": self.presses, "why": plain(self.why), **when}
