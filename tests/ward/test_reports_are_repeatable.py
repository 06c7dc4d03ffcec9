"""Reports: on one page, in honest sentences; as of a release the same figures whatever came, or was stated, later."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert

from sync.ward.figures import Figures, Span
from sync.ward.files_handled import Author, Channel, Place, changes, state, stated
from sync.ward.rebuild import rebuild
from sync.ward.saying import direction
from sync.ward.store.engine import writing
from sync.ward.store.found import findings
from tests.ward.conftest import HOUR, Ward
from tests.ward.kiosk_double import KioskDouble
from tests.ward.test_votes_belong_to_sessions import AFTERNOON, MORNING

WEDNESDAY = date(2026, 11, 18)
WEEK = "/reports/week/2026-11-16"
FORMS = ("html", "csv", "xlsx")


def report(ward: Ward, path: str = WEEK, **query: Any) -> bytes:
    answer = ward.client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.content


def text(ward: Ward, path: str = WEEK, **query: Any) -> str:
    import re
    from html import unescape

    return " ".join(unescape(re.sub(r"<[^>]+>", " ", report(ward, path, **query).decode())).split())


def sheet_of(page: bytes) -> bytes:
    """Without the frame, which says when the page was made."""
    return page[page.index(b'<article class="sheet">') : page.index(b"</article>")]


def files(ward: Ward, count: int, kiosk: int = 1) -> int | None:
    with writing(ward.house.engine) as db:
        place = Place(kiosk, WEDNESDAY, Channel.COUNTER)
        stating = changes(stated(db, Span(WEDNESDAY, WEDNESDAY)), {place: count})
        return state(db, stating, Author("test"), ward.now[0])


def with_visits(ward: Ward, count: int, rating: int = 5, name: str = "Quầy 1") -> KioskDouble:
    kiosk = ward.enrol(name)
    kiosk.start(sessions=[MORNING, AFTERNOON])
    for _ in range(count):
        kiosk.visit(rating, rating)
    ward.send(kiosk)
    return kiosk


def test_as_of_a_release_it_stays_the_same(ward: Ward) -> None:
    kiosk = with_visits(ward, 4)
    open_visit = kiosk.vote(5)
    ward.send(kiosk, after=9)
    release = files(ward, 20) or 0
    before = {form: report(ward, format=form, release=release) for form in FORMS}
    pdf = report(ward, format="pdf", release=release)
    assert pdf.startswith(b"%PDF-")
    kiosk.vote(1, open_visit)  # a correction
    kiosk.visit(1, 1)
    kiosk.start(sessions=[MORNING], counter={"vi": "Quầy khác", "en": "Another"})
    ward.pass_time(6 * HOUR)
    ward.send(kiosk, after=10)
    files(ward, 7)
    ward.enrol("Quầy 2")
    for form in FORMS:
        now, then = report(ward, format=form), report(ward, format=form, release=release)
        if form == "html":
            assert sheet_of(then) == sheet_of(before[form])
            assert sheet_of(now) != sheet_of(then)
        else:
            assert then == before[form]
            assert now != then
    assert report(ward, format="pdf", release=release) == pdf
    with writing(ward.house.engine) as db:
        rebuild(db, ward.house)
    assert report(ward, format="csv", release=release) == before["csv"]


def test_each_form_names_its_release_and_rests_on_the_same_figures(ward: Ward) -> None:
    with_visits(ward, 4)
    release = files(ward, 20)
    said = text(ward)
    assert f"Theo lần phát hành số {release}" in said
    assert "4 lượt / 20 hồ sơ tại quầy" in said
    rows = list(csv.reader(io.StringIO(report(ward, format="csv").decode("utf-8-sig"))))
    assert rows[0][0] == "Phần / Part"
    assert all(row[-1] == str(release) for row in rows[1:])
    book = load_workbook(io.BytesIO(report(ward, format="xlsx")))
    figures = list(book.worksheets[0].iter_rows(values_only=True))
    assert [[str(value or "") for value in row] for row in figures[:1]] == [rows[0]]
    n = rows[0].index("n / n")
    assert [row[n] for row in figures[1:] if row[n]] == [4, 4, 4, 4]  # numbers, not text
    assert isinstance(figures[1][rows[0].index("Tỷ lệ hài lòng (%) / Rate (%)")], int | float)


def test_a_name_that_begins_like_a_formula_stays_a_name(ward: Ward) -> None:
    with_visits(ward, 3, name="=1+1")
    assert b"'=1+1" in report(ward, format="csv")
    book = load_workbook(io.BytesIO(report(ward, format="xlsx")))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == "=1+1"]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}


def test_nobody_few_and_enough_say_different_things(ward: Ward) -> None:
    assert "chưa có người dân nào đánh giá" in text(ward)
    assert "Không có đánh giá không có nghĩa là mọi người đều hài lòng" in text(ward)
    kiosk = with_visits(ward, 5)
    assert "5 trên 5 phiếu hài lòng; về thái độ" in text(ward)
    assert "dưới 30 phiếu thì chưa đủ" in text(ward)
    assert "chưa thể so sánh" in text(ward)
    for _ in range(30):
        kiosk.visit(4, 2)
    ward.pass_time(120_000)  # so long it took them
    ward.send(kiosk, after=11)
    said = text(ward, lang="en")
    assert "35 of 35 satisfied (100.0 %; 95 % interval: 90.1–100.0 %)" in said
    assert "5 of 35 satisfied (14.3 %" in said
    assert "too few answers to compare" in said  # nothing before


@pytest.mark.parametrize(
    ("now", "before", "way"),
    [((20, 40), (30, 40), 0), ((10, 40), (350, 400), -1), ((40, 40), (200, 400), 1), ((36, 40), (350, 400), 0)],
)
def test_higher_and_lower_only_where_the_intervals_lie_apart(
    now: tuple[int, int], before: tuple[int, int], way: int
) -> None:
    some, others = (Figures({5: good, 1: n - good}) for good, n in (now, before))
    assert direction(some, others) == way


def test_more_visits_than_files_is_said_plainly(ward: Ward) -> None:
    with_visits(ward, 5)
    files(ward, 3)
    said = text(ward)
    assert "5 lượt là nhiều hơn số hồ sơ giải quyết tại quầy (3)" in said
    assert "5 lượt, nhiều hơn 3 hồ sơ: cần xem lại" in said
    assert "166" not in said


def test_months_and_ranges_are_reports_too(ward: Ward) -> None:
    with_visits(ward, 4)
    assert "Báo cáo tháng 11/2026" in text(ward, "/reports/month/2026-11")
    ranged = text(ward, "/reports/range", **{"from": "01/11/2026", "to": "2026-11-30"})
    assert "Báo cáo 01/11 – 30/11/2026" in ranged
    assert "4 trên 4 phiếu hài lòng" in ranged
    assert "ward export" in text(ward, "/reports")


@pytest.mark.parametrize(
    "path", ["/reports/week/2026-11-17", "/reports/week/x", "/reports/week/0001-01-01", "/reports/month/2026-13",
             "/reports/range?from=0001-01-01&to=0002-01-01", f"{WEEK}?release=99", "/reports/month/9999-12"],
)  # fmt: skip
def test_what_is_no_report_is_404(ward: Ward, path: str) -> None:
    assert ward.client.get(path).status_code == 404


def test_a_report_is_limited_to_the_kiosks_of_its_visitor(ward: Ward) -> None:
    with_visits(ward, 3)
    with_visits(ward, 4, 1, "Quầy 2")
    unit = ward.unit("Chi nhánh", kiosks=("Quầy 2",))
    ward.account("lan", unit=unit)
    with ward.logged_in("lan") as browser:
        said = browser.get(WEEK, format="csv").content.decode("utf-8-sig")
    assert "Quầy 2" in said
    assert "Quầy 1" not in said
    assert {row["n / n"] for row in csv.DictReader(io.StringIO(said))} == {"4", "0", ""}


def test_silence_counts_within_opening_hours_and_only_as_known_then(ward: Ward) -> None:
    from sync.ward.sheet import offline_minutes

    kiosk = with_visits(ward, 3)  # at 18:06, open until 18:30
    ward.pass_time(24 * HOUR)  # Thursday, 18:06
    ward.send(kiosk, after=len(kiosk.lines))
    span, now = Span(date(2026, 11, 16), date(2026, 11, 22)), ward.now[0]
    with ward.house.engine.connect() as db:
        assert offline_minutes(db, ward.house, 1, span, now) == pytest.approx(23 + 240 + 276, abs=1)
        assert offline_minutes(db, ward.house, 1, span, now - 24 * HOUR) == 0
        assert offline_minutes(db, ward.house, 1, span, now - 23 * HOUR) == pytest.approx(23, abs=1)


def test_findings_are_told_by_their_names_in_the_week_in_which_they_showed(ward: Ward) -> None:
    kiosk = with_visits(ward, 4)
    about = {"kind": "burst", "log": kiosk.log, "detail": "", "count": 1, "kiosk": 1}
    with writing(ward.house.engine) as db:
        for day in ("2026-11-15", "2026-11-16", "2026-11-22", "2026-11-23"):
            db.execute(insert(findings).values(**about, about=day, first=ward.now[0], last=ward.now[0]))
    assert "1 dấu hiệu mới" in text(ward, "/reports/week/2026-11-09")
    assert "2 dấu hiệu mới" in text(ward)
    assert "Nhiều lượt giống nhau liền nhau (2)" in text(ward)
    ward.pass_time(HOUR)
    with writing(ward.house.engine) as db:  # filed after the release
        db.execute(insert(findings).values(**about, about="2026-11-17", first=ward.now[0], last=ward.now[0]))
    assert "2 dấu hiệu mới" in text(ward)
