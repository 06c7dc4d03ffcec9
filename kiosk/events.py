"""What reaches the booth from outside."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from kiosk.entry import Stamp
from kiosk.states import Via, What
from kiosk.votelog.log import Body

Kind = Literal["staff", "seal", "fault", "clock"]  # what others may have written: never a vote


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
    """The visitor's choice; one that `stays` is the technician's, for every visit from now on."""

    code: str
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """The answer on a Choosing screen; nothing chosen is "skip"."""

    what: What
    ids: tuple[str, ...]
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Staff:
    """A technician came in, or left."""

    inside: bool
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class StaffTouch:
    """The technician is still there."""

    at: int


@dataclass(frozen=True, slots=True)
class Write:
    """An entry from elsewhere: the booth owns the log."""

    kind: Kind
    body: Body
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Call:
    """Something that only the booth's thread may do, or that shows that it lives."""

    do: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Stop:
    """The last event of a run."""


Event = Press | Release | Held | Language | Chosen | Staff | StaffTouch | Write | Call | Stop
