"""What the booth can be doing, and what it tells everyone who shows it (screen, lamps). Times in CLOCK_BOOTTIME ms."""

from dataclasses import dataclass
from typing import Literal

Via = Literal["button", "touch"]
What = Literal["counter", "reasons"]  # what a Choosing screen asks for


@dataclass(frozen=True, slots=True)
class Asking:
    """Waiting for a rating of question `question` (0, 1, ...); from the second on only until `until`.

    Until `noted_until` nobody can have read it: a press was aimed at the question before, and corrects that one.
    """

    question: int
    until: int | None = None
    noted_until: int = 0


@dataclass(frozen=True, slots=True)
class Writing:
    """A press was taken and is on its way to the disk: its face dips, and nobody is thanked yet."""

    question: int
    rating: int


@dataclass(frozen=True, slots=True)
class Noted:
    """The rating is durable. Another button corrects it until `until`."""

    question: int
    until: int


@dataclass(frozen=True, slots=True)
class Thanks:
    """Every question is answered. Deaf until `deaf_until`; then a press begins a new visit."""

    until: int
    deaf_until: int


@dataclass(frozen=True, slots=True)
class Sorry:
    """The press could not be recorded, and never will be. A new press on the same question is a new attempt.

    `broken`: nothing can be recorded for now, whoever comes; at `until` the terminal tries again by itself.
    """

    question: int
    until: int
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Choosing:
    """The votes are safe; an optional follow-up by touch, until `until`. A button closes it and begins a new visit,
    but not before `deaf_until`: a correction that came a moment late is no new citizen."""

    what: What
    until: int
    deaf_until: int = 0


@dataclass(frozen=True, slots=True)
class Trial:
    """A technician is in: presses become `trial` entries, never counted. Ends `until` without a staff touch."""

    until: int
    last: tuple[Via, int] | None = None  # what was pressed last: button or face, and its rating


State = Asking | Writing | Noted | Thanks | Sorry | Choosing | Trial


def is_broken(state: State) -> bool:
    """Nothing can be recorded for now."""
    return isinstance(state, Sorry) and state.broken


@dataclass(frozen=True, slots=True)
class View:
    """One announcement of the booth: its state since `since`, and the visitor's language."""

    state: State
    since: int
    language: str
    stuck: tuple[int, ...] = ()  # ratings whose button is stuck, shown to the technician, ignored until released
