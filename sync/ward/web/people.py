"""`/people`: the administrator's accounts. A password made here is shown once, and opens only its own change."""

import asyncio
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import Connection, Row, select

from sync.ward.accounts import (
    add_account,
    all_accounts,
    check_name,
    close_account,
    keep_password,
    place_account,
    temporary_password,
)
from sync.ward.audit import write_audit
from sync.ward.house import House
from sync.ward.paging import turn_to
from sync.ward.passwords import Passwords
from sync.ward.permissions import Action, Role
from sync.ward.speech import LANGUAGES
from sync.ward.store.people import accounts
from sync.ward.unfit import Unfit
from sync.ward.units import all_units, find_unit, names
from sync.ward.visitor import NotSeen, Visitor
from sync.ward.web.access import login
from sync.ward.web.html import AnyRequest, show
from sync.ward.web.leading import done, lead_to
from sync.ward.web.login import SMALL
from sync.ward.writer import Writer

MANAGE = login(Action.MANAGE)
ROLES = tuple(Role)


@get("/people", opt=MANAGE, sync_to_thread=True, include_in_schema=False)
def people(request: AnyRequest, house: NamedDependency[House]) -> Response[str]:
    return _list(request, house)


@post("/people", opt=MANAGE, status_code=200, include_in_schema=False, request_max_body_size=SMALL)
async def add_person(
    request: AnyRequest,
    who: NamedDependency[Visitor],
    house: NamedDependency[House],
    writer: NamedDependency[Writer],
    passwords: NamedDependency[Passwords],
) -> Response[str]:
    form = {key: str(value) for key, value in (await request.form()).items()}
    password = temporary_password()
    proof = await passwords.hash_aside(password)
    try:
        made = await done(writer, partial(_add, form=form, proof=proof, who=who, house=house))
    except Unfit as error:
        return await asyncio.to_thread(_list, request, house, error=error, typed=form)
    return await asyncio.to_thread(_one, request, house, made, password=password)


@get("/people/{account:int}", opt=MANAGE, sync_to_thread=True, include_in_schema=False)
def person(request: AnyRequest, account: FromPath[int], house: NamedDependency[House]) -> Response[str]:
    return _one(request, house, account)


@post("/people/{account:int}/place", opt=MANAGE, status_code=303, include_in_schema=False, request_max_body_size=SMALL)
async def place_person(
    request: AnyRequest,
    account: FromPath[int],
    who: NamedDependency[Visitor],
    house: NamedDependency[House],
    writer: NamedDependency[Writer],
) -> Response[str]:
    form = {key: str(value) for key, value in (await request.form()).items()}
    return await _act(request, house, writer, account, partial(_place, account, form, who, house))


@post("/people/{account:int}/close", opt=MANAGE, status_code=303, include_in_schema=False, request_max_body_size=SMALL)
async def close_person(
    request: AnyRequest,
    account: FromPath[int],
    who: NamedDependency[Visitor],
    house: NamedDependency[House],
    writer: NamedDependency[Writer],
) -> Response[str]:
    return await _act(request, house, writer, account, partial(_close, account, who, house))


@post(
    "/people/{account:int}/password", opt=MANAGE, status_code=200, include_in_schema=False, request_max_body_size=SMALL
)
async def reset_password(
    request: AnyRequest,
    account: FromPath[int],
    who: NamedDependency[Visitor],
    house: NamedDependency[House],
    writer: NamedDependency[Writer],
    passwords: NamedDependency[Passwords],
) -> Response[str]:
    password = temporary_password()
    proof = await passwords.hash_aside(password)
    try:
        await done(writer, partial(_reset, account, proof, who, house))
    except Unfit as error:
        return await asyncio.to_thread(_one, request, house, account, error=error)
    return await asyncio.to_thread(_one, request, house, account, password=password)


async def _act(request: AnyRequest, house: House, writer: Writer, account: int, job: Any) -> Response[str]:
    try:
        await done(writer, job)
    except Unfit as error:
        return await asyncio.to_thread(_one, request, house, account, error=error)
    return lead_to(f"/people/{account}?done=changed")


def _add(db: Connection, form: dict[str, str], proof: str, who: Visitor, house: House) -> int:
    name, role, unit = check_name(form.get("name", "")), _role(form), find_unit(db, form.get("unit", ""))
    language = form.get("language", "")
    about = {"person": form.get("person", ""), "language": language if language in LANGUAGES else LANGUAGES[0]}
    made = add_account(db, name, proof, house.clock(), role=role, unit=unit, temporary=True, **about)
    write_audit(db, who.name, "account", f"{name}: {role}, unit {unit}", house.clock())
    return made


def _place(account: int, form: dict[str, str], who: Visitor, house: House, db: Connection) -> None:
    row, role, unit = _another(db, account, who), _role(form), find_unit(db, form.get("unit", ""))
    place_account(db, row.id, role, unit)
    write_audit(db, who.name, "account placed", f"{row.name}: {role}, unit {unit}", house.clock())


def _close(account: int, who: Visitor, house: House, db: Connection) -> None:
    row = _another(db, account, who)
    close_account(db, row.id, house.clock())
    write_audit(db, who.name, "account closed", row.name, house.clock())


def _reset(account: int, proof: str, who: Visitor, house: House, db: Connection) -> None:
    row = _another(db, account, who)
    keep_password(db, row.id, proof, temporary=True)
    write_audit(db, who.name, "password", row.name, house.clock())


def _another(db: Connection, account: int, who: Visitor) -> Row[Any]:
    """Nobody takes away their own account, and so the last administrator stays."""
    if account == who.account:
        raise Unfit("account_own")
    return _find(db, account)


def _find(db: Connection, account: int) -> Row[Any]:
    row = db.execute(select(accounts).where(accounts.c.id == account)).first()
    if row is None:
        raise NotSeen(f"there is no account {account}")
    return row


def _role(form: dict[str, str]) -> Role:
    said = form.get("role", "")
    if said not in ROLES:
        raise Unfit("role_unknown")
    return Role(said)


def _list(
    request: AnyRequest, house: House, *, error: Unfit | None = None, typed: dict[str, str] | None = None
) -> Response[str]:
    with house.engine.connect() as db:
        rows = all_accounts(db)
        pager = turn_to(request.query_params.get("page", ""), len(rows), "/people", ())
        values = {"people": rows[pager.rows], "pager": pager, "error": error, "typed": typed or {}}
        places = {"units": all_units(db), "places": names(db, house.settings.name), "roles": ROLES}
        return show(request, db, house, "people.html", here="people", status=422 if error else 200, **values, **places)


def _one(
    request: AnyRequest, house: House, account: int, *, error: Unfit | None = None, password: str = ""
) -> Response[str]:
    """`password`: the one just made, shown this once."""
    with house.engine.connect() as db:
        values = {"person": _find(db, account), "error": error, "password": password}
        places = {"units": all_units(db), "places": names(db, house.settings.name), "roles": ROLES}
        values["done"] = request.query_params.get("done", "")
        return show(request, db, house, "person.html", here="people", status=422 if error else 200, **values, **places)
