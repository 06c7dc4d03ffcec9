"""Logging in and out over real HTTP: cookies, forms, pauses, ends; what is refused costs as much as what is not."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy import func, select

from sync.ward.accounts import close_account, keep_password, place_account
from sync.ward.passwords import NOBODY, Passwords, check_password, new_hasher
from sync.ward.permissions import ROOT, Role
from sync.ward.store.engine import writing
from sync.ward.store.people import audit, logins, tries
from sync.ward.tries import ACCOUNT, ADDRESS
from sync.ward.unfit import Unfit
from sync.ward.web.app import build_app
from sync.ward.web.login import own_path
from tests.ward.conftest import BOARD, CHEAP, PASSWORD, Ward, hidden

MINUTE, HOUR = 60_000, 3_600_000
WRONG = "không phải mật khẩu"
TLS = {"X-Forwarded-Proto": "https", "Host": "ward.example"}


def trail(ward: Ward) -> list[tuple[str, str, str]]:
    return [(row.who, row.what, row.detail) for row in ward.rows(select(audit).order_by(audit.c.id))]


def fail(ward: Ward, times: int, name: str = "lan", patience: int = ACCOUNT.most) -> None:
    with ward.browser() as browser:
        for _ in range(times):
            assert browser.log_in(name, WRONG).status_code == 401
            ward.pass_time(patience)


def test_a_page_leads_to_the_login_and_back(ward: Ward) -> None:
    ward.account("lan", person="Nguyễn Thị Lan")
    with ward.browser() as browser:
        sent = browser.get("/", lang="en")
        assert (sent.status_code, sent.headers["location"]) == (303, "/login?next=%2F%3Flang%3Den")
        page = browser.get(sent.headers["location"])
        assert 'lang="vi"' in page.text
        answer = browser.client.post("/login", data=hidden(page) | {"name": " LAN ", "password": PASSWORD})
        assert (answer.status_code, answer.headers["location"]) == (303, "/?lang=en")
        assert "Nguyễn Thị Lan" in browser.get("/").text
    assert trail(ward)[-1] == ("lan", "login", "from 127.0.0.1")


def test_with_an_account_this_computer_has_to_log_in_too(ward: Ward) -> None:
    assert ward.client.get("/").status_code == 200
    close = ward.account("lan")
    assert ward.client.get("/").status_code == 303
    with writing(ward.house.engine) as db:
        close_account(db, close, ward.now[0])
    assert ward.client.get("/").status_code == 303  # nor when all of them are closed


def test_wrong_name_and_wrong_password_are_told_alike_and_kept_without_what_was_typed(ward: Ward) -> None:
    ward.account("lan")
    with ward.browser() as browser:
        answers = [browser.log_in(name, WRONG) for name in ("lan", "mật khẩu gõ nhầm")]
    assert {answer.status_code for answer in answers} == {401}
    assert all("Tên đăng nhập hoặc mật khẩu chưa đúng." in answer.text for answer in answers)
    assert [what for _, what, _ in trail(ward)] == ["login refused"] * 2
    kept = str(trail(ward))
    assert "account lan" in kept
    assert WRONG not in kept
    assert "gõ nhầm" not in kept


class Counting:
    """argon2 as it is, and how often it was asked."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self.hasher, self.asked = hasher, 0

    def verify(self, proof: str, password: str) -> bool:
        self.asked += 1
        return self.hasher.verify(proof, password)


def test_a_wrong_name_costs_as_much_as_a_wrong_password(ward: Ward) -> None:
    hasher: Any = Counting(new_hasher())
    BOARD.app = build_app(ward.house, ward.writer, passwords=Passwords(hasher))
    ward.account("lan")
    with ward.browser() as browser:
        for name, asked in (("lan", 1), ("nobody", 2)):
            assert browser.log_in(name, WRONG).status_code == 401
            assert hasher.asked == asked
    own = new_hasher().hash("x")
    assert extract_parameters(NOBODY) == extract_parameters(own)


def test_the_proof_is_argon2id_as_owasp_says_and_composed_letters_are_one(ward: Ward) -> None:
    proof = Passwords().hash("mật khẩu dài")
    assert proof.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert Passwords().fits(proof, "mật khẩu dài")  # decomposed
    assert not Passwords().fits(proof, "mật khẩu dai")
    assert not Passwords().fits(None, "mật khẩu dài")
    assert not Passwords().fits("", "")


@pytest.mark.parametrize(
    "password", ["", "123456789", "1234567890", "MatKhau123456", "aaaaaaaaaab", "thilan2026", "a" * 501]
)
def test_what_everybody_tries_first_is_no_password(password: str) -> None:
    with pytest.raises(Unfit):
        check_password(password, "thilan")
    check_password(PASSWORD, "thilan")


