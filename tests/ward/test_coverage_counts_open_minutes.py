"""Coverage: minutes able to take votes of the minutes of opening sessions, as the log shows them; wide dates say so."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, update

from sync.ward.check import check
from sync.ward.counting import Selection
from sync.ward.coverage import Able, Calendar, Coverage, Times, cover, moment
from sync.ward.figures import Span
from sync.ward.files_handled import Author, Channel, Place, changes, state, stated
from sync.ward.reach import Participation, reach
from sync.ward.rebuild import rebuild
from sync.ward.spells import take
from sync.ward.store.days import coverage
from sync.ward.store.engine import writing
from sync.ward.store.tables import releases, spells
from tests.ward.conftest import HOUR, Ward
from tests.ward.kiosk_double import KioskDouble
from tests.ward.test_votes_belong_to_sessions import AFTERNOON, CALENDAR, MORNING

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
WEDNESDAY = date(2026, 11, 18)  # of the tests' clock, which begins at 18:06
DAY = Span(WEDNESDAY, WEDNESDAY)
OPEN = 4 * 60 + 5 * 60  # minutes of a working day's two sessions
ALL = [Calendar(0, CALENDAR)]


def at(clock: str, day: date = WEDNESDAY) -> int:
    hour, minute = map(int, clock.split(":"))
    return moment(day, 60 * hour + minute, ZONE)


def surely(begin: str, end: str) -> Able:
    return Able(Times(at(begin), at(end)), Times(at(begin), at(end)))


def test_minutes_outside_of_sessions_count_neither_above_nor_below() -> None:
    assert cover(WEDNESDAY, [surely("00:00", "24:00")], ALL, ZONE) == Coverage(OPEN, OPEN, OPEN)
    assert cover(WEDNESDAY, [surely("11:00", "14:00")], ALL, ZONE) == Coverage(OPEN, 60, 60)
    assert cover(WEDNESDAY, [surely("12:00", "13:00")], ALL, ZONE) == Coverage(OPEN, 0, 0)
    assert cover(date(2026, 11, 21), [surely("00:00", "24:00")], ALL, ZONE) == Coverage(0, 0, 0)  # a Saturday


def test_two_terminals_of_one_counter_count_once() -> None:
    both = [surely("08:00", "10:00"), surely("09:00", "11:00")]
    assert cover(WEDNESDAY, both, ALL, ZONE) == Coverage(OPEN, 180, 180)


def test_a_calendar_holds_from_its_start_on() -> None:
    short = CALENDAR[:1]  # mornings only
    calendars = [Calendar(at("08:30"), CALENDAR), Calendar(at("14:30"), short)]
    assert cover(WEDNESDAY, [surely("08:00", "17:00")], calendars, ZONE) == Coverage(240, 240, 240)


def test_a_wide_date_makes_the_answer_wide() -> None:
    wide = Able(Times(at("09:00"), at("10:00")), Times(at("07:00"), at("12:00")))
    minutes = cover(WEDNESDAY, [wide], ALL, ZONE)
    assert minutes == Coverage(OPEN, 60, 240)
    assert not minutes.known
    assert cover(WEDNESDAY, [surely("07:30", "18:30")], ALL, ZONE).known


class Said:
    """Lines of one boot, as the fold of spells reads them."""

    def __init__(self) -> None:
        self.kiosk, self.spells = KioskDouble(mono=0), list[Any]()

    def line(self, mono: int, kind: str, boot: str = "", **body: Any) -> None:
        import msgspec

        from sync.ward.reading import Entry

        self.kiosk.mono, self.kiosk.boot = mono, boot or self.kiosk.boot
        self.kiosk.append(kind, body)
        take(self.spells, msgspec.json.decode(self.kiosk.lines[-1], type=Entry))

    @property
    def times(self) -> list[tuple[int, int, bool]]:
        return [(one.began, one.ended, one.open) for one in self.spells]


def test_a_spell_lasts_from_start_to_the_last_sign_of_life() -> None:
    said = Said()
    said.line(1000, "start", alive=None)
    said.line(5000, "vote")
    assert said.times == [(1000, 5000, True)]
    said.line(7000, "start", "b", alive={"boot": KioskDouble.boot, "mono": 6500})  # the minute note of the run before
    said.line(9000, "stop")
    said.line(9500, "start", alive={"boot": "b", "mono": 9400})  # it had stopped: the note says no more
    assert said.times == [(1000, 6500, False), (7000, 9000, False), (9500, 9500, True)]


@pytest.mark.parametrize("alive", [None, 3, {"boot": 1, "mono": 2}, {"boot": KioskDouble.boot}, {"mono": -1}, "x",
                                   {"boot": KioskDouble.boot, "mono": 2**53 - 1}])  # fmt: skip
def test_whatever_a_start_says_of_being_alive_stops_nothing(alive: Any) -> None:
    said = Said()
    said.line(1000, "start")
    said.line(5000, "vote")
    said.line(7000, "start", alive=alive)
    assert said.times == [(1000, 5000, False), (7000, 7000, True)]


def test_a_technicians_visit_and_a_full_disk_are_no_part_of_it() -> None:
    said = Said()
    said.line(1000, "start")
    said.line(5000, "staff", staff="in")
    said.line(6000, "trial")
    said.line(8000, "staff", staff="out")
    said.line(9000, "vote")
    said.line(20000, "fault", fault="not-recorded", first={"boot": said.kiosk.boot, "mono": 10000})
    said.line(21000, "fault", fault="stuck")  # the other buttons go on
    assert said.times == [(1000, 5000, False), (8000, 9000, False), (20000, 21000, True)]


# Through a real ward


def morning_at(kiosk: KioskDouble, clock: str) -> None:
    """The terminal starts at this local time of the day, and its clock is right."""
    kiosk.wall = at(clock)
    kiosk.start(sessions=[MORNING, AFTERNOON])


def later(kiosk: KioskDouble, clock: str) -> None:
    kiosk.pass_time(at(clock) - kiosk.wall)


def a_day(ward: Ward) -> KioskDouble:
    """On from 07:20 to 10:00, its plug pulled; on again from 14:00 to 17:30."""
    kiosk = ward.enrol()
    morning_at(kiosk, "07:20")
    later(kiosk, "09:00")
    kiosk.visit(5, 4)
    pulled = {"boot": kiosk.boot, "mono": kiosk.mono + HOUR - 2000}
    kiosk.boot, kiosk.mono = "22222222-2222-4222-8222-222222222222", 5000
    kiosk.wall = at("14:00")
    kiosk.start(sessions=[MORNING, AFTERNOON], alive=pulled)
    later(kiosk, "17:30")
    kiosk.append("stop", {})
    return kiosk


def next_day(ward: Ward, kiosk: KioskDouble, have: int | None = None) -> None:
    """The ward's clock goes past midnight, and the kiosk says that it is there; `have` of its lines have come."""
    have = len(kiosk.lines) if have is None else have
    ward.pass_time(6 * HOUR)
    ward.send(kiosk, after=have, last=have)


