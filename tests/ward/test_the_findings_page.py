"""The pages about findings: who may see what, filters, both languages, notes that stay, rates side by side."""

import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from importlib import resources

import pytest
from sqlalchemy import func, select

from sync.ward.counting_out import Both
from sync.ward.detect.seen import Place
from sync.ward.detect.signals import Kind, Signal
from sync.ward.figures import Figures, Span
from sync.ward.findings import file_finding
from sync.ward.findings_view import put_together
from sync.ward.months import months_touched
from sync.ward.permissions import Role
from sync.ward.reading import Remark
from sync.ward.speech import load_speech
from sync.ward.store.engine import writing
from sync.ward.store.found import flags, notes
from sync.ward.store.people import accounts, audit
from sync.ward.suspicions import Suspicions
from sync.ward.wording import ask, seen, title
from tests.ward.conftest import HOUR, Browser, Ward, hidden
from tests.ward.kiosk_double import KioskDouble

DAY = date(2026, 11, 18)  # of conftest.NOW
FACTS = {"n": 12, "level": 5, "minutes": 4, "session": "outside"}
PAST_IT = 40 * 24 * HOUR


@pytest.fixture
def found(daily_ward: Ward) -> KioskDouble:
    """A burst of 12 visits among 20, released, and flagged as finding 1; finding 2 is about the log."""
    kiosk = daily_ward.enrol()
    kiosk.start()
    kiosk.wall = daily_ward.now[0]
    for number in range(20):
        kiosk.visit(5 if number < 12 else 2, 5 if number < 12 else 3)
    daily_ward.now[0] = kiosk.wall + HOUR
    daily_ward.send(kiosk)
    daily_ward.pass_time(24 * HOUR)
    daily_ward.send(kiosk, after=len(kiosk.lines))
    file_burst(daily_ward, kiosk)
    return kiosk


def file_burst(ward: Ward, kiosk: KioskDouble, number: int = 1) -> None:
    places = tuple(Place(kiosk.log, 2 + 2 * visit, 3 + 2 * visit) for visit in range(12))
    with writing(ward.house.engine) as db:
        Suspicions(db, ward.house, number).take([Signal(Kind.BURST, DAY, DAY, DAY, places, (DAY,), FACTS)])
        file_finding(db, kiosk.log, Remark("torn", "entry 1", "one entry could not be read"), ward.now[0])


@contextmanager
def reader(ward: Ward) -> Iterator[Browser]:
    """Somebody who may look at everything, and at no more."""
    if not ward.rows(select(accounts.c.id).where(accounts.c.name == "xem")):
        ward.account("xem")
    with ward.browser() as browser:
        browser.log_in("xem")
        yield browser


def page(browser: Browser, path: str = "/findings") -> str:
    answer = browser.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_it_lists_what_was_found_in_both_languages(daily_ward: Ward, found: KioskDouble) -> None:
    with reader(daily_ward) as browser:
        vietnamese, english = page(browser), page(browser, "/findings?lang=en")
    assert "12 lượt liền nhau, mọi câu trả lời đều “Rất hài lòng”, trong 4 phút, ngoài mọi buổi làm việc." in vietnamese
    assert "Một mục bị mất khi mất điện" in vietnamese
    assert "12 visits in a row with every answer “Very satisfied”, within 4 minutes, outside every session." in english


@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [
        ("kind=burst", "12 visits in a row", "One entry lost"),
        ("kind=torn", "One entry lost", "12 visits in a row"),
        ("kiosk=Quầy 1", "12 visits in a row", "Nothing was found"),
        ("kiosk=Quầy 9", "Nothing was found", "12 visits in a row"),
        ("from=2026-11-18&to=2026-11-18", "12 visits in a row", "One entry lost"),
        ("from=2026-11-20&to=2026-11-30", "Nothing was found", "12 visits in a row"),
        ("from=2026-11-01&to=2026-11-17", "Nothing was found", "12 visits in a row"),
        ("page=99", "12 visits in a row", "Nothing was found"),
    ],
)
def test_it_can_be_narrowed(daily_ward: Ward, found: KioskDouble, query: str, there: str, not_there: str) -> None:
    with reader(daily_ward) as browser:
        text = page(browser, f"/findings?lang=en&{query}")
    assert there in text.split('<form class="line filter"')[1].split("</form>")[1]
    assert not_there not in text.split('<form class="line filter"')[1].split("</form>")[1]


def test_one_finding_says_what_where_since_when_and_what_to_ask(daily_ward: Ward, found: KioskDouble) -> None:
    with reader(daily_ward) as browser:
        text = page(browser, "/findings/1?lang=en")
    for said in ("12 visits in a row", "Quầy 1", load_speech("en").day(DAY), found.log, "2–25", "Did a large group"):
        assert said in text


def test_rates_with_and_without_stand_side_by_side_once_the_month_is_over(daily_ward: Ward, found: KioskDouble) -> None:
    with reader(daily_ward) as browser:
        assert "This table is made when the month is over." in page(browser, "/findings/1?lang=en")
    daily_ward.pass_time(PAST_IT)
    with reader(daily_ward) as browser:
        for path in ("/findings/1?lang=en", "/findings?lang=en&from=2026-11-01&to=2026-11-30"):
            text = page(browser, path)
            assert "12 of 20" in text
            assert "0 of 8" in text


def test_a_difference_that_would_show_one_answer_is_not_told() -> None:
    every = Figures({5: 10, 1: 2})
    assert Both(every, Figures({5: 3})).told
    assert not Both(every, Figures({5: 2})).told
    assert not Both(every, Figures({5: 10})).told
    assert Both(every, Figures({5: 3})).without.counts == {5: 7, 4: 0, 3: 0, 2: 0, 1: 2}


