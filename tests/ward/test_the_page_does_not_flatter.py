"""The page: counts, rate, n and interval in both languages; nothing large from few votes."""

import re
import tomllib
from unicodedata import is_normalized
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.ward.figures import Figures, last_weeks, this_week
from sync.ward.speech import LANGUAGES, load_speech, sentence_files
from sync.ward.times import local
from sync.ward.wilson import wilson
from tests.ward.conftest import NOW, Ward
from tests.ward.kiosk_double import KioskDouble


def text_of(ward: Ward, lang: str = "vi") -> str:
    answer = ward.client.get("/", params={"lang": lang})
    assert answer.status_code == 200, answer.text
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def with_votes(ward: Ward, *ratings: int) -> KioskDouble:
    kiosk = ward.enrol()
    kiosk.start()
    for rating in ratings:
        kiosk.vote(rating)
    ward.send(kiosk)
    return kiosk


def test_49_of_50_is_between_89_5_and_99_6_per_cent() -> None:
    low, high = wilson(49, 50)
    assert (round(100 * low, 1), round(100 * high, 1)) == (89.5, 99.6)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_rate_and_stays_within_0_and_1(case: tuple[int, int]) -> None:
    good, n = case
    low, high = wilson(good, n)
    assert 0 <= low <= good / n + 1e-12
    assert good / n - 1e-12 <= high <= 1


def test_neutral_is_in_the_denominator_and_not_satisfied() -> None:
    figures = Figures({5: 2, 4: 1, 3: 4, 2: 2, 1: 1})
    assert (figures.n, figures.satisfied, figures.rate) == (10, 3, 0.3)
    assert figures.index == pytest.approx(100 * (2 * 4 + 3 + 4 * 2 + 2) / 40)


def test_a_week_runs_from_monday_to_sunday() -> None:
    day = local(NOW, ZoneInfo("Asia/Ho_Chi_Minh")).date()
    week, weeks = this_week(day), last_weeks(day)
    assert [d.isoformat() for d in (week.first, week.last)] == ["2026-11-16", "2026-11-22"]
    assert [d.isoformat() for d in (weeks.first, weeks.last)] == ["2026-08-24", "2026-11-22"]


def test_no_rating_says_so(ward: Ward) -> None:
    with_votes(ward)
    assert text_of(ward).count("chưa có đánh giá") == 4
    assert text_of(ward, "en").count("no rating yet") == 4


def test_few_ratings_have_counts_and_an_interval_and_no_large_rate(ward: Ward) -> None:
    with_votes(ward, 5, 5, 4, 1)
    said = text_of(ward)
    assert "3 trên 4 phiếu hài lòng" in said
    assert "Khoảng tin cậy 95 %: 30,1–95,4 %" in said
    assert "Dưới 30 phiếu" in said
    assert "<strong>" not in ward.client.get("/").text
    assert "3 of 4 satisfied" in text_of(ward, "en")


def test_enough_ratings_have_a_rate_with_n_and_interval(ward: Ward) -> None:
    with_votes(ward, *[5] * 49, 1)
    said, english = text_of(ward), text_of(ward, "en")
    assert "98,0 % tỷ lệ hài lòng n = 50 phiếu" in said
    assert "Khoảng tin cậy 95 %: 89,5–99,6 %" in said
    assert "Chỉ số: 98,0 / 100" in said
    assert "người trả lời là người tự nguyện" in said
    assert "98.0 % satisfied n = 50" in english
    assert "89.5–99.6 %" in english


def test_all_five_levels_are_named_in_words(ward: Ward) -> None:
    with_votes(ward, 5)
    said = text_of(ward)
    for level in ("Rất hài lòng 1", "Hài lòng 0", "Bình thường 0", "Không hài lòng 0", "Rất không hài lòng 0"):
        assert level in said


def test_votes_of_uncertain_time_are_shown_apart(ward: Ward) -> None:
    kiosk = ward.enrol()
    kiosk.clock = "unsynced"
    kiosk.start()
    kiosk.vote(5)
    ward.send(kiosk)
    assert "Chưa rõ thời điểm" in text_of(ward)
    assert "Time uncertain" in text_of(ward, "en")


def test_what_waits_at_the_kiosk_is_live(ward: Ward) -> None:
    kiosk = ward.enrol()
    kiosk.start()
    kiosk.vote(5)
    ward.send(kiosk, last=1)
    assert "Kiosk còn 1 dòng chưa gửi" in text_of(ward)
    assert "Liên lạc gần nhất: 18:06 ngày 18/11/2026" in text_of(ward)


def test_the_page_says_how_it_releases(ward: Ward) -> None:
    assert "Phát hành ngay" in text_of(ward)
    assert "Released at once" in text_of(ward, "en")


def test_daily_ratings_are_not_on_the_page_before_their_release(daily_ward: Ward) -> None:
    with_votes(daily_ward, 1, 1, 1)
    said = text_of(daily_ward)
    assert said.count("chưa có đánh giá") == 4
    assert "Phát hành theo ngày" in said


def test_the_page_loads_nothing_from_elsewhere(ward: Ward) -> None:
    answer = ward.client.get("/")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text
    assert "http" not in answer.text
    assert " style=" not in answer.text
    assert ward.client.get("/ward.css").headers["content-type"].startswith("text/css")


def test_without_accounts_the_page_is_for_this_computer(ward: Ward) -> None:
    for elsewhere in ({"Host": "ward.example"}, {"X-Forwarded-For": "203.0.113.9"}):
        answer = ward.client.get("/", headers=elsewhere)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert ward.client.get("/").status_code == 200


def test_a_kiosks_words_cannot_become_markup(ward: Ward) -> None:
    kiosk = ward.enrol()
    kiosk.start(counter={"vi": "<b>Quầy</b>", "en": "<b>"})
    ward.send(kiosk)
    assert "&lt;b&gt;Quầy" in ward.client.get("/").text


def test_both_languages_say_the_same_things() -> None:
    said = {name: sentences_of(name) for name in LANGUAGES}
    assert said["vi"].keys() == said["en"].keys()
    for key, sentence in said["vi"].items():
        assert sorted(re.findall(r"{\w+}", sentence)) == sorted(re.findall(r"{\w+}", said["en"][key])), key
        assert is_normalized("NFC", sentence), key


def sentences_of(language: str) -> dict[str, str]:
    """Of all its files; a key that two of them have would be said by chance."""
    files = [tomllib.loads(file.read_text("utf-8")) for file in sentence_files(language)]
    assert sum(map(len, files)) == len(load_speech(language).sentences)
    return {key: sentence for file in files for key, sentence in file.items()}


def test_health_and_schema_are_open_and_the_schema_names_every_route(ward: Ward) -> None:
    assert ward.client.get("/healthz").json() == {"status": "ok"}
    paths = ward.client.get("/schema").json()["paths"]
    assert set(paths) == {"/v1/identity", "/v1/kiosks", "/v1/batches", "/v1/votes", "/healthz"}