def test_the_cookie_is_new_after_every_login(ward: Ward) -> None:
    """One that was planted before opens nothing afterwards, nor does the one of the login before."""
    ward.account("lan")
    with ward.browser() as browser:
        browser.get("/login")
        seen = [browser.client.cookies["hailong"]]
        for _ in range(2):
            browser.log_in("lan")
            seen.append(browser.client.cookies["hailong"])
    assert len(set(seen)) == 3
    for secret, status in zip(seen, (303, 303, 200), strict=True):
        assert ward.client.get("/", headers={"Cookie": f"hailong={secret}"}).status_code == status
    assert ward.rows(select(func.count()).select_from(logins))[0][0] == 1


def test_the_cookies_flags(ward: Ward) -> None:
    ward.account("lan")
    with ward.browser() as browser:
        for answer in (browser.get("/login"), browser.log_in("lan")):
            (cookie,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith("hailong=")]
            assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
            assert "Max-Age" not in cookie  # it ends with the browser
    with ward.browser(**TLS) as browser:
        (cookie,) = browser.get("/login").headers.get_list("set-cookie")
    assert cookie.startswith("__Host-hailong=")
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Secure"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_no_secret_of_a_login_is_stored(ward: Ward) -> None:
    ward.account("lan")
    with ward.logged_in("lan") as browser:
        secret = browser.client.cookies["hailong"]
    ward.house.engine.dispose()
    files = [file.read_bytes() for file in ward.house.folder.iterdir()]
    assert not any(secret.encode() in content or PASSWORD.encode() in content for content in files)


def test_logging_out_ends_it_at_the_server(ward: Ward) -> None:
    ward.account("lan")
    with ward.logged_in("lan") as browser:
        kept = {"Cookie": f"hailong={browser.client.cookies['hailong']}"}
        assert browser.send("/", "/logout").headers["location"] == "/login"
        assert "hailong" not in browser.client.cookies
    assert ward.client.get("/", headers=kept).status_code == 303
    assert trail(ward)[-1][:2] == ("lan", "logout")


def test_a_login_ends_unused_and_after_a_days_work(ward: Ward) -> None:
    limits = ward.house.settings.logins
    ward.account("lan")
    with ward.logged_in("lan") as browser:
        for _ in range(limits.hours):  # the last of them is an hour too late
            assert browser.get("/").status_code == 200
            ward.pass_time(limits.idle_minutes * MINUTE - 1)
            _flushed(ward)
        ward.pass_time(limits.hours)
        assert browser.get("/").status_code == 303
    with ward.logged_in("lan") as browser:
        ward.pass_time(limits.idle_minutes * MINUTE)
        assert browser.get("/").status_code == 303


def _flushed(ward: Ward) -> None:
    """When it was last seen is written beside the answer; what is handed to the writer now comes after it."""
    ward.writer.submit(lambda _: None).result()


@pytest.mark.parametrize("what", ["closed", "placed", "password"])
def test_whatever_changes_an_account_ends_its_logins_at_once(ward: Ward, what: str) -> None:
    lan = ward.account("lan")
    with ward.logged_in("lan") as browser:
        assert browser.get("/").status_code == 200
        with writing(ward.house.engine) as db:
            if what == "closed":
                close_account(db, lan, ward.now[0])
            elif what == "placed":
                place_account(db, lan, Role.MANAGER, ROOT)
            else:
                keep_password(db, lan, CHEAP.hash(WRONG))
        assert browser.get("/").status_code == 303
        assert browser.log_in("lan").status_code == (303 if what == "placed" else 401)


def test_a_form_without_its_value_or_with_anothers_changes_nothing(ward: Ward) -> None:
    ward.account("lan")
    ward.account("minh")
    with ward.logged_in("lan") as lan, ward.logged_in("minh") as minh:
        of_minh = hidden(minh.get("/"))["form"]
        for data in ({}, {"form": ""}, {"form": of_minh}, {"form": "ó"}):
            answer = lan.client.post("/logout", data=data)
            assert (answer.status_code, "chưa có gì được thay đổi" in answer.text) == (403, True)
        assert lan.client.post("/logout", json={"form": hidden(lan.get("/"))["form"]}).status_code == 403
        assert lan.get("/").status_code == 200
        assert lan.send("/", "/logout").status_code == 303
        assert minh.get("/").status_code == 200


def test_the_login_form_belongs_to_the_browser_that_was_given_it(ward: Ward) -> None:
    ward.account("lan")
    given = {"name": "lan", "password": PASSWORD}
    with ward.browser() as one, ward.browser() as other:
        of_other = hidden(other.get("/login"))
        assert one.client.post("/login", data=of_other | given).status_code == 403  # no cookie at all
        one.get("/login")
        assert one.client.post("/login", data=of_other | given).status_code == 403
        assert one.client.post("/login", data=given).status_code == 403
    assert ward.rows(select(logins)) == []


