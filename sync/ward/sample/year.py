"""What a year consists of, and the calendar of the office: sessions, holidays, local time."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

BASES = (3, 6, 13, 50)  # visits on a working day, on average
VIETNAM = timezone(timedelta(hours=7))
DAYS = 364
QUESTIONS = ("procedure", "attitude")
MORNING, AFTERNOON, SUNDAY = (7 * 60 + 30, 11 * 60 + 30), (13 * 60 + 30, 17 * 60), (7 * 60 + 30, 11 * 60)
WEEK = {**dict.fromkeys(range(1, 6), (MORNING, AFTERNOON)), 7: (SUNDAY,)}  # isoweekday: sessions, minutes of the day
SECOND, MINUTE = 1000, 60_000
TET = {2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3)}
KINGS = {2025: (4, 7), 2026: (4, 26), 2027: (4, 16), 2028: (4, 4), 2029: (4, 23), 2030: (4, 12)}
FIXED = {(1, 1), (4, 30), (5, 1), (9, 1), (9, 2)}


class Strategy(StrEnum):
    HONEST = "honest"
    SLOW = "slow stuffing"  # three times a day somebody presses 5, at any time of the sessions
    BURSTS = "bursts"  # 10 to 20 fives within minutes, after hours or on Friday before the weekly report
    NIGHT = "night presses"  # one to five fives, in the evening or before dawn, about once a week
    CORRECTED = "corrected"  # a 1 or 2 is changed to 5 within the visit, by somebody else
    MONDAYS = "busy Mondays"  # switched off when many come


@dataclass(frozen=True, slots=True)
class Press:
    at: int  # Unix ms
    question: str
    rating: int


@dataclass(slots=True)
class Visit:
    presses: list[Press]
    lang: str = "vi"
    via: str = "button"
    trial: bool = False  # a technician tests
    planted: bool = False  # pressed or changed by somebody who should not

    @property
    def at(self) -> int:
        return self.presses[0].at

    @property
    def end(self) -> int:
        return self.presses[-1].at


@dataclass(slots=True)
class Year:
    """`off` are the stretches (from, to; Unix ms; they may overlap) in which the kiosk could take no vote."""

    first: date
    days: int
    visits: list[Visit] = field(default_factory=list)
    files: dict[date, int] = field(default_factory=dict)  # handled at the counter; days without a session have none
    off: list[tuple[int, int]] = field(default_factory=list)
    cheated_from: date | None = None
    switched_off: list[date] = field(default_factory=list)  # on purpose

    @property
    def dates(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range(self.days)]


def is_holiday(day: date) -> bool:
    if (day.month, day.day) in FIXED or (day.month, day.day) == KINGS.get(day.year, (4, 15)):
        return True
    return -2 <= (day - date(day.year, *TET.get(day.year, (2, 5)))).days <= 4


def moment(day: date, minute: float) -> int:
    """Unix ms of a minute of a local day."""
    return int(datetime(day.year, day.month, day.day, tzinfo=VIETNAM).timestamp()) * 1000 + int(minute * MINUTE)


def local_day(at: int) -> date:
    return datetime.fromtimestamp(at / 1000, VIETNAM).date()
