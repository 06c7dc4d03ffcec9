"""The one guard of all routes: finds out who asks, whether the route is for them, and whether a form is their own."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, cast

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from sync.ward.accounts import any_account
from sync.ward.house import House
from sync.ward.logins import find_login, form_token, note_seen
from sync.ward.loopback import is_loopback
from sync.ward.permissions import ROOT, Action, Rights, Role, Scope, rights_by, rights_of
from sync.ward.problems import BadForm, LoginNeeded, NotAllowed, NoToken
from sync.ward.speech import LANGUAGES
from sync.ward.times import MINUTE
from sync.ward.tokens import find_token, note_used, read_scopes
from sync.ward.units import read_tree
from sync.ward.visitor import Visitor
from sync.ward.web.access import KEY, ByLogin, ByToken, Door, Public, Signed
from sync.ward.web.cookies import read_secret
from sync.ward.web.html import AnyRequest, wanted_language
from sync.ward.writer import Writer

FIELD = "form"
HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN = "/me"  # where a password is changed
WITH_A_TEMPORARY_PASSWORD = frozenset({OWN, "/me/password", "/logout"})

Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], Awaitable[None]]


def guard_of(house: House, writer: Writer) -> Guard:
    async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        request = cast(AnyRequest, connection)
        if request.method == "OPTIONS":
            return  # Litestar's own answer, which only names the methods
        access = handler.opt.get(KEY)
        if isinstance(access, ByLogin | Door) and request.method not in HARMLESS:
            await check_form(request)
        if isinstance(access, ByLogin | ByToken):
            request.scope["user"] = await asyncio.to_thread(find_out, house, writer, request, access)
        elif not isinstance(access, Public | Signed | Door):
            raise NotAllowed

    return guard


def find_out(house: House, writer: Writer, request: AnyRequest, access: ByLogin | ByToken) -> Visitor:
    """Who asks, or why not."""
    if isinstance(access, ByToken):
        return _by_token(house, writer, request, access)
    return _by_login(house, writer, request, access)


def who_asks(request: AnyRequest) -> Visitor:
    """The dependency `who`."""
    return cast(Visitor, request.user)


async def check_form(request: AnyRequest) -> None:
    """A form of another site, or of another login, does not carry what only this browser's cookie yields."""
    secret, said = read_secret(request), (await request.form()).get(FIELD)
    right = form_token(secret) if secret else ""
    if not right or not isinstance(said, str) or not hmac.compare_digest(said.encode(), right.encode()):
        raise BadForm


def address_of(request: Request[Any, Any, Any]) -> str:
    return request.client.host if request.client else ""


def _by_login(house: House, writer: Writer, request: AnyRequest, access: ByLogin) -> Visitor:
    who = _logged_in(house, writer, request) or _here(house, request)
    if who is None:
        raise LoginNeeded
    if who.temporary and request.url.path not in WITH_A_TEMPORARY_PASSWORD:
        raise LoginNeeded(OWN)
    changes = request.method not in HARMLESS
    if not who.may(access.action) or (changes and who.account is None):
        raise NotAllowed
    return who


def _logged_in(house: House, writer: Writer, request: AnyRequest) -> Visitor | None:
    secret, now = read_secret(request), house.clock()
    if not secret:
        return None
    with house.engine.connect() as db:
        row = find_login(db, secret, now, house.settings.logins)
        tree = read_tree(db) if row else None
    if row is None or tree is None:
        return None
    if now - row.seen >= MINUTE:
        writer.submit(partial(note_seen, secret=secret, now=now))
    role = Role(row.role)
    rights = rights_of(role, row.unit, tree)
    language = wanted_language(request, row.language)
    return Visitor(
        row.name, row.person, rights, row.unit, language, role, form_token(secret), row.id, temporary=row.temporary
    )


def _here(house: House, request: AnyRequest) -> Visitor | None:
    """A client on this computer that also asked for this computer (another site's name may be pointed at 127.0.0.1), as
    long as there is no account."""
    if not (is_loopback(address_of(request)) and is_loopback(request.url.hostname or "")):
        return None
    with house.engine.connect() as db:
        if any_account(db):
            return None
        rights = Rights(frozenset({Action.LOOK}), read_tree(db).below(ROOT))
    return Visitor("this computer", "", rights, ROOT, wanted_language(request, LANGUAGES[0]))


def _by_token(house: House, writer: Writer, request: AnyRequest, access: ByToken) -> Visitor:
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    with house.engine.connect() as db:
        row = find_token(db, secret.strip()) if kind.lower() == "bearer" else None
        scopes = read_scopes(row) if row else frozenset[Scope]()
        rights = rights_by(scopes, row.unit if row else ROOT, read_tree(db))
    if row is None or access.scope not in scopes:
        raise NoToken(f"a bearer token with the scope {access.scope} is needed; make one with: ward token NAME")
    now = house.clock()
    if row.used is None or now - row.used >= MINUTE:
        writer.submit(partial(note_used, token=row.id, now=now))
    return Visitor(f"token {row.name}", "", rights, row.unit, wanted_language(request, LANGUAGES[0]))
