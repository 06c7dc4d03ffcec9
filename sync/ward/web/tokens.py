"""`/tokens`: what the ward's own systems show to read here. A new one is shown once."""

import asyncio
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import Connection, select

from sync.ward.audit import write_audit
from sync.ward.house import House
from sync.ward.permissions import Action, Scope
from sync.ward.store.people import tokens
from sync.ward.times import local
from sync.ward.tokens import all_tokens, make_token, revoke_token
from sync.ward.unfit import Unfit
from sync.ward.units import all_units, find_unit, names
from sync.ward.visitor import NotSeen, Visitor
from sync.ward.web.access import login
from sync.ward.web.html import AnyRequest, show
from sync.ward.web.leading import done, lead_to
from sync.ward.web.login import SMALL
from sync.ward.writer import Writer

MANAGE = login(Action.MANAGE)
Typed = dict[str, str] | None


@get("/tokens", opt=MANAGE, sync_to_thread=True, include_in_schema=False)
def tokens_page(request: AnyRequest, house: NamedDependency[House]) -> Response[str]:
    return _page(request, house)


@post("/tokens", opt=MANAGE, status_code=200, include_in_schema=False, request_max_body_size=SMALL)
async def add_token(
    request: AnyRequest, who: NamedDependency[Visitor], house: NamedDependency[House], writer: NamedDependency[Writer]
) -> Response[str]:
    form = await request.form()
    typed = {"name": str(form.get("name", "")).strip(), "unit": str(form.get("unit", ""))}
    scopes = frozenset(scope for scope in Scope if scope in form.getall("scope", []))
    try:
        made = await done(writer, partial(_make, typed, scopes, who, house))
    except Unfit as error:
        return await asyncio.to_thread(_page, request, house, error=error, typed=typed)
    return await asyncio.to_thread(_page, request, house, made=made)


@post("/tokens/{number:int}/revoke", opt=MANAGE, status_code=303, include_in_schema=False, request_max_body_size=SMALL)
async def revoke(
    number: FromPath[int], who: NamedDependency[Visitor], house: NamedDependency[House], writer: NamedDependency[Writer]
) -> Response[Any]:
    await done(writer, partial(_revoke, number, who, house))
    return lead_to("/tokens?done=revoked")


def _make(typed: dict[str, str], scopes: frozenset[Scope], who: Visitor, house: House, db: Connection) -> str:
    if not scopes:
        raise Unfit("token_scope")
    unit = find_unit(db, typed["unit"])
    made = make_token(db, typed["name"], scopes, house.clock(), unit)
    said = f"{typed['name']}: {' '.join(sorted(scopes))}, unit {unit}"
    write_audit(db, who.name, "token", said, house.clock())
    return made


def _revoke(number: int, who: Visitor, house: House, db: Connection) -> None:
    name = db.execute(select(tokens.c.name).where(tokens.c.id == number, tokens.c.revoked.is_(None))).scalar()
    if name is None:
        raise NotSeen(f"there is no token {number} in use")
    revoke_token(db, name, house.clock())
    write_audit(db, who.name, "token revoked", name, house.clock())


def _page(
    request: AnyRequest, house: House, *, error: Unfit | None = None, typed: Typed = None, made: str = ""
) -> Response[str]:
    """`made`: the one just made, shown this once."""
    with house.engine.connect() as db:
        rows, zone = all_tokens(db), house.settings.zone
        values = {"tokens": rows, "scopes": tuple(Scope), "at": lambda moment: local(moment, zone), "made": made}
        places = {"units": all_units(db), "places": names(db, house.settings.name)}
        said = {"error": error, "typed": typed or {}, "done": request.query_params.get("done", "")}
        return show(
            request, db, house, "tokens.html", here="people", status=422 if error else 200, **values, **places, **said
        )
