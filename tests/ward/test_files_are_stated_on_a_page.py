"""`/transactions`: typed in, or sent as a table and confirmed; nothing is kept before, nothing for another's kiosk."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import httpx
import pytest

from sync.ward.figures import Span
from sync.ward.files_handled import Channel, Place, stated
from sync.ward.permissions import Role
from sync.ward.tabular import read_table
from tests.ward.conftest import Browser, Ward, hidden

WEEK = Span(date(2026, 11, 16), date(2026, 11, 22))
MONDAY, WEDNESDAY = date(2026, 11, 16), date(2026, 11, 18)
COUNTER, ONLINE = Channel.COUNTER, Channel.ONLINE
TABLE = "Ngày;Quầy;Hồ sơ tại quầy;Hồ sơ trực tuyến\n16/11/2026;Quầy 1;12;3\n17/11/2026;Quầy 1;9;\n"


@pytest.fixture
def manager(ward: Ward) -> Iterator[Browser]:
    ward.enrol("Quầy 1")
    ward.enrol("Quầy 2")
    unit = ward.unit("Chi nhánh", kiosks=("Quầy 1",))
    ward.account("hoa", Role.MANAGER, unit)
    with ward.logged_in("hoa") as browser:
        yield browser


def known(ward: Ward) -> dict[Place, int]:
    with ward.house.engine.connect() as db:
        return stated(db, WEEK)


def send_table(browser: Browser, raw: bytes, name: str = "tuan.csv") -> httpx.Response:
    form = hidden(browser.get("/transactions"))["form"]
    return browser.client.post("/transactions/preview", data={"form": form}, files={"file": (name, raw)})


def confirm(browser: Browser, page: httpx.Response, **other: str) -> httpx.Response:
    rows = re.search(r'<textarea name="rows" hidden>(.*?)</textarea>', page.text, re.S)
    assert rows, page.text
    return browser.client.post("/transactions/confirm", data=hidden(page) | {"rows": unescape(rows[1])} | other)


def test_a_week_is_typed_in_and_an_empty_field_takes_back(ward: Ward, manager: Browser) -> None:
    fields = {"kiosk": "1", "week": "2026-11-16", "counter_2026-11-16": "12", "online_2026-11-16": " 3 "}
    answer = manager.send("/transactions", "/transactions", **fields)
    assert answer.status_code == 303, answer.text
    assert known(ward) == {Place(1, MONDAY, COUNTER): 12, Place(1, MONDAY, ONLINE): 3}
    page = manager.get(answer.headers["location"])
    assert "Đã ghi" in page.text
    assert 'name="counter_2026-11-16" value="12"' in page.text
    manager.send("/transactions", "/transactions", **fields | {"counter_2026-11-16": "0", "online_2026-11-16": ""})
    assert known(ward) == {Place(1, MONDAY, COUNTER): 0}
    again = manager.send(
        "/transactions", "/transactions", **fields | {"counter_2026-11-16": "0", "online_2026-11-16": ""}
    )
    assert "done=0" in again.headers["location"]


def test_what_does_not_fit_is_shown_beside_its_field_and_nothing_is_kept(ward: Ward, manager: Browser) -> None:
    fields = {"kiosk": "1", "week": "2026-11-16", "counter_2026-11-16": "12", "counter_2026-11-17": "<b>mười"}
    answer = manager.send("/transactions", "/transactions", **fields)
    assert answer.status_code == 422
    assert "“&lt;b&gt;mười” không phải số nguyên" in answer.text
    assert 'value="&lt;b&gt;mười"' in answer.text
    assert known(ward) == {}


def test_a_day_to_come_cannot_be_typed_in(ward: Ward, manager: Browser) -> None:
    manager.send("/transactions", "/transactions", kiosk="1", week="2026-11-16", **{"counter_2026-11-20": "5"})
    assert known(ward) == {}


def test_a_table_is_kept_when_it_is_confirmed_and_not_before(ward: Ward, manager: Browser) -> None:
    page = send_table(manager, TABLE.encode("utf-8-sig"))
    assert page.status_code == 200, page.text
    assert known(ward) == {}
    assert confirm(manager, page).status_code == 303
    assert known(ward) == {
        Place(1, MONDAY, COUNTER): 12, Place(1, MONDAY, ONLINE): 3, Place(1, date(2026, 11, 17), COUNTER): 9,
    }  # fmt: skip
    history = manager.get("/transactions").text
    assert "tuan.csv" in history
    assert "Không có gì thay đổi" in send_table(manager, TABLE.encode()).text


def test_a_wrong_table_is_refused_by_row_and_column(ward: Ward, manager: Browser) -> None:
    page = send_table(manager, TABLE.replace(";9;", ";-9;").encode())
    assert page.status_code == 422
    assert "Số hồ sơ không thể âm" in page.text
    assert "hồ sơ trực tuyến" not in page.text.lower().split("<table")[0]
    assert send_table(manager, b"\xd0\xcf\x11\xe0").status_code == 422
    assert send_table(manager, b"").status_code == 422
    assert known(ward) == {}


def test_another_units_kiosk_cannot_be_stated(ward: Ward, manager: Browser) -> None:
    assert "Không có quầy “Quầy 2”" in send_table(manager, TABLE.replace("Quầy 1", "Quầy 2").encode()).text
    page = send_table(manager, TABLE.encode())
    assert confirm(manager, page, rows="2 2026-11-16 counter 5").status_code == 404
    assert confirm(manager, page, rows="1 2026-11-16 counter -5").status_code == 404
    assert confirm(manager, page, rows="nonsense").status_code == 404
    fields = {"kiosk": "2", "week": "2026-11-16", "counter_2026-11-16": "12"}
    assert manager.send("/transactions", "/transactions", **fields).status_code == 404
    assert known(ward) == {}


def test_what_somebody_has_changed_meanwhile_is_shown_again(ward: Ward, manager: Browser) -> None:
    page = send_table(manager, TABLE.encode())
    fields = {"kiosk": "1", "week": "2026-11-16", "counter_2026-11-16": "7"}
    manager.send("/transactions", "/transactions", **fields)
    again = confirm(manager, page)
    assert again.status_code in (200, 303)
    assert "vừa được người khác sửa" in again.text
    assert known(ward)[Place(1, MONDAY, COUNTER)] == 7
    assert confirm(manager, again).status_code == 303
    assert known(ward)[Place(1, MONDAY, COUNTER)] == 12


def test_who_may_only_look_sees_no_form(ward: Ward) -> None:
    ward.enrol("Quầy 1")
    ward.account("lan")
    with ward.logged_in("lan") as browser:
        page = browser.get("/transactions")
        assert "Bạn được xem" in page.text
        assert 'name="counter_' not in page.text
        assert browser.client.post("/transactions", data={"form": "x"}).status_code in (400, 403)


def test_the_template_is_a_table_that_this_page_reads(ward: Ward, manager: Browser) -> None:
    raw = manager.get("/transactions/template", week="2026-11-16").content
    assert [row.cells[:2] for row in read_table(raw).rows[:2]] == [["Ngày", "Quầy"], ["16/11/2026", "Quầy 1"]]
    assert "Tệp không có dòng số liệu nào" in send_table(manager, raw, "mau.xlsx").text
