"""The pages of figures: counts, rate, n and interval in both languages; nothing large from few votes."""

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

PAGES = ("/", "/kiosks", "/kiosks/1", "/compare", "/health", "/formulae")
OF_FIGURES = ("/", "/kiosks/1")


def page_of(ward: Ward, path: str = "/", **query: str) -> str:
    query = {"lang": "vi"} | query
    answer = ward.client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.text


def text_of(ward: Ward, path: str = "/", **query: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page_of(ward, path, **query)).split())


def with_votes(ward: Ward, *ratings: int, question: str = "procedure", name: str = "Quầy 1") -> KioskDouble:
    kiosk = ward.enrol(name)
    kiosk.start()
    for rating in ratings:
        kiosk.vote(rating, question=question)
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
    assert figures.sipas == pytest.approx((2 * 5 + 4 + 4 * 3 + 2 * 2 + 1) / 50)


def test_a_week_runs_from_monday_to_sunday() -> None:
    day = local(NOW, ZoneInfo("Asia/Ho_Chi_Minh")).date()
    week, weeks = this_week(day), last_weeks(day)
    assert [d.isoformat() for d in (week.first, week.last)] == ["2026-11-16", "2026-11-22"]
    assert [d.isoformat() for d in (weeks.first, weeks.last)] == ["2026-08-24", "2026-11-22"]


@pytest.mark.parametrize("path", OF_FIGURES)
def test_no_rating_says_so(ward: Ward, path: str) -> None:
    with_votes(ward)
    assert text_of(ward, path).count("chưa có đánh giá") >= 2
    assert text_of(ward, path, lang="en").count("no rating yet") >= 2
    assert '<svg class="field"' not in page_of(ward, path)
    assert "%" not in text_of(ward, "/kiosks/1").replace("95 %", "")


@pytest.mark.parametrize("path", OF_FIGURES)
def test_few_ratings_have_counts_and_an_interval_and_no_large_rate(ward: Ward, path: str) -> None:
    with_votes(ward, 5, 5, 4, 1)
    said = text_of(ward, path)
    assert "3 trên 4 phiếu hài lòng" in said
    assert "Khoảng tin cậy 95 %: 30,1–95,4 %" in said
    assert "Dưới 30 phiếu" in said
    assert "<strong>" not in page_of(ward, path)
    assert "75,0 %" not in said
    assert "Chỉ số:" not in said
    assert "3 of 4 satisfied" in text_of(ward, path, lang="en")


@pytest.mark.parametrize("path", OF_FIGURES)
def test_enough_ratings_have_a_rate_with_n_and_interval(ward: Ward, path: str) -> None:
    with_votes(ward, *[5] * 49, 1)
    said, english = text_of(ward, path), text_of(ward, path, lang="en")
    assert "98,0 % tỷ lệ hài lòng n = 50 phiếu" in said
    assert "Khoảng tin cậy 95 %: 89,5–99,6 %" in said
    assert "người trả lời là người tự nguyện" in said
    assert "98.0 % satisfied n = 50" in english
    assert "89.5–99.6 %" in english


def test_29_are_few_and_30_are_enough(ward: Ward) -> None:
    kiosk = with_votes(ward, *[5] * 29)
    assert "<strong>" not in page_of(ward)
    kiosk.vote(5)
    ward.send(kiosk, after=30)
    assert "<strong>100,0 %</strong>" in page_of(ward)


def test_all_five_levels_are_named_in_words(ward: Ward) -> None:
    with_votes(ward, 5)
    said = text_of(ward)
    for level in ("Rất hài lòng 1", "Hài lòng 0", "Bình thường 0", "Không hài lòng 0", "Rất không hài lòng 0"):
        assert level in said


def test_participation_and_coverage_stand_beside_every_rate(ward: Ward) -> None:
    with_votes(ward, *[5] * 30)
    for path in OF_FIGURES:
        said = text_of(ward, path)
        assert said.count("Tỷ lệ tham gia") == said.count("Thời gian hoạt động") == 2


def test_the_questions_are_only_put_together_beside_each_of_them(ward: Ward) -> None:
    kiosk = with_votes(ward, *[5] * 20, *[1] * 10)
    assert "Chưa tính: mỗi câu hỏi cần ít nhất 30 phiếu." in text_of(ward)
    for _ in range(30):
        kiosk.vote(5, question="attitude")
    ward.send(kiosk, after=31)
    overall = page_of(ward).split('<section class="card overall">')[1].split("</section>")[0]
    assert "83,3 %" in overall  # (66,7 + 100) / 2
    assert overall.count("n = 30 phiếu") == 2


