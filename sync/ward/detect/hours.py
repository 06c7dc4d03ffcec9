"""A kiosk's week of sessions, in minutes: how far from one a visit is, how long a day has, how much of it was dark."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sync.ward.opening import DAY_MINUTES, WEEK_MINUTES, Session, stretches
from sync.ward.times import MINUTE, minute_of_week, start_of_day


class Off(NamedTuple):
    """A stretch in which a kiosk could take no vote. Unix ms."""

    begins: int
    ends: int


class Hours:
    def __init__(self, sessions: Iterable[Session], zone: ZoneInfo) -> None:
        self._stretches, self._zone = stretches(sessions), zone
        self._away: dict[int, int] = {}  # by minute of the week

    def away(self, at: int) -> int:
        """Minutes to the nearest session, also across the end of the week; 0 within one, and without a calendar."""
        minute = minute_of_week(at, self._zone)
        if minute not in self._away:
            self._away[minute] = self._distance(minute)
        return self._away[minute]

    def _distance(self, minute: int) -> int:
        gaps = [max((one.first - minute) % WEEK_MINUTES, 0) for one in self._stretches]
        gaps += [(minute - one.last) % WEEK_MINUTES + 1 for one in self._stretches]
        within = any(one.first <= minute < one.last for one in self._stretches)
        return 0 if within or not gaps else min(gaps)

    def minutes(self, day: date) -> int:
        return sum(last - first for first, last in self._of(day))

    def dark(self, day: date, off: Sequence[Off]) -> int:
        """Minutes of the day's sessions in which it could take no vote; stretches may overlap."""
        midnight = start_of_day(day, self._zone)
        held = [Off(midnight + first * MINUTE, midnight + last * MINUTE) for first, last in self._of(day)]
        return sum(_overlap(one, off) for one in held) // MINUTE

    def _of(self, day: date) -> list[tuple[int, int]]:
        start = day.weekday() * DAY_MINUTES
        within = [one for one in self._stretches if start <= one.first < start + DAY_MINUTES]
        return [(one.first - start, one.last - start) for one in within]


def _overlap(held: Off, off: Sequence[Off]) -> int:
    total, done = 0, held.begins
    for one in sorted(off):
        begins, ends = max(one.begins, done), min(one.ends, held.ends)
        if begins < ends:
            total, done = total + ends - begins, ends
    return total


def days_between(first: date, last: date) -> list[date]:
    """Both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
