"""What lines say to this version: votes, evidence about time, and what people should know. Pure; nothing is refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Any, Literal

import msgspec

from sync.ward.dating import Anchor, clock_anchor
from sync.ward.opening import Opening, Sessions
from sync.ward.stretches import Stretch
from sync.ward.text import Text

Place = Annotated[int, msgspec.Meta(ge=1)]
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class Entry(msgspec.Struct, frozen=True):
    """One line, its body not yet read."""

    seq: int
    kind: str
    boot: str
    mono: Annotated[int, msgspec.Meta(ge=0)]
    wall: int
    clock: Literal["synced", "rtc", "unsynced"]
    body: msgspec.Raw


class Rating(msgspec.Struct, frozen=True):
    """The body of a `vote` or `trial`."""

    visit: Place  # seq of the visit's first vote
    question: Word
    rating: Annotated[int, msgspec.Meta(ge=1, le=5)]
    lang: Word
    via: Literal["button", "touch"]


class Question(msgspec.Struct, frozen=True):
    id: Word
    text: Text


class Survey(msgspec.Struct, frozen=True):
    questions: tuple[Question, ...]


class Start(msgspec.Struct, frozen=True):
    """The body of a `start`, as far as the ward reads it."""

    unit: Text
    counter: Text
    survey: Survey
    sessions: Sessions = ()
    torn: Annotated[int, msgspec.Meta(ge=0)] = 0  # entries before this one that cannot be read any more


class Anything(msgspec.Struct, frozen=True):
    """A body of which the ward reads nothing; it only has to be an object."""


BODIES: Mapping[str, type] = MappingProxyType(
    {"vote": Rating, "trial": Rating, "start": Start}
    | dict.fromkeys(("answer", "clock", "fault", "staff", "seal", "stop"), Anything)
)


class Vote(msgspec.Struct, frozen=True, gc=False):
    """A `vote` or `trial` as its line says it; with the log before it, the first columns of the table `votes`."""

    seq: int
    kind: str
    visit: int
    question: str
    rating: int
    lang: str
    via: str
    boot: str
    mono: int
    wall: int
    clock: str


class Remark(msgspec.Struct, frozen=True):
    """Something about a line that people should know."""

    kind: str
    about: str
    detail: str


@dataclass(slots=True)
class Reading:
    votes: list[Vote] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)  # what was open before, and those that began since
    openings: list[Opening] = field(default_factory=list)  # of each `start`
    start: int | None = None


class Unfit(ValueError):
    """The line is canonical and in its place, but does not say what its kind should."""


def read_lines(after: int, lines: Iterable[str], stretch: Stretch | None = None) -> Reading:
    """`stretch` is the one that entry `after` belongs to; it goes on if the lines do."""
    reading = Reading(stretches=[stretch] if stretch else [])
    for seq, line in enumerate(lines, after + 1):
        try:
            entry = _entry(line)
            if stretch is None or not stretch.goes_on(entry.seq, entry.boot, entry.mono):
                stretch = Stretch(entry.seq, entry.boot, entry.mono, entry.seq, entry.mono)
                reading.stretches.append(stretch)
            _take(reading, entry)
        except (Unfit, msgspec.ValidationError, RecursionError) as error:
            reading.remarks.append(Remark("unfit-line", f"entry {seq}", f"kept, not counted: {error}"))
    return reading


def read_start(line: str) -> Start:
    return msgspec.json.decode(_entry(line).body, type=Start)


def _entry(line: str) -> Entry:
    return _ENTRY.decode(line)


def _take(reading: Reading, entry: Entry) -> None:
    decoder = _DECODERS.get(entry.kind)
    if decoder is None:
        detail = "a kind that this version does not know; kept, and read after an upgrade by `ward rebuild`"
        reading.remarks.append(Remark("unknown-kind", entry.kind[:64], detail))
        return
    body = decoder.decode(entry.body)
    if isinstance(body, Rating):
        reading.votes.append(_vote(entry, body))
    if entry.kind == "start":
        reading.start = entry.seq
        reading.openings.append(Opening(entry.seq, body.sessions))
        if body.torn:
            detail = "one entry before it could not be read any more: a power cut in the middle of it, or a bad card"
            reading.remarks.append(Remark("torn", f"entry {entry.seq}", detail))
    if entry.kind in ("start", "clock") and entry.clock == "synced":
        reading.anchors.append(clock_anchor(entry.boot, entry.mono, entry.wall))


def _vote(entry: Entry, body: Rating) -> Vote:
    if body.visit > entry.seq:
        raise Unfit(f"its visit begins at entry {body.visit}, which comes later")
    return Vote(
        entry.seq, entry.kind, body.visit, body.question, body.rating, body.lang, body.via,
        entry.boot, entry.mono, entry.wall, entry.clock,
    )  # fmt: skip


_ENTRY = msgspec.json.Decoder(Entry)
_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {kind: msgspec.json.Decoder(body) for kind, body in BODIES.items()}
