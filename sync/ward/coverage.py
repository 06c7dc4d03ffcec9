"""Coverage: the minutes of opening sessions in which a kiosk could take votes. Pure; from dated spells and calendars.

    coverage = minutes able to take votes / minutes of opening sessions

`able` counts a spell from its latest possible beginning to its earliest possible end, `perhaps` the other way round: so
a boot whose date is wide makes the answer wide, and one without a date makes it uncertain for the days it may lie in.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sync.ward.opening import DAY_MINUTES, Session, stretches
from sync.ward.times import MINUTE

CERTAIN = 0.02  # of the minutes: what "surely" and "perhaps" may differ by before the answer is called uncertain


class Times(NamedTuple):
    """Unix ms, the end excluded."""

    begin: int
    end: int


class Able(NamedTuple):
    """One spell: the time in which it surely was, and in which it may have been."""

    surely: Times
    perhaps: Times


class Calendar(NamedTuple):
    """Holds from a moment on, until the next one does."""

    since: int  # Unix ms
    sessions: tuple[Session, ...]


class Coverage(NamedTuple):
    """Minutes, of one day or of many."""

    open: int = 0
    able: int = 0
    perhaps: int = 0

    @property
    def known(self) -> bool:
        """False: "chưa rõ"; the share lies between `share` and `at_most`."""
        return self.open > 0 and self.perhaps - self.able <= CERTAIN * self.open

    @property
    def share(self) -> float:
        """At least; of `open` minutes, which must not be 0."""
        return self.able / self.open

    @property
    def at_most(self) -> float:
        return self.perhaps / self.open

    def plus(self, other: "Coverage") -> "Coverage":
        return Coverage(*(a + b for a, b in zip(self, other, strict=True)))


def cover(day: date, ables: Sequence[Able], calendars: Sequence[Calendar], zone: ZoneInfo) -> Coverage:
    """Of one local day; `calendars` in the order in which they hold."""
    opened = list(opening_times(day, calendars, zone))
    surely = _within(opened, (one.surely for one in ables))
    perhaps = _within(opened, (one.perhaps for one in ables))
    whole = sum(end - begin for begin, end in opened)
    return Coverage(
        whole // MINUTE, min(surely // MINUTE, whole // MINUTE), min(-(-perhaps // MINUTE), whole // MINUTE)
    )


def opening_times(day: date, calendars: Sequence[Calendar], zone: ZoneInfo) -> Iterator[Times]:
    """When the counter is open on a local day; nothing before the first calendar was said."""
    first, last = moment(day, 0, zone), moment(day, DAY_MINUTES, zone)
    for one, following in zip(calendars, [*calendars[1:], None], strict=True):
        holds = Times(max(one.since, first), min(following.since if following else last, last))
        if holds.begin < holds.end:
            yield from _clipped(_sessions(day, one.sessions, zone), holds)


def common(some: Iterable[Times], others: Iterable[Times]) -> int:
    """ms in which both are; each may overlap with itself."""
    return _within(_union(some), others)


def moment(day: date, minute: int, zone: ZoneInfo) -> int:
    """Unix ms of a local minute of the day; the last one is the next midnight."""
    at = datetime.combine(day + timedelta(days=minute // DAY_MINUTES), time(), zone)
    minute %= DAY_MINUTES
    return int(at.replace(hour=minute // 60, minute=minute % 60).timestamp()) * 1000


def _sessions(day: date, sessions: tuple[Session, ...], zone: ZoneInfo) -> Iterator[Times]:
    midnight = day.weekday() * DAY_MINUTES
    for one in stretches(sessions):
        begin, end = one.first - midnight, one.last - midnight
        if 0 <= begin < DAY_MINUTES:
            yield Times(moment(day, begin, zone), moment(day, min(end, DAY_MINUTES), zone))


def _within(opened: Sequence[Times], spells: Iterable[Times]) -> int:
    return sum(end - begin for one in _union(spells) for begin, end in _clipped(opened, one))


def _clipped(times: Iterable[Times], bounds: Times) -> Iterator[Times]:
    for begin, end in times:
        clipped = Times(max(begin, bounds.begin), min(end, bounds.end))
        if clipped.begin < clipped.end:
            yield clipped


def _union(spells: Iterable[Times]) -> list[Times]:
    """Two terminals of one counter, or a wide date over another one, count once."""
    found: list[Times] = []
    for begin, end in sorted(one for one in spells if one.begin < one.end):
        if found and begin <= found[-1].end:
            found[-1] = Times(found[-1].begin, max(end, found[-1].end))
        else:
            found.append(Times(begin, end))
    return found
