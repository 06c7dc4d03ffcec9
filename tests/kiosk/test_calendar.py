"""Sessions of a day, open or not, and the next opening; and nothing is said of today while the clock is a guess."""

from datetime import UTC, datetime

import pytest

from kiosk.calendar import LOCAL, hours, last_closing, local, next_opening, open_now, sessions_on
from kiosk.settings import SESSIONS, Settings

MONDAY, SATURDAY, SUNDAY = 23, 28, 29  # of November 2026


def at(day: int, clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{day:02}T{clock}").replace(tzinfo=LOCAL)


@pytest.mark.parametrize(("day", "clock", "name"), [
    (MONDAY, "07:29:59", None), (MONDAY, "07:30", "Morning"), (MONDAY, "11:29:59", "Morning"), (MONDAY, "11:30", None),
    (MONDAY, "13:30", "Afternoon"), (SATURDAY, "09:00", None), (SUNDAY, "09:00", "Sunday for the people"),
])  # fmt: skip
def test_a_session_holds_its_first_minute_and_not_its_last(day: int, clock: str, name: str | None) -> None:
    session = open_now(SESSIONS, at(day, clock))
    assert (session.name.en if session else None) == name


@pytest.mark.parametrize(("day", "clock", "opening"), [
    (MONDAY, "07:00", "2026-11-23T07:30"), (MONDAY, "07:30", "2026-11-23T13:30"), (MONDAY, "17:00", "2026-11-24T07:30"),
    (27, "18:00", "2026-11-29T07:30"), (SUNDAY, "12:00", "2026-11-30T07:30"),
])  # fmt: skip
def test_the_next_opening(day: int, clock: str, opening: str) -> None:
    found = next_opening(SESSIONS, at(day, clock))
    assert found
    assert found.isoformat(timespec="minutes").startswith(opening)


def test_a_session_once_a_week_opens_a_week_later() -> None:
    found = next_opening(SESSIONS[2:], at(SUNDAY, "07:30"))
    assert found
    assert found.isoformat(timespec="minutes").startswith("2026-12-06T07:30")


def test_the_sessions_of_a_day_stand_in_order() -> None:
    assert [one.name.en for one in sessions_on(SESSIONS[::-1], at(MONDAY, "00:00").date())] == ["Morning", "Afternoon"]
    assert sessions_on(SESSIONS, at(SATURDAY, "00:00").date()) == ()


def test_a_day_closes_with_its_last_session() -> None:
    assert last_closing(SESSIONS, at(MONDAY, "03:00")) == at(MONDAY, "17:00")
    assert last_closing(SESSIONS, at(SATURDAY, "03:00")) is None


def test_local_time_is_vietnams_whatever_the_board_is_set_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/London")
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert local(int(noon.timestamp() * 1000)) == at(MONDAY, "19:00")
    assert local(int(noon.timestamp() * 1000)).hour == 19


def test_outside_every_session_is_said_only_by_a_clock_that_is_believed() -> None:
    night = at(MONDAY, "22:00")
    assert hours(SESSIONS, night, "synced").outside
    assert hours(SESSIONS, night, "rtc").outside
    assert not hours(SESSIONS, night, "unsynced").outside
    assert hours(SESSIONS, night, "unsynced").sessions == Settings().sessions
    assert not hours(SESSIONS, at(MONDAY, "08:00"), "synced").outside


def test_without_a_calendar_nothing_is_ever_outside() -> None:
    assert not hours((), at(MONDAY, "22:00"), "synced").outside
