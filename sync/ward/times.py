"""The ward's clock and calendar. Time is handed in: whoever needs it gets a `Clock`."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Clock = Callable[[], int]  # Unix ms

MINUTE = 60_000
QUARTER = 15 * MINUTE
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def system_clock() -> int:
    return time.time_ns() // 1_000_000


def local(at: int, zone: ZoneInfo) -> datetime:
    """Unix ms as local time, to the millisecond and without a float between."""
    return (datetime.fromtimestamp(at // 1000, UTC) + timedelta(milliseconds=at % 1000)).astimezone(zone)


NO_DAY, NO_HOUR = "", -1
SURE = MINUTE  # a date no wider than this counts where it stands, also beside midnight


def day_and_hour(at: int | None, error: int | None, zone: ZoneInfo) -> tuple[str, int]:
    """The local day and hour that a date belongs to: none where it may belong to two."""
    if at is None or error is None:
        return NO_DAY, NO_HOUR
    if error <= SURE:
        return _of_quarter(at // QUARTER, zone)
    first, last = (_of_quarter(moment // QUARTER, zone) for moment in (at - error, at + error))
    if first == last and 2 * error <= HOUR:
        return first
    return (first[0] if first[0] == last[0] and 2 * error < DAY else NO_DAY), NO_HOUR


def minute_of_week(at: int, zone: ZoneInfo) -> int:
    """Local minutes since Monday 00:00."""
    return _week_quarter(at // QUARTER, zone) + at % QUARTER // MINUTE


@lru_cache(maxsize=4096)
def _week_quarter(number: int, zone: ZoneInfo) -> int:
    moment = local(number * QUARTER, zone)
    return (moment.weekday() * 24 + moment.hour) * 60 + moment.minute


@lru_cache(maxsize=4096)
def _of_quarter(number: int, zone: ZoneInfo) -> tuple[str, int]:
    """Of a quarter of an hour since 1970: no zone of our days begins an hour or a day within one."""
    moment = local(number * QUARTER, zone)
    return moment.date().isoformat(), moment.hour


def start_of_day(day: date, zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * 1000
