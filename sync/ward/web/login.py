"""`GET /login`, `POST /login`, `POST /logout`: in and out, with nothing but a form."""

import asyncio
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from litestar import Response, get, post
from litestar.di import NamedDependency
from sqlalchemy import Connection, Row, select

from sync.ward.accounts import tidy_name
from sync.ward.audit import write_audit
from sync.ward.house import House
from sync.ward.logins import begin_login, end_login, form_token, new_secret
from sync.ward.passwords import Passwords
from sync.ward.store.people import accounts
from sync.ward.tries import SECOND, Try, begin_try, was_right
from sync.ward.visitor import Visitor
from sync.ward.web.access import door, login
from sync.ward.web.cookies import give_secret, read_secret, take_secret
from sync.ward.web.guard import address_of
from sync.ward.web.html import AnyRequest, show
from sync.ward.web.leading import done, lead_to
from sync.ward.writer import Writer

SMALL = 65_536  # bytes of a form


@get("/login", opt=door(), sync_to_thread=True, include_in_schema=False)
def login_page(request: AnyRequest, house: NamedDependency[House]) -> Response[str]:
    return _page(request, house, own_path(request.query_params.get("next", "")))


@post("/login", opt=door(), status_code=303, include_in_schema=False, request_max_body_size=SMALL)
async def log_in(
    request: AnyRequest,
    house: NamedDependency[House],
    writer: NamedDependency[Writer],
    passwords: NamedDependency[Passwords],
) -> Response[Any]:
    """A new secret after every login: one that was planted in the browser before is worth nothing."""
    form = await request.form()
    place, given = own_path(str(form.get("next", ""))), _Given.read(form, address_of(request))
    begun, row = await done(writer, partial(_begin, given=given, now=house.clock()))
    if begun.wait:
        return await asyncio.to_thread(_page, request, house, place, name=given.name, wait=begun.wait)
    right = await passwords.fits_aside(row.proof if row else None, given.password)
    if right and row:
        secret = await done(writer, partial(_let_in, given, begun, row, house, before=read_secret(request)))
    else:
        secret = await done(writer, partial(_refuse, given, row, house.clock()))
    if secret is None:
        return await asyncio.to_thread(_page, request, house, place, name=given.name, wrong=True)
    answer = lead_to(place)
    give_secret(request, answer, secret)
    return answer


@post("/logout", opt=login(), status_code=303, include_in_schema=False, request_max_body_size=SMALL)
async def log_out(
    request: AnyRequest, who: NamedDependency[Visitor], house: NamedDependency[House], writer: NamedDependency[Writer]
) -> Response[Any]:
    def end(db: Connection) -> None:
        end_login(db, read_secret(request))
        write_audit(db, who.name, "logout", "", house.clock())

    await done(writer, end)
    answer = lead_to("/login")
    take_secret(request, answer)
    return answer


def own_path(text: str) -> str:
    """The path, if it is one of this server; else the overview. Browsers read `\\` as `/` and drop tabs."""
    if not (text.startswith("/") and text.isascii() and text.isprintable()) or text.startswith("//") or "\\" in text:
        return "/"
    return "/" if urlsplit(text).path in ("/login", "/logout") else text


@dataclass(frozen=True, slots=True)
class _Given:
    name: str
    password: str
    address: str

    @classmethod
    def read(cls, form: Any, address: str) -> "_Given":
        return cls(tidy_name(str(form.get("name", ""))[:100]), str(form.get("password", "")), address)

    def __repr__(self) -> str:
        return f"{self.name} from {self.address}"  # never the password


def _begin(db: Connection, given: _Given, now: int) -> tuple[Try, Row[Any] | None]:
    begun = begin_try(db, given.name, given.address, now)
    return begun, _read(db, given.name)


def _let_in(given: _Given, begun: Try, row: Row[Any], house: House, db: Connection, *, before: str) -> str | None:
    """The secret of the login. The account is read again: it may have been changed while the password was looked at."""
    now, known = house.clock(), _read(db, given.name)
    if known is None or known.closed is not None or known.proof != row.proof:
        _refuse(given, known, now, db)
        return None
    end_login(db, before)
    was_right(db, given.name, given.address, begun)
    write_audit(db, known.name, "login", f"from {given.address}", now)
    return begin_login(db, known.id, now, house.settings.logins)


def _refuse(given: _Given, known: Row[Any] | None, now: int, db: Connection) -> None:
    """Of a name that is not known nothing is kept: people type their password there by mistake."""
    what = f"account {given.name}" if known else "an account that does not exist"
    write_audit(db, f"address {given.address}", "login refused", what, now)


def _read(db: Connection, name: str) -> Row[Any] | None:
    return db.execute(select(accounts).where(accounts.c.name == name)).first()


def _page(
    request: AnyRequest, house: House, place: str, *, name: str = "", wrong: bool = False, wait: int = 0
) -> Response[str]:
    """With a secret for this browser, if it has none: the form is bound to it."""
    secret, seconds = read_secret(request) or new_secret(), -(-wait // SECOND)
    status = HTTPStatus.TOO_MANY_REQUESTS if wait else HTTPStatus.UNAUTHORIZED if wrong else HTTPStatus.OK
    values = {"form": form_token(secret), "next": place, "name": name, "wrong": wrong, "wait": seconds}
    with house.engine.connect() as db:
        answer = show(request, db, house, "login.html", here="", status=status, **values)
    if wait:
        answer.headers["Retry-After"] = str(seconds)
    if not read_secret(request):
        give_secret(request, answer, secret)
    return answer