def covered(ward: Ward, span: Span = DAY, release: int | None = None) -> Coverage:
    with ward.house.engine.connect() as db:
        found = reach(db, Selection(span, release=release))
        return found[()].coverage if found else Coverage()


def differences(ward: Ward) -> list[str]:
    with ward.house.engine.connect() as db:
        return list(check(db, ward.house))


def test_a_day_is_worked_out_once_it_is_over(ward: Ward) -> None:
    kiosk = a_day(ward)
    ward.send(kiosk)
    assert covered(ward).open == 0
    next_day(ward, kiosk)
    minutes = covered(ward)
    assert minutes.open == OPEN - 0  # known from 07:20 on, and both sessions begin later
    assert minutes.able == pytest.approx(150 + 210, abs=2)
    assert minutes.perhaps == pytest.approx(150 + 210, abs=3)
    assert minutes.known
    assert differences(ward) == []


def test_batch_by_batch_comes_to_the_same_as_all_at_once(ward: Ward) -> None:
    kiosk = a_day(ward)
    for entry in range(len(kiosk.lines)):
        ward.send(kiosk, after=entry, last=entry + 1)
    next_day(ward, kiosk)
    assert differences(ward) == []
    assert covered(ward).able == pytest.approx(360, abs=2)


def test_a_kiosk_that_stays_off_is_not_covered_and_what_comes_later_mends_it(ward: Ward) -> None:
    kiosk = a_day(ward)
    ward.send(kiosk, last=2)  # until 09:00
    next_day(ward, kiosk, 2)
    before = covered(ward)
    assert before.able == pytest.approx(90, abs=2)
    number = ward.rows(select(releases.c.id).order_by(releases.c.id.desc()))[0].id
    ward.send(kiosk, after=2)
    assert covered(ward).able == pytest.approx(360, abs=2)
    assert covered(ward, release=number) == before
    assert differences(ward) == []


