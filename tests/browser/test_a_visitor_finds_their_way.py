"""What officials do, in a browser whose scripts are switched off: the pages need none."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.seeing import Window, window
from tests.ward.conftest import Ward

pytestmark = pytest.mark.browser


@pytest.fixture(params=["desktop", "phone"])
def seen(ward: Ward, url: str, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Window]:
    with window(browser, url, request.param, scripts=False) as opened:
        opened.open("/")
        yield opened
        assert opened.complaints == []


def test_by_one_click_to_a_week_a_month_a_year(seen: Window) -> None:
    for name, days in (
        ("Tuần này", "16/11 – 22/11/2026"),
        ("Tuần trước", "09/11 – 15/11/2026"),
        ("Tháng trước", "01/10 – 31/10/2026"),
        ("Năm nay", "01/01 – 31/12/2026"),
    ):
        seen.page.get_by_role("link", name=name, exact=True).click()
        expect(seen.page.locator(".heading")).to_contain_text(days)


def test_to_days_of_ones_own_and_back_by_the_address(seen: Window) -> None:
    seen.page.get_by_text("Chọn ngày", exact=True).click()
    seen.page.get_by_label("Từ ngày").fill("2026-01-05")
    seen.page.get_by_label("Đến ngày").fill("2026-05-15")
    seen.page.get_by_role("button", name="Xem").click()
    expect(seen.page.locator(".heading")).to_contain_text("05/01 – 15/05/2026")
    address = seen.page.url
    seen.open("/")
    seen.page.goto(address)
    expect(seen.page.get_by_label("Từ ngày")).to_have_value("2026-01-05")


def test_days_that_are_no_range_are_said_at_the_field(seen: Window) -> None:
    seen.open("/?from=2026-03-02&to=2026-03-01")
    expect(seen.page.get_by_label("Đến ngày")).to_have_accessible_description("Ngày cuối phải sau ngày đầu.")
    expect(seen.page.get_by_label("Đến ngày")).to_have_value("2026-03-01")


def test_from_the_overview_to_a_kiosk_and_its_formula(seen: Window) -> None:
    seen.open("/?range=last-month")
    seen.page.get_by_role("link", name="Quầy 3 (dữ liệu mẫu)").click()
    expect(seen.page.get_by_role("heading", level=1)).to_have_text("Quầy 3 (dữ liệu mẫu)")
    expect(seen.page.locator(".heading")).to_contain_text("01/10 – 31/10/2026")
    seen.page.get_by_role("link", name="Cách tính").first.click()
    expect(seen.page.get_by_text("(n₅ + n₄) / n")).to_be_visible()


def test_the_other_language_keeps_the_page_and_stays(seen: Window) -> None:
    seen.open("/kiosks/1?range=last-month")
    seen.page.get_by_role("link", name="English").click()
    expect(seen.page.locator(".heading")).to_contain_text("01 Oct – 31 Oct 2026")
    seen.page.get_by_role("link", name="Compare").click()
    expect(seen.page.get_by_role("heading", level=1)).to_have_text("Compare")


def test_comparing_sessions_then_counters_by_their_lower_end(seen: Window) -> None:
    seen.open("/compare")
    seen.page.get_by_label("So sánh").select_option("Phiên làm việc")
    seen.page.get_by_role("button", name="Xem").last.click()
    expect(seen.page.get_by_role("rowheader", name="Chủ nhật vì dân").first).to_be_visible()
    seen.page.get_by_label("So sánh").select_option("Kiosk")
    seen.page.get_by_label("Sắp xếp").select_option("theo cận dưới của khoảng tin cậy")
    seen.page.get_by_role("button", name="Xem").last.click()
    names = seen.page.locator("table").first.get_by_role("rowheader").all_inner_texts()
    assert [name.split(" (")[0] for name in names] == ["Quầy 1", "Quầy 4", "Quầy 3", "Quầy 8", "Quầy 9"]


def test_searching_for_a_kiosk(seen: Window) -> None:
    seen.open("/kiosks?range=this-week")
    seen.page.get_by_label("Tìm theo tên kiosk hoặc đơn vị").fill("quầy 9")
    seen.page.get_by_role("button", name="Tìm").click()
    expect(seen.page.get_by_role("rowheader")).to_have_count(1)
    expect(seen.page.locator(".heading")).to_contain_text("16/11 – 22/11/2026")


def test_health_tells_the_silent_and_the_troubled(seen: Window) -> None:
    seen.open("/health")
    row = seen.page.get_by_role("row").filter(has_text="Quầy 9")
    for words in ("nút bị kẹt", "lệch quá 5 phút", "0,2 GB"):
        expect(row).to_contain_text(words)
    seen.page.get_by_role("link", name="Chưa liên lạc").click()
    expect(seen.page.get_by_role("rowheader")).to_have_text(["Quầy 8"])


def test_the_keyboard_skips_to_the_content(seen: Window) -> None:
    seen.page.keyboard.press("Tab")
    expect(seen.page.get_by_role("link", name="Đi thẳng tới nội dung")).to_be_focused()
    seen.page.keyboard.press("Enter")
    expect(seen.page).to_have_url(re.compile("#main$"))
