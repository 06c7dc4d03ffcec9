"""The administrator's pages and one's own, over real HTTP: what they change, what they show once, what they refuse."""

import re

import httpx
import pytest
from sqlalchemy import select

from sync.ward.permissions import ROOT, Role, Scope
from sync.ward.store.people import accounts, tokens, units
from sync.ward.store.tables import kiosks
from tests.ward.conftest import PASSWORD, Browser, Ward, hidden
from tests.ward.test_who_logs_in import WRONG, trail

SECRET = re.compile(r"<code>([^<]+)</code>")
NEW = "một câu khác hẳn"


def named(ward: Ward, name: str) -> int:
    return int(ward.rows(select(accounts.c.id).where(accounts.c.name == name))[0][0])


def secret_of(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return SECRET.findall(answer.text)[0]


def add_minh(admin: Browser, **more: str) -> httpx.Response:
    given = {"name": "Minh", "person": "Trần Minh", "role": "manager", "unit": "1", "language": "vi"} | more
    return admin.send("/people", "/people", **given)


def test_a_new_account_gets_a_password_that_is_shown_once_and_only_to_be_changed(ward: Ward) -> None:
    ward.account("quản.trị", Role.ADMINISTRATOR)
    with ward.logged_in("quản.trị") as admin:
        password = secret_of(add_minh(admin))
        assert password not in admin.get(f"/people/{named(ward, 'minh')}").text
    with ward.browser() as minh:
        assert minh.log_in("minh", password).status_code == 303
        assert minh.get("/").headers["location"] == "/me"
        assert "mật khẩu tạm" in minh.get("/me").text
        assert minh.send("/me", "/me/password", old=password, new=NEW, again=NEW).status_code == 303
        assert minh.get("/").status_code == 200
        assert minh.log_in("minh", password).status_code == 401
        assert minh.log_in("minh", NEW).status_code == 303
    done = [(who, what) for who, what, _ in trail(ward)]
    assert done[:4] == [("quản.trị", "login"), ("quản.trị", "account"), ("minh", "login"), ("minh", "password")]
    assert password not in str(trail(ward))


def test_what_does_not_fit_is_said_in_the_pages_language_and_changes_nothing(ward: Ward) -> None:
    ward.account("an", Role.ADMINISTRATOR)
    ward.account("minh")
    with ward.logged_in("an") as admin:
        for fields, sentence in (
            ({}, "Đã có tài khoản “minh”"),
            ({"name": "!"}, "Tên đăng nhập có từ 2 đến 60 ký tự"),
            ({"name": "lan", "role": "king"}, "Hãy chọn một vai trò."),
            ({"name": "lan", "unit": "77"}, "Không có đơn vị “77”."),
        ):
            answer = add_minh(admin, **fields)
            assert (answer.status_code, sentence in answer.text) == (422, True), answer.text
            assert "Trần Minh" in answer.text  # what was typed is still there
    assert len(ward.rows(select(accounts))) == 2


def test_an_account_is_placed_reset_and_closed(ward: Ward) -> None:
    ward.account("an", Role.ADMINISTRATOR)
    minh = ward.account("minh")
    ward.unit("Phường 2")
    page = f"/people/{minh}"
    with ward.logged_in("an") as admin, ward.logged_in("minh") as other:
        assert admin.send(page, f"{page}/place", role="inspector", unit="2").status_code == 303
        assert other.get("/").status_code == 303
        password = secret_of(admin.send(page, f"{page}/password"))
        assert other.log_in("minh").status_code == 401
        assert other.log_in("minh", password).status_code == 303
        assert admin.send(page, f"{page}/close").status_code == 303
        assert other.get("/me").headers["location"].startswith("/login")
        assert other.log_in("minh", password).status_code == 401
    row = ward.rows(select(accounts).where(accounts.c.id == minh))[0]
    assert (row.role, row.unit, row.closed) == ("inspector", 2, ward.now[0])


def test_nobody_takes_away_their_own_account(ward: Ward) -> None:
    an = ward.account("an", Role.ADMINISTRATOR)
    with ward.logged_in("an") as admin:
        value = hidden(admin.get("/me"))["form"]
        for what in ("place", "close", "password"):
            given = {"form": value, "role": "viewer", "unit": "1"}
            answer = admin.client.post(f"/people/{an}/{what}", data=given)
            assert (answer.status_code, "tài khoản đang dùng" in answer.text) == (422, True)
        assert admin.client.post("/people/99/close", data={"form": value}).status_code == 404
    assert ward.rows(select(accounts.c.role, accounts.c.closed)) == [("administrator", None)]


@pytest.mark.parametrize("old", [WRONG, ""])
def test_ones_password_is_changed_only_with_the_old_one(ward: Ward, old: str) -> None:
    ward.account("lan")
    with ward.logged_in("lan") as lan:
        answers = [lan.send("/me", "/me/password", old=old, new=NEW, again=NEW) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [422] * 4
        assert "chưa đúng" in answers[0].text
        assert "Hãy chờ" in answers[3].text
    assert ("lan", "password refused", "") in trail(ward)
    with ward.browser() as browser:
        ward.pass_time(60_000)
        assert browser.log_in("lan").status_code == 303


@pytest.mark.parametrize(
    ("new", "again", "sentence"),
    [("ngắn", "ngắn", "từ 10 đến"), ("matkhau123456", "matkhau123456", "quá dễ đoán"), (NEW, NEW + "x", "giống nhau")],
)
def test_a_new_password_has_to_be_one(ward: Ward, new: str, again: str, sentence: str) -> None:
    ward.account("lan")
    with ward.logged_in("lan") as lan:
        answer = lan.send("/me", "/me/password", old=PASSWORD, new=new, again=again)
        assert (answer.status_code, sentence in answer.text) == (422, True)
        assert lan.log_in("lan").status_code == 303


def test_a_changed_password_ends_every_other_login_and_the_cookie_is_new(ward: Ward) -> None:
    ward.account("lan")
    with ward.logged_in("lan") as here, ward.logged_in("lan") as there:
        before = here.client.cookies["hailong"]
        assert here.send("/me", "/me/password", old=PASSWORD, new=NEW, again=NEW).status_code == 303
        assert here.client.cookies["hailong"] != before
        assert (here.get("/").status_code, there.get("/").status_code) == (200, 303)


def test_the_language_of_an_account_holds_wherever_it_logs_in(ward: Ward) -> None:
    ward.account("lan")
    with ward.logged_in("lan") as lan:
        assert lan.send("/me", "/me/language", language="en").status_code == 303
        assert lan.send("/me", "/me/language", language="xx").status_code == 303
    with ward.logged_in("lan") as lan:
        assert '<html lang="en">' in lan.get("/").text


def test_units_form_a_tree_and_kiosks_move_in_it(ward: Ward) -> None:
    ward.account("an", Role.ADMINISTRATOR)
    ward.enrol("Quầy 1")
    with ward.logged_in("an") as admin:
        for name, under in (("Quận 1", "1"), ("Phường 2", "2"), ("Phường 3", "Quận 1")):
            assert admin.send("/units", "/units", name=name, under=under).status_code == 303
        assert admin.send("/units", "/units/move", unit="3", under="1").status_code == 303
        assert admin.send("/units", "/units/kiosk", kiosk="Quầy 1", unit="4").status_code == 303
        for action, fields, sentence in (
            ("/units", {"name": "Quận 1", "under": "1"}, "Ở đó đã có đơn vị"),
            ("/units", {"name": " ", "under": "1"}, "từ 1 đến 100"),
            ("/units/move", {"unit": "2", "under": "4"}, "bên dưới nó"),
            ("/units/move", {"unit": "1", "under": "2"}, "bên dưới nó"),
            ("/units/kiosk", {"kiosk": "Quầy 9", "unit": "2"}, "Không có kiosk"),
        ):
            answer = admin.send("/units", action, **fields)
            assert (answer.status_code, sentence in answer.text) == (422, True), answer.text
    assert ward.rows(select(units.c.name, units.c.parent).where(units.c.id != ROOT).order_by(units.c.id)) == [
        ("Quận 1", 1), ("Phường 2", 1), ("Phường 3", 2),
    ]  # fmt: skip
    assert ward.rows(select(kiosks.c.unit)) == [(4,)]


def test_a_token_is_shown_once_used_and_revoked(ward: Ward) -> None:
    ward.account("an", Role.ADMINISTRATOR)
    with ward.logged_in("an") as admin:
        token = secret_of(admin.send("/tokens", "/tokens", name="báo cáo", unit="1", scope="feed"))
        assert token not in admin.get("/tokens").text
        assert "chưa lần nào" in admin.get("/tokens").text
        headers = {"Authorization": f"Bearer {token}"}
        assert ward.client.get("/v1/votes", headers=headers).status_code == 200
        ward.writer.submit(lambda _: None).result()
        assert "18:06 ngày 18/11/2026" in admin.get("/tokens").text
        assert admin.send("/tokens", "/tokens/1/revoke").status_code == 303
        assert ward.client.get("/v1/votes", headers=headers).status_code == 401
        for fields in ({"name": "báo cáo", "scope": "feed"}, {"name": "x"}, {"name": "", "scope": "feed"}):
            assert admin.send("/tokens", "/tokens", unit="1", **fields).status_code == 422
        value = hidden(admin.get("/tokens"))["form"]
        assert admin.client.post("/tokens/1/revoke", data={"form": value}).status_code == 404
    assert [what for _, what, _ in trail(ward)] == ["login", "token", "token revoked"]
    assert [row.used for row in ward.rows(select(tokens))] == [ward.now[0]]


def test_a_token_opens_its_scopes_and_nothing_else(ward: Ward) -> None:
    assert ward.client.get("/v1/votes", headers=ward.token(Scope.STATISTICS)).status_code == 401
    assert ward.client.get("/v1/votes", headers=ward.token(Scope.EXACT)).status_code == 401


def test_the_audit_trail_is_shown_to_who_may_read_it(ward: Ward) -> None:
    for role in Role:
        ward.account(role, role)
    for role, status in zip(Role, (403, 403, 200, 200), strict=True):
        with ward.logged_in(role) as browser:
            answer = browser.get("/audit")
            assert answer.status_code == status
            assert ("đăng nhập" in answer.text and "127.0.0.1" in answer.text) == (status == 200)
            assert ('href="/audit"' in browser.get("/").text) == (status == 200)
    with ward.logged_in("inspector") as browser:
        browser.send("/", "/logout")
        browser.log_in("inspector")
        assert "/audit?what=logout" in browser.get("/audit").text
        assert "/audit?what=logout" not in browser.get("/audit", what="login").text
        assert browser.get("/audit", what="nothing").text.count("<td") == 0


def test_who_sits_at_this_computer_without_accounts_changes_nothing(ward: Ward) -> None:
    assert ward.client.get("/people").status_code == 403
    assert ward.client.get("/me").headers["location"].startswith("/login")
    with ward.browser() as browser:
        value = hidden(browser.get("/login"))["form"]
        for path in ("/me/language", "/logout", "/people", "/tokens"):
            assert browser.client.post(path, data={"form": value}).status_code == 403