def test_the_header_shows_a_quiet_kiosk_alive(ward: Ward) -> None:
    kiosk = ward.enrol()
    morning_at(kiosk, "07:20")
    later(kiosk, "18:06")
    ward.send(kiosk)
    next_day(ward, kiosk)
    assert covered(ward).able == pytest.approx(240 + 276, abs=3)
    assert differences(ward) == []


def test_a_boot_without_a_date_makes_its_days_uncertain(ward: Ward) -> None:
    kiosk = a_day(ward)
    dark = KioskDouble(key=kiosk.key, lines=kiosk.lines, boot="33333333-3333-4333-8333-333333333333", mono=100)
    dark.clock = "unsynced"
    dark.start(sessions=[MORNING, AFTERNOON])
    dark.pass_time(HOUR)
    dark.append("stop", {})
    ward.send(kiosk)
    next_day(ward, kiosk)
    minutes = covered(ward)
    assert not minutes.known
    assert minutes.at_most > minutes.share
    assert differences(ward) == []


def test_check_names_what_was_changed_and_rebuild_mends_it(ward: Ward) -> None:
    kiosk = a_day(ward)
    ward.send(kiosk)
    next_day(ward, kiosk)
    before = covered(ward)
    with writing(ward.house.engine) as db:
        db.execute(update(coverage).values(able=OPEN, perhaps=OPEN))
        assert "coverage of kiosk 1, 2026-11-18" in "\n".join(check(db, ward.house))
        db.execute(delete(spells).where(spells.c.first == 1))
        assert "the terminal's life from entry 1 on is None" in "\n".join(check(db, ward.house))
        rebuild(db, ward.house)
        assert list(check(db, ward.house)) == []
    assert covered(ward) == before


# Participation


def files(ward: Ward, kiosk: int, day: date, count: int | None, channel: Channel = Channel.COUNTER) -> int | None:
    with writing(ward.house.engine) as db:
        place = Place(kiosk, day, channel)
        stating = changes(stated(db, Span(day, day)), {place: count})
        return state(db, stating, Author("test"), ward.now[0])


def took_part(ward: Ward, release: int | None = None) -> Participation:
    with ward.house.engine.connect() as db:
        return reach(db, Selection(DAY, release=release), "kiosk")[1,].participation


def test_participation_is_visits_of_files_handled_at_the_counter(ward: Ward) -> None:
    kiosk = ward.enrol()
    for _ in range(3):
        kiosk.visit(5, 4)
    ward.send(kiosk)
    assert took_part(ward) == Participation(visits=0, files=0, days=0, silent=1)
    assert took_part(ward).share is None
    files(ward, 1, WEDNESDAY, 12)
    files(ward, 1, WEDNESDAY, 40, Channel.ONLINE)
    assert took_part(ward) == Participation(visits=3, files=12, days=1, online=40)
    assert took_part(ward).share == 0.25


def test_more_visits_than_files_is_no_share(ward: Ward) -> None:
    kiosk = ward.enrol()
    for _ in range(3):
        kiosk.visit(5, 4)
    ward.send(kiosk)
    files(ward, 1, WEDNESDAY, 2)
    assert took_part(ward).exceeds
    assert took_part(ward).share is None


def test_files_are_as_stated_by_a_release(ward: Ward) -> None:
    kiosk = ward.enrol()
    kiosk.visit(5, 4)
    ward.send(kiosk)
    first = files(ward, 1, WEDNESDAY, 4)
    assert files(ward, 1, WEDNESDAY, 4) is None  # nothing new
    files(ward, 1, WEDNESDAY, 5)
    files(ward, 1, WEDNESDAY, None)
    assert took_part(ward, first).share == 0.25
    assert took_part(ward, (first or 0) + 1).share == 0.2
    assert took_part(ward).share is None
