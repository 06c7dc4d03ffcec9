"""In which opening session a vote was pressed: its dated time, held against the calendar that its log gave. Pure.

The calendar is the kiosk's own setting, written into each `start`; a `start` that says the same again changes nothing.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from sync.ward.text import Text
from sync.ward.times import SURE, minute_of_week

NO_SESSION = ""  # the kiosk said no calendar, or the time is too uncertain
OUTSIDE = "outside"  # surely outside every session
DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES

Weekday = Annotated[int, msgspec.Meta(ge=1, le=7)]  # 1 is Monday
ClockTime = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")]


class Session(msgspec.Struct, frozen=True):
    """As a kiosk's settings have it."""

    name: Text
    days: Annotated[tuple[Weekday, ...], msgspec.Meta(max_length=7)]
    from_: ClockTime = msgspec.field(name="from")
    to: ClockTime

    @property
    def title(self) -> str:
        """What a vote's session is called wherever it is counted."""
        return self.name.vi


Sessions = Annotated[tuple[Session, ...], msgspec.Meta(max_length=50)]


class Opening(NamedTuple):
    """The calendar that holds from an entry of a log on."""

    seq: int
    sessions: tuple[Session, ...]


class Stretch(NamedTuple):
    """Minutes of a week, from Monday 00:00, the last one excluded."""

    first: int
    last: int
    session: Session


def only_changes(before: tuple[Session, ...], openings: Iterable[Opening]) -> Iterator[Opening]:
    """Those that say something else than the one before them."""
    for one in openings:
        if one.sessions != before:
            before = one.sessions
            yield one


def holding(openings: Sequence[Opening], seq: int) -> tuple[tuple[Session, ...], range]:
    """The calendar at an entry, and the entries for which it is that one."""
    place = bisect_right(openings, seq, key=_seq)
    first = openings[place - 1].seq if place else 0
    last = openings[place].seq if place < len(openings) else 2**63
    return openings[place - 1].sessions if place else (), range(first, last)


def session_at(sessions: tuple[Session, ...], at: int | None, error: int | None, zone: ZoneInfo) -> str:
    """The name of the session; a date that may belong to two of them belongs to none."""
    if at is None or error is None or not sessions:
        return NO_SESSION
    slots = _slots(sessions)
    if error <= SURE:
        return slots.names[slots.at(minute_of_week(at, zone))]
    first, last = (slots.at(minute_of_week(moment, zone)) for moment in (at - error, at + error))
    alike = first == last and 2 * error < (slots.length(first) + 1) * SURE
    return slots.names[first] if alike else NO_SESSION


def stretches(sessions: Iterable[Session]) -> list[Stretch]:
    """A week's sessions as they follow each other. Where two overlap, the one that began earlier goes on."""
    found: list[Stretch] = []
    for first, last, session in sorted(_all(sessions), key=lambda one: one[:2]):
        begins = max(first, found[-1].last) if found else first
        if begins < last:
            found.append(Stretch(begins, last, session))
    return found


class Slots(NamedTuple):
    """A week cut where a session begins or ends."""

    cuts: tuple[int, ...]  # the first is 0
    names: tuple[str, ...]

    def at(self, minute: int) -> int:
        return bisect_right(self.cuts, minute) - 1

    def length(self, slot: int) -> int:
        ends = self.cuts[slot + 1] if slot + 1 < len(self.cuts) else WEEK_MINUTES
        return ends - self.cuts[slot]


@cache
def _slots(sessions: tuple[Session, ...]) -> Slots:
    cuts: dict[int, str] = {0: OUTSIDE}
    for first, last, session in stretches(sessions):
        cuts[first] = session.title
        cuts[last] = OUTSIDE
    cuts.pop(WEEK_MINUTES, None)
    return Slots(tuple(cuts), tuple(cuts.values()))


def _all(sessions: Iterable[Session]) -> Iterator[tuple[int, int, Session]]:
    for session in sessions:
        for day in session.days:
            midnight = (day - 1) * DAY_MINUTES
            yield midnight + _minute(session.from_), midnight + _minute(session.to), session


def _minute(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def _seq(opening: Opening) -> int:
    return opening.seq