def test_figures_are_set_beside_each_other_for_whole_months_that_are_over() -> None:
    today = date(2026, 11, 22)
    assert months_touched(Span(date(2026, 9, 10), date(2026, 9, 11)), today) == Span(
        date(2026, 9, 1), date(2026, 9, 30)
    )
    assert months_touched(Span(date(2026, 9, 10), today), today) == Span(date(2026, 9, 1), date(2026, 10, 31))
    assert months_touched(Span(date(2026, 11, 1), today), today) is None


def test_entries_that_follow_each_other_are_one_stretch() -> None:
    places = [Place("a", 5, 6), Place("a", 3, 4), Place("a", 9, 9), Place("b", 10, 11)]
    assert put_together(places) == [Place("a", 3, 6), Place("a", 9, 9), Place("b", 10, 11)]
    assert put_together([]) == []


def test_many_of_one_kind_about_one_log_are_one_line(daily_ward: Ward, found: KioskDouble) -> None:
    with writing(daily_ward.house.engine) as db:
        for entry in range(2, 30):
            file_finding(
                db, found.log, Remark("torn", f"entry {entry}", "one entry could not be read"), daily_ward.now[0]
            )
    with reader(daily_ward) as browser:
        text = page(browser, "/findings?lang=en")
        newest = page(browser, "/findings/30?lang=en")
    assert text.count("One entry lost to a power cut</a>") == 1
    assert "entry 29, entry 1, entry 2, " in newest


# Notes


def write(browser: Browser, text: str, path: str = "/findings/1") -> int:
    return browser.send(path, "/findings/1/notes", text=text).status_code


def test_a_note_stays_with_who_wrote_it(daily_ward: Ward, found: KioskDouble) -> None:
    daily_ward.account("lan", Role.MANAGER)
    with daily_ward.browser() as browser:
        browser.log_in("lan")
        assert write(browser, "Lớp 4A đến thăm. <b>") == 303
        assert write(browser, "Cô giáo xác nhận.") == 303
        text = page(browser, "/findings/1")
    assert "Lớp 4A đến thăm. &lt;b&gt;" in text
    assert text.index("Lớp 4A") < text.index("Cô giáo")
    assert [row.who for row in daily_ward.rows(select(notes.c.who))] == ["lan", "lan"]
    assert daily_ward.rows(select(func.count()).where(audit.c.what == "finding-note"))[0][0] == 2


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_an_empty_or_endless_note_is_not_kept(daily_ward: Ward, found: KioskDouble, text: str) -> None:
    daily_ward.account("lan", Role.MANAGER)
    with daily_ward.browser() as browser:
        browser.log_in("lan")
        assert write(browser, text) == 422
    assert daily_ward.rows(select(notes)) == []


def test_who_may_only_look_writes_no_note(daily_ward: Ward, found: KioskDouble) -> None:
    with reader(daily_ward) as browser:
        assert "<textarea" not in page(browser, "/findings/1")
        assert browser.client.post("/findings/1/notes", data={"text": "x"}).status_code == 403


def test_a_unit_sees_only_what_is_below_it(daily_ward: Ward, found: KioskDouble) -> None:
    other = daily_ward.unit("Khu phố 2")
    daily_ward.account("minh", Role.MANAGER, other)
    with daily_ward.browser() as browser:
        browser.log_in("minh")
        assert "12 lượt" not in page(browser)
        assert browser.client.get("/findings/1").status_code == 404
        assert browser.client.get("/findings/77").status_code == 404
        token = hidden(browser.get("/findings"))["form"]
        assert browser.client.post("/findings/1/notes", data={"text": "x", "form": token}).status_code == 404


def test_votes_are_flagged_once_each(daily_ward: Ward, found: KioskDouble) -> None:
    file_burst(daily_ward, found)
    assert len(daily_ward.rows(select(flags))) == 24


# Words


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_kind_has_its_words(language: str) -> None:
    """Also those that are filed about logs, found where they are filed."""
    say = load_speech(language)
    facts = {
        **FACTS, "days": 3, "bad": 5, "of": 9, "hours": 7, "weekday": 1, "busy": 1, "percent": 60, "files": 9,
        "weeks": 8, "known": 1, "more": 40, "percent_before": 30,
    }  # fmt: skip
    for kind in [*Kind, *filed_about_logs()]:
        assert title(say, kind) != kind, kind
        assert seen(say, kind, facts)
        assert ask(say, kind)


def test_a_kind_of_a_later_version_is_shown_by_its_name(daily_ward: Ward, found: KioskDouble) -> None:
    with writing(daily_ward.house.engine) as db:
        file_finding(db, found.log, Remark("moonlight", "entry 1", "something new"), daily_ward.now[0])
    with reader(daily_ward) as browser:
        assert "moonlight" in page(browser)
        assert "something new" in page(browser, "/findings/3")


def filed_about_logs() -> set[str]:

    source = resources.files("sync.ward")
    files = [file for file in source.iterdir() if file.name.endswith(".py")]
    return {kind for file in files for kind in re.findall(r'Remark\(\s*"([a-z-]+)"', file.read_text("utf-8"))}


def test_no_sentence_accuses() -> None:
    words = {"vi": ("gian lận", "giả mạo", "cố ý", "vi phạm"), "en": ("fraud", "cheat", "fake", "forged", "guilty")}
    for language, never in words.items():
        text = (resources.files("sync.ward") / "locale" / language / "findings.toml").read_text("utf-8")
        assert len(tomllib.loads(text)) > 100
        assert [word for word in never if word in text.lower()] == []
