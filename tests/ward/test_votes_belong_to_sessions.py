"""The opening session of a vote: from its dated time and the calendar that its own log gave before it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from sqlalchemy import delete, insert, select, update

from sync.ward.check import check
from sync.ward.counting import Selection, count, grouped, visits
from sync.ward.figures import Span
from sync.ward.opening import NO_SESSION, OUTSIDE, Session, session_at
from sync.ward.rebuild import rebuild
from sync.ward.store.engine import writing
from sync.ward.store.tables import openings, votes
from tests.ward.conftest import Ward

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MINUTE = 60_000
DAYS = {"days": [1, 2, 3, 4, 5]}
MORNING = {"name": {"vi": "Buổi sáng", "en": "Morning"}, **DAYS, "from": "07:30", "to": "11:30"}
AFTERNOON = {"name": {"vi": "Buổi chiều", "en": "Afternoon"}, **DAYS, "from": "13:30", "to": "18:30"}
SUNDAY = {"name": {"vi": "Chủ nhật vì dân", "en": "Sunday"}, "days": [7], "from": "07:30", "to": "24:00"}
CALENDAR = msgspec.convert((MORNING, AFTERNOON, SUNDAY), tuple[Session, ...])
DAY = Span(date(2026, 11, 18), date(2026, 11, 18))


def moment(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp() * 1000)


@pytest.mark.parametrize(
    ("at", "minutes", "name"),
    [
        ("2026-11-18 07:29:59", 0, OUTSIDE),
        ("2026-11-18 07:30:00", 0, "Buổi sáng"),
        ("2026-11-18 11:29:59.999", 0, "Buổi sáng"),
        ("2026-11-18 11:30:00", 0, OUTSIDE),
        ("2026-11-18 11:30:00", 1, OUTSIDE),  # counts where it stands
        ("2026-11-18 11:29:00", 2, NO_SESSION),  # in the session or after it
        ("2026-11-18 09:30:00", 60, "Buổi sáng"),
        ("2026-11-18 12:30:00", 59, OUTSIDE),
        ("2026-11-18 12:30:00", 120, NO_SESSION),  # a whole break lies between
        ("2026-11-18 15:30:00", 24 * 60, NO_SESSION),
        ("2026-11-18 15:30:00", 7 * 24 * 60, NO_SESSION),  # the same session, another week
        ("2026-11-22 23:59:59", 0, "Chủ nhật vì dân"),  # to the end of the week
        ("2026-11-23 00:00:00", 0, OUTSIDE),
        ("2026-11-22 00:10:00", 0, OUTSIDE),
    ],
)
def test_a_date_lies_in_one_session_or_in_none(at: str, minutes: int, name: str) -> None:
    assert session_at(CALENDAR, moment(at), minutes * MINUTE, ZONE) == name


def test_without_a_date_or_a_calendar_there_is_no_session() -> None:
    assert session_at(CALENDAR, None, None, ZONE) == NO_SESSION
    assert session_at((), moment("2026-11-18 09:00:00"), 0, ZONE) == NO_SESSION


def test_of_two_that_overlap_the_one_that_began_goes_on() -> None:
    long = msgspec.convert(
        {**MORNING, "name": {"vi": "Cả ngày", "en": "All day"}, "from": "07:00", "to": "14:00"}, Session
    )
    both = (*CALENDAR, long)
    clocks = ("06:59", "08:00", "13:45", "14:00")
    names = [session_at(both, moment(f"2026-11-18 {clock}"), 0, ZONE) for clock in clocks]
    assert names == [OUTSIDE, "Cả ngày", "Cả ngày", "Buổi chiều"]


def test_votes_are_counted_by_session_and_a_new_calendar_holds_from_its_start_on(ward: Ward) -> None:
    kiosk = ward.enrol()  # Wednesday, 18:06
    kiosk.start(sessions=[MORNING, AFTERNOON])
    kiosk.visit(5, 4)
    kiosk.start(sessions=[MORNING, AFTERNOON])  # says nothing new
    kiosk.start(sessions=[MORNING])
    kiosk.visit(1, 2)
    kiosk.start()
    kiosk.visit(3, 3)
    for after, last in ((0, 3), (3, 6), (6, 10)):
        ward.send(kiosk, after=after, last=last)
    with ward.house.engine.connect() as db:
        counted = count(db, Selection(DAY, question="procedure"), "session")
        assert {key: figures.counts for key, figures in counted.items()} == {
            ("Buổi chiều",): {5: 1}, (OUTSIDE,): {1: 1}, (NO_SESSION,): {3: 1},
        }  # fmt: skip
        assert visits(db, Selection(DAY), "session") == {("Buổi chiều",): 1, (OUTSIDE,): 1, (NO_SESSION,): 1}
        assert visits(db, Selection(DAY), "kiosk") == {(1,): 3}
        assert visits(db, Selection(DAY, session=OUTSIDE)) == {(): 1}
        by_question = grouped(count(db, Selection(DAY), "day", "question", "session"), lambda key: key[1:2])
        assert by_question["attitude",].counts == {4: 1, 2: 1, 3: 1}
        assert list(db.scalars(select(openings.c.seq).order_by(openings.c.seq))) == [1, 5, 8]
        assert list(check(db, ward.house)) == []


def test_answers_to_different_questions_are_never_added_up(ward: Ward) -> None:
    with ward.house.engine.connect() as db, pytest.raises(ValueError, match="not added up"):
        count(db, Selection(DAY), "kiosk")


def test_check_names_a_calendar_that_was_changed_and_rebuild_mends_it(ward: Ward) -> None:
    kiosk = ward.enrol()
    kiosk.start(sessions=[AFTERNOON])
    kiosk.visit(5, 5)
    ward.send(kiosk)
    with writing(ward.house.engine) as db:
        db.execute(delete(openings))
        db.execute(insert(openings).values(log=kiosk.log, seq=2, sessions="[]"))
        db.execute(update(votes).values(session=OUTSIDE))
        said = "\n".join(check(db, ward.house))
    assert "sessions from entry 1 on" in said
    assert "sessions from entry 2 on" in said
    assert "session is 'outside', should be 'Buổi chiều'" in said
    with writing(ward.house.engine) as db:
        rebuild(db, ward.house)
        assert list(check(db, ward.house)) == []


def test_figures_as_of_a_release_do_not_change_with_later_ones(ward: Ward) -> None:
    kiosk = ward.enrol()
    kiosk.start()
    visit = kiosk.vote(1)
    ward.send(kiosk)  # release 1
    kiosk.vote(5, visit)
    kiosk.visit(4, 4)
    ward.pass_time(1000)
    ward.send(kiosk, after=2)  # release 2 takes the 1 back
    with ward.house.engine.connect() as db:
        chosen = [Selection(DAY, question="procedure", release=release) for release in (0, 1, 2)]
        none, then, now = (count(db, one, "kiosk") for one in chosen)
        assert none == {}
        assert then[1,].counts == {1: 1}
        assert now[1,].counts == {5: 1, 4: 1}
        for names in (("kiosk", "question"), ("question", "day", "session", "hour")):
            newest, second = (count(db, one, *names) for one in (Selection(DAY), Selection(DAY, release=2)))  # type: ignore[arg-type]
            assert newest == second
