"""`GET /me`: one's own account; another password, another language."""

import asyncio
from functools import partial

from litestar import Response, get, post
from litestar.di import NamedDependency
from sqlalchemy import Connection, select, update

from sync.ward.accounts import keep_password
from sync.ward.audit import write_audit
from sync.ward.house import House
from sync.ward.logins import begin_login
from sync.ward.passwords import Passwords, check_password
from sync.ward.permissions import Action
from sync.ward.problems import LoginNeeded
from sync.ward.speech import LANGUAGES
from sync.ward.store.people import accounts
from sync.ward.tries import SECOND, begin_try, was_right
from sync.ward.unfit import Unfit
from sync.ward.units import names
from sync.ward.visitor import Visitor
from sync.ward.web.access import login
from sync.ward.web.cookies import give_secret
from sync.ward.web.guard import address_of
from sync.ward.web.html import AnyRequest, show
from sync.ward.web.leading import done, lead_to
from sync.ward.web.login import SMALL
from sync.ward.writer import Writer


@get("/me", opt=login(), sync_to_thread=True, include_in_schema=False)
def me(request: AnyRequest, who: NamedDependency[Visitor], house: NamedDependency[House]) -> Response[str]:
    if who.account is None:
        raise LoginNeeded
    return _page(request, who, house)


@post("/me/password", opt=login(), status_code=303, include_in_schema=False, request_max_body_size=SMALL)
async def change_password(
    request: AnyRequest,
    who: NamedDependency[Visitor],
    house: NamedDependency[House],
    writer: NamedDependency[Writer],
    passwords: NamedDependency[Passwords],
) -> Response[str]:
    """The old one is asked for, with the same pauses as at the login. All logins end; this browser gets a new one."""
    form = await request.form()
    new, again = str(form.get("new", "")), str(form.get("again", ""))
    try:
        await _check_old(who, str(form.get("old", "")), address_of(request), house, writer, passwords)
        check_password(new, who.name)
        if new != again:
            raise Unfit("password_differs")
    except Unfit as error:
        return await asyncio.to_thread(_page, request, who, house, error)
    proof = await passwords.hash_aside(new)
    secret = await done(writer, partial(_change, who=who, proof=proof, house=house))
    answer = lead_to("/me?done=password")
    give_secret(request, answer, secret)
    return answer


@post("/me/language", opt=login(), status_code=303, include_in_schema=False, request_max_body_size=SMALL)
async def change_language(
    request: AnyRequest, who: NamedDependency[Visitor], writer: NamedDependency[Writer]
) -> Response[str]:
    said = str((await request.form()).get("language", ""))
    language = said if said in LANGUAGES else who.language
    await done(writer, lambda db: _speak(db, who, language))
    return lead_to(f"/me?lang={language}")


async def _check_old(who: Visitor, old: str, address: str, house: House, writer: Writer, passwords: Passwords) -> None:
    begun = await done(writer, partial(begin_try, name=who.name, address=address, now=house.clock()))
    if begun.wait:
        raise Unfit("login_wait", seconds=-(-begun.wait // SECOND))
    proof = await asyncio.to_thread(_proof, house, who)
    if not await passwords.fits_aside(proof, old):
        await done(writer, partial(write_audit, who=who.name, what="password refused", detail="", now=house.clock()))
        raise Unfit("password_old_wrong")
    await done(writer, partial(was_right, name=who.name, address=address, begun=begun))


def _proof(house: House, who: Visitor) -> str | None:
    with house.engine.connect() as db:
        return db.execute(select(accounts.c.proof).where(accounts.c.id == who.account)).scalar()


def _change(db: Connection, who: Visitor, proof: str, house: House) -> str:
    assert who.account is not None, "only an account has a password"
    keep_password(db, who.account, proof)
    write_audit(db, who.name, "password", who.name, house.clock())
    return begin_login(db, who.account, house.clock(), house.settings.logins)


def _own(db: Connection, who: Visitor) -> str:
    """The account's language, whatever this page is shown in."""
    return str(db.execute(select(accounts.c.language).where(accounts.c.id == who.account)).scalar_one())


def _speak(db: Connection, who: Visitor, language: str) -> None:
    db.execute(update(accounts).where(accounts.c.id == who.account).values(language=language))


def _page(request: AnyRequest, who: Visitor, house: House, error: Unfit | None = None) -> Response[str]:
    with house.engine.connect() as db:
        values = {
            "own_language": _own(db, who),
            "unit": names(db, house.settings.name)[who.unit],
            "role": who.role,
            "everywhere": who.may(Action.AUDIT),
            "error": error,
            "done": request.query_params.get("done", ""),
        }
        return show(request, db, house, "me.html", here="me", status=422 if error else 200, **values)