def test_what_some_call_sipas_stands_only_in_its_own_table(ward: Ward) -> None:
    with_votes(ward, *[4] * 30)
    page = page_of(ward, "/kiosks/1")
    table = page.split("<caption>Theo cách tính SIPAS (nếu áp dụng)</caption>")[1].split("</table>")[0]
    assert "80,0 %" in table
    assert page.count("80,0 %") == 1
    assert "80,0 %" not in page_of(ward)


def test_votes_of_uncertain_time_are_shown_apart(ward: Ward) -> None:
    kiosk = ward.enrol()
    kiosk.clock = "unsynced"
    kiosk.start()
    kiosk.vote(5)
    ward.send(kiosk)
    for path in OF_FIGURES:
        assert "Chưa rõ thời điểm" in text_of(ward, path)
        assert "1 trên 1 phiếu hài lòng" in text_of(ward, path)
        assert "Time uncertain" in text_of(ward, path, lang="en")


def test_what_waits_at_the_kiosk_is_live(ward: Ward) -> None:
    kiosk = ward.enrol()
    kiosk.start()
    kiosk.vote(5)
    ward.send(kiosk, last=1)
    assert "Kiosk còn 1 dòng chưa gửi" in text_of(ward, "/kiosks/1")
    assert "Liên lạc gần nhất: 18:06 ngày 18/11/2026" in text_of(ward, "/kiosks/1")


def test_every_page_says_how_it_releases_and_as_of_which_release(ward: Ward) -> None:
    with_votes(ward, 5)
    for path in PAGES:
        assert "Phát hành ngay" in text_of(ward, path)
        assert "Theo lần phát hành số 1" in text_of(ward, path)
        assert "Released at once" in text_of(ward, path, lang="en")


def test_daily_ratings_are_on_no_page_before_their_release(daily_ward: Ward) -> None:
    with_votes(daily_ward, 1, 1, 1)
    for path in ("/", "/kiosks/1", "/kiosks", "/compare"):
        said = text_of(daily_ward, path)
        assert "chưa có đánh giá" in said
        assert "phiếu hài lòng" not in said.replace("số phiếu hài lòng", "")
        assert "Phát hành theo ngày" in said


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_load_nothing_from_elsewhere(ward: Ward, path: str) -> None:
    with_votes(ward, *[5] * 30)
    answer = ward.client.get(path)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text
    assert "http" not in answer.text
    assert not re.search(r"\sstyle=|\son[a-z]+=", answer.text)
    loaded = set(re.findall(r'(?:src|href)="([^"]+\.(?:css|svg)|/faces/\d)"', answer.text))
    assert "/ward.css" in loaded
    for file in loaded:
        assert ward.client.get(file).status_code == 200, file


def test_there_are_five_faces(ward: Ward) -> None:
    assert [ward.client.get(f"/faces/{level}").status_code for level in range(7)] == [400, *[200] * 5, 400]
    assert ward.client.get("/faces/5").headers["content-type"].startswith("image/svg+xml")


@pytest.mark.parametrize("path", PAGES)
def test_without_accounts_the_pages_are_for_this_computer(ward: Ward, path: str) -> None:
    with_votes(ward)
    for elsewhere in ({"Host": "ward.example"}, {"X-Forwarded-For": "203.0.113.9"}):
        answer = ward.client.get(path, headers=elsewhere)
        assert (answer.status_code, answer.headers["location"].startswith("/login")) == (303, True)
    assert ward.client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/", "/kiosks", "/kiosks/1", "/compare", "/health"])
def test_a_kiosks_words_cannot_become_markup(ward: Ward, path: str) -> None:
    kiosk = ward.enrol("<i>Quầy")
    kiosk.start(counter={"vi": "<b>Quầy</b>", "en": "<b>"}, unit={"vi": "<b>", "en": "<b>"})
    ward.send(kiosk, health={"version": "<u>1", "clock": "<u>", "free": "<u>", "wall": -1})
    page = page_of(ward, path)
    assert "&lt;" in page
    assert not re.search(r"<[ibu]>", page)


def test_a_language_once_chosen_stays(ward: Ward) -> None:
    assert "Overview" in ward.client.get("/?lang=en").text
    assert "Compare" in ward.client.get("/compare").text
    ward.client.get("/?lang=vi")
    assert "So sánh" in ward.client.get("/compare").text
    assert "So sánh" in ward.client.get("/compare?lang=xx").text


def test_the_other_language_is_the_same_page(ward: Ward) -> None:
    page = page_of(ward, "/compare", by="session", range="last-month")
    assert 'href="/compare?by=session&amp;range=last-month&amp;lang=en"' in page


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