@pytest.mark.parametrize(
    "place",
    [
        *("//evil.example", "///evil.example", "https://evil.example/", "evil.example", "javascript:alert(1)"),
        *("/\\evil.example", "\\\\evil.example", "/\t/evil.example", "/\n/evil.example"),
        *("", "/login", "/logout", "/login?next=/x", "/trang-mới"),
    ],
)
def test_one_is_led_back_only_to_a_page_of_this_server(ward: Ward, place: str) -> None:
    assert own_path(place) == "/"
    ward.account("lan")
    with ward.browser() as browser:
        assert hidden(browser.client.get(f"/login?next={quote(place)}"))["next"] == "/"
        page = hidden(browser.get("/login")) | {"name": "lan", "password": PASSWORD, "next": place}
        assert browser.client.post("/login", data=page).headers["location"] == "/"
    assert own_path("/kiosks/3?from=2026-01-01&to=2026-05-15") == "/kiosks/3?from=2026-01-01&to=2026-05-15"


def test_pauses_of_an_account_grow_to_a_limit_and_pass(ward: Ward) -> None:
    assert [ACCOUNT.pause(wrong) // 1000 for wrong in range(12)] == [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert ACCOUNT.pause(10**9) == ACCOUNT.most
    ward.account("lan")
    fail(ward, 5)
    with ward.browser() as browser:
        assert browser.log_in("lan", WRONG).status_code == 401
        ward.pass_time(7_999)
        paused = browser.log_in("lan")  # the right one: refused unread
        assert (paused.status_code, paused.headers["retry-after"]) == (429, "1")
        assert "Hãy chờ 1 giây" in paused.text
        ward.pass_time(1)
        assert browser.log_in("lan").status_code == 303
        assert browser.log_in("lan", WRONG).status_code == 401  # and starts anew
        assert browser.log_in("lan").status_code == 303


def test_asking_during_a_pause_does_not_make_it_longer(ward: Ward) -> None:
    ward.account("lan")
    fail(ward, 6)
    with ward.browser() as browser:
        browser.log_in("lan", WRONG)
        for _ in range(3):
            ward.pass_time(ACCOUNT.pause(7) // 4)
            assert browser.log_in("lan", WRONG).status_code == 429
        ward.pass_time(ACCOUNT.pause(7) // 4)
        assert browser.log_in("lan").status_code == 303


def test_pauses_of_an_address_grow_over_all_names(ward: Ward) -> None:
    ward.account("lan")
    with ward.browser() as browser:
        for number in range(ADDRESS.free):
            assert browser.log_in(f"name{number}", WRONG).status_code == 401
        assert browser.log_in("lan").status_code == 429
        ward.pass_time(1000)
        assert browser.log_in("lan").status_code == 303
        assert browser.log_in("lan").status_code == 303  # who is right makes nobody wait
        assert browser.log_in("other", WRONG).status_code == 401  # but does not clear the address
        assert browser.log_in("lan").status_code == 429
    with ward.browser(**{"X-Forwarded-For": "203.0.113.9"}) as elsewhere:
        assert elsewhere.log_in("lan").status_code == 303


def test_pauses_survive_a_restart_and_are_forgotten(ward: Ward) -> None:
    ward.account("lan")
    fail(ward, 4)
    with ward.browser() as browser:
        browser.log_in("lan", WRONG)
        BOARD.app = build_app(ward.house, ward.writer, passwords=CHEAP)
        assert browser.log_in("lan").status_code == 429
        ward.pass_time(24 * HOUR)
        assert browser.log_in("lan", WRONG).status_code == 401
        assert browser.log_in("lan").status_code == 303
    assert [row.whose for row in ward.rows(select(tries))] == ["address 127.0.0.1"]


def test_many_guesses_at_once_are_counted_each(ward: Ward) -> None:
    """They count before argon2 has looked at the first of them."""
    ward.account("lan")
    with ward.browser() as browser:
        form = hidden(browser.get("/login")) | {"name": "lan", "password": WRONG}
        answers = _at_once(browser.client, form, 8)
    assert sorted(answers) == [401] * ACCOUNT.free + [429] * (8 - ACCOUNT.free)


def _at_once(client: httpx.Client, form: dict[str, str], times: int) -> list[int]:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(times) as pool:
        return [one.status_code for one in pool.map(lambda _: client.post("/login", data=form), range(times))]


def test_a_temporary_password_opens_only_its_own_change(ward: Ward) -> None:
    ward.account("lan", temporary=True)
    with ward.logged_in("lan") as browser:
        sent = browser.get("/")
        assert (sent.status_code, sent.headers["location"]) == (303, "/me")
