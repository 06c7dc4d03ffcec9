"""When the counter is open: sessions of a local day, open now, next opening. Pure functions; the time is handed in.

Local time is UTC+7 by itself, not what the system is set to: Vietnam is one zone without summer time, and a board
that nobody told where it stands is often left on London time. So neither a time zone database nor a setting is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from kiosk.entry import Clock
from kiosk.settings import Session

LOCAL = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
WEEK = 7


@dataclass(frozen=True, slots=True)
class Hours:
    """What an idle screen may say. Not `certain` while the clock is a guess: then the whole week, and no verdict."""

    certain: bool
    today: date  # as far as it is known
    sessions: tuple[Session, ...]  # of today, or of the week
    now: Session | None = None
    next: datetime | None = None  # the next opening, in local time; None without a calendar

    @property
    def outside(self) -> bool:
        """Surely outside every session. A terminal without a calendar is never outside."""
        return self.certain and self.now is None and self.next is not None


def local(wall_ms: int) -> datetime:
    """Unix ms as local time."""
    return datetime.fromtimestamp(wall_ms / 1000, LOCAL)


def hours(sessions: Sequence[Session], now: datetime, clock: Clock) -> Hours:
    if clock == "unsynced":
        return Hours(False, now.date(), tuple(sessions))
    of_today = sessions_on(sessions, now.date())
    return Hours(True, now.date(), of_today, open_now(sessions, now), next_opening(sessions, now))


def sessions_on(sessions: Sequence[Session], day: date) -> tuple[Session, ...]:
    """The sessions of a day, the earliest first."""
    held = (session for session in sessions if day.isoweekday() in session.days)
    return tuple(sorted(held, key=lambda session: session.from_))


def open_now(sessions: Sequence[Session], now: datetime) -> Session | None:
    """The session that `now` lies in, its first minute included and its last excluded."""
    of_today = sessions_on(sessions, now.date())
    return next((one for one in of_today if _at(now, one.from_) <= now < _at(now, one.to)), None)


def next_opening(sessions: Sequence[Session], now: datetime) -> datetime | None:
    """The next time after `now` that a session begins; None without a calendar."""
    days = (now + timedelta(days=ahead) for ahead in range(WEEK + 1))
    starts = (_at(day, one.from_) for day in days for one in sessions_on(sessions, day.date()))
    return next((start for start in starts if start > now), None)


def last_closing(sessions: Sequence[Session], now: datetime) -> datetime | None:
    """When the last session of that day ends; None on a day without one."""
    return max((_at(now, one.to) for one in sessions_on(sessions, now.date())), default=None)


def _at(day: datetime, clock: str) -> datetime:
    return datetime.combine(day.date(), time.fromisoformat(clock), day.tzinfo)
