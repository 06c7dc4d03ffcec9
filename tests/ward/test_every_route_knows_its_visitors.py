"""Every route, whoever wrote it: it says whom it is for, and shows nobody a kiosk of another unit."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from litestar import Litestar
from litestar.di import Provide
from litestar.routes import HTTPRoute

from sync.ward.permissions import ROLES, Action, Role, Scope
from sync.ward.web.access import KEY, Access, ByLogin, ByToken, Door, Public, Signed
from sync.ward.web.app import ROUTES, healthz
from tests.ward.conftest import BOARD, Browser, Ward, hidden, running
from tests.ward.kiosk_double import KioskDouble

OWN, OTHER = "Quầy nhìn thấy", "Quầy bị giấu"
PARTS = ("house", "writer", "intake", "passwords", "counts", "who")


@dataclass(frozen=True)
class Way:
    method: str
    path: str
    access: Access | None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def ways_of(app: Litestar) -> list[Way]:
    routes = [route for route in app.routes if isinstance(route, HTTPRoute)]
    pairs = [(route.path, handler) for route in routes for handler in route.route_handlers]
    found = [(method, path, handler.opt.get(KEY)) for path, handler in pairs for method in handler.http_methods]
    return [Way(*one) for one in sorted(found, key=str) if one[0] != "OPTIONS"]


NOTHING: dict[str, Any] = {name: Provide(lambda: None, sync_to_thread=False) for name in PARTS}
WAYS = ways_of(Litestar([*ROUTES, healthz], dependencies=NOTHING, openapi_config=None))
PAGES = [way for way in WAYS if isinstance(way.access, ByLogin) and way.method == "GET"]
FORMS = [way for way in WAYS if isinstance(way.access, ByLogin) and way.method != "GET"]
QUERIES = ("", "?by=unit", "?by=hour&range=weeks-13&q=giấu", "?kiosk=2&unit=3&format=csv")
FEEDS = [way for way in WAYS if isinstance(way.access, ByToken)]


@dataclass
class Town:
    """Two offices, a kiosk in each; both have votes of this week."""

    ward: Ward
    own: int  # the unit that is seen
    logs: tuple[str, str]
    browsers: dict[Role, Browser]
    another: Browser  # of the viewer, in another browser

    def addresses(self, path: str) -> Iterator[str]:
        """The path with whatever may stand for its parameters, and with what a visitor may ask for."""
        holes = re.findall(r"{\w+:(\w+)}", path)
        fills = [("1", "2") if kind == "int" else (*self.logs, "1", "2") for kind in holes]
        for values in product(*fills):
            filled = path
            for value in values:
                filled = re.sub(r"{[^}]+}", value, filled, count=1)
            for query in QUERIES:
                yield filled + query


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, url: str) -> Iterator[Town]:
    with running(tmp_path_factory.mktemp("town") / "ward", url) as ward:
        kiosks = [voted(ward, name) for name in (OWN, OTHER)]
        own, _ = ward.unit("Phường này", kiosks=(OWN,)), ward.unit("Phường khác", kiosks=(OTHER,))
        for role in Role:
            ward.account(role, role, own)
        with ExitStack() as stack:
            browsers = {role: stack.enter_context(ward.logged_in(role)) for role in Role}
            another = stack.enter_context(ward.logged_in(Role.VIEWER))
            yield Town(ward, own, (kiosks[0].log, kiosks[1].log), browsers, another)


def voted(ward: Ward, name: str) -> KioskDouble:
    kiosk = ward.enrol(name, KioskDouble(boot=str(uuid4())))
    kiosk.start(torn=1, counter={"vi": f"{name} (màn hình)", "en": f"{name} (screen)"})
    for rating in [5] * 20 + [1] * 11:
        kiosk.vote(rating)
    ward.send(kiosk)
    return kiosk


def traces(town: Town, text: str) -> set[str]:
    """Of which kiosks the answer tells anything."""
    marks = ((OWN, town.logs[0]), (OTHER, town.logs[1]))
    return {name for name, log in marks if name in text or log[:8] in text}


def everything(town: Town, browser: Browser, way: Way) -> dict[str, tuple[int, set[str]]]:
    answers = {address: browser.client.get(address) for address in town.addresses(way.path)}
    return {address: (answer.status_code, traces(town, answer.text)) for address, answer in answers.items()}


def test_every_route_says_whom_it_is_for(town: Town) -> None:
    """Also those that Litestar adds itself. Who adds a route: see sync/ward/web/access.py."""
    ways = ways_of(BOARD.app)
    assert {str(way) for way in ways} > {str(way) for way in WAYS}
    assert [str(way) for way in ways if way.access is None] == []
    everybody = {way.path for way in ways if isinstance(way.access, Public)}
    assert everybody == {
        "/healthz", "/v1/identity", "/ward.css", "/icon.svg", "/faces/{level:int}",
        "/schema", "/schema/openapi.json", "/schema/openapi.yaml", "/schema/openapi.yml", "/schema/{path:str}",
    }  # fmt: skip
    assert {str(way) for way in ways if isinstance(way.access, Signed)} == {"POST /v1/kiosks", "POST /v1/batches"}
    assert {str(way) for way in ways if isinstance(way.access, Door)} == {"GET /login", "POST /login"}
    assert all(way.method == "GET" for way in ways if isinstance(way.access, Public | ByToken))


def test_a_route_that_says_nothing_is_open_to_nobody(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for route in BOARD.app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if "/healthz" in handler.paths and KEY in handler.opt:
                monkeypatch.delitem(handler.opt, KEY)
    assert town.browsers[Role.ADMINISTRATOR].get("/healthz").status_code == 403


@pytest.mark.parametrize("way", [*PAGES, *FORMS, *FEEDS], ids=str)
def test_without_a_login_or_a_token_nothing_is_told(town: Town, way: Way) -> None:
    with town.ward.browser() as browser:
        for address in town.addresses(way.path):
            answer = browser.client.request(way.method, address)
            wanted = {401} if way in FEEDS else {303} if way in PAGES else {403}
            assert answer.status_code in wanted, address
            assert traces(town, answer.text) == set()
            assert way not in PAGES or answer.headers["location"].startswith("/login")


@pytest.mark.parametrize("way", PAGES, ids=str)
def test_no_page_tells_of_a_kiosk_outside_ones_unit(town: Town, way: Way) -> None:
    assert isinstance(way.access, ByLogin)
    for role in (Role.VIEWER, Role.MANAGER):
        for address, (status, told) in everything(town, town.browsers[role], way).items():
            assert status in ({200, 303, 400, 404} if way.access.action in ROLES[role] else {403}), address
            assert OTHER not in told, address


def test_wherever_all_is_seen_ones_own_kiosk_is_seen_too(town: Town) -> None:
    """Without this, pages that show nothing to anybody would pass above."""
    of_all, of_one = {}, {}
    for seen, role in ((of_all, Role.INSPECTOR), (of_one, Role.VIEWER)):
        for way in (way for way in PAGES if isinstance(way.access, ByLogin) and way.access.action is Action.LOOK):
            seen[way.path] = set().union(*(told for _, told in everything(town, town.browsers[role], way).values()))
    assert {path for path, told in of_all.items() if told == {OWN, OTHER}} >= {"/", "/kiosks", "/compare", "/health"}
    assert {path: told - {OTHER} for path, told in of_all.items()} == of_one


@pytest.mark.parametrize("way", FEEDS, ids=str)
def test_a_token_of_a_unit_opens_that_unit(town: Town, way: Way) -> None:
    assert isinstance(way.access, ByToken)
    seen = {}
    for unit in (1, town.own):
        headers = town.ward.token(*Scope, unit=unit)
        answers = [town.ward.client.get(address, headers=headers) for address in town.addresses(way.path)]
        assert {answer.status_code for answer in answers} <= {200, 400, 404}
        seen[unit] = set().union(*(traces(town, answer.text) for answer in answers))
    assert seen[town.own] == seen[1] - {OTHER}
    for scope in set(Scope) - {way.access.scope}:
        assert town.ward.client.get(way.path, headers=town.ward.token(scope)).status_code == 401


@pytest.mark.parametrize("way", FORMS, ids=str)
def test_a_form_is_for_who_may_and_carries_its_logins_value(town: Town, way: Way) -> None:
    assert isinstance(way.access, ByLogin)
    address = next(town.addresses(way.path))
    of_another = {"form": hidden(town.another.get("/me"))["form"]}
    for role, browser in town.browsers.items():
        for data in ({}, of_another):
            assert browser.client.request(way.method, address, data=data).status_code == 403
        if way.access.action not in ROLES[role]:
            right = {"form": hidden(browser.get("/me"))["form"]}
            assert browser.client.request(way.method, address, data=right).status_code == 403


def test_who_changes_nothing_has_no_form_but_for_themselves() -> None:
    """An inspector, a viewer: out, and one's own account."""
    for role in (Role.INSPECTOR, Role.VIEWER):
        open_to = {way.path for way in FORMS if isinstance(way.access, ByLogin) and way.access.action in ROLES[role]}
        assert open_to == {"/logout", "/me/password", "/me/language"}
