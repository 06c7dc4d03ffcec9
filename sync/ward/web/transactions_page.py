"""`/transactions`: files handled, typed in week by week or sent as a table. Nothing is kept before it is confirmed."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from sqlalchemy import Connection, select

from sync.ward.audit import write_audit
from sync.ward.figures import this_week
from sync.ward.files_handled import Author, Change, Place, state
from sync.ward.files_import import Fault, read_files
from sync.ward.files_table import XLSX, template
from sync.ward.files_week import (
    as_stated,
    digest,
    fits,
    history,
    kiosks_for,
    read_written,
    typed_in,
    week_of,
    would_change,
    written,
)
from sync.ward.house import House
from sync.ward.permissions import Action
from sync.ward.ranges import read_day
from sync.ward.store.tables import kiosks
from sync.ward.tabular import MOST_BYTES, NoTable, read_table
from sync.ward.times import local
from sync.ward.unfit import Unfit
from sync.ward.visitor import NotSeen, Visitor
from sync.ward.web.access import login
from sync.ward.web.html import SAFE, AnyRequest, show, speech_of, today
from sync.ward.web.leading import done, lead_to
from sync.ward.writer import Writer

ENTER = login(Action.ENTER)
SMALL = 64 * 1024  # bytes of the typed form
SENT = MOST_BYTES + 64 * 1024  # ... of a table, or of what a preview hands on
Form = Mapping[str, str]


class Changed(Unfit):
    """What would be kept is no longer what was seen."""

    def __init__(self) -> None:
        super().__init__("files_changed")


@get("/transactions", opt=login(), sync_to_thread=True, include_in_schema=False)
def transactions_page(
    request: AnyRequest, who: NamedDependency[Visitor], house: NamedDependency[House]
) -> Response[str]:
    return _page(request, who, house)


@post("/transactions", opt=ENTER, status_code=303, include_in_schema=False, request_max_body_size=SMALL)
async def type_in(
    request: AnyRequest, who: NamedDependency[Visitor], house: NamedDependency[House], writer: NamedDependency[Writer]
) -> Response[Any]:
    form = {key: str(value) for key, value in (await request.form()).items()}
    with house.engine.connect() as db:
        kiosk = _chosen(kiosks_for(db, who, Action.ENTER), form)[1]
    monday = _monday(form, today(house))
    typed = typed_in(kiosk, this_week(monday), today(house), form)
    if not fits(typed):
        return await asyncio.to_thread(_page, request, who, house, typed, form)
    release = await done(writer, partial(_keep, said=as_stated(typed), who=who, house=house))
    return lead_to(_address(kiosk, monday, done=release or 0))


@post("/transactions/preview", opt=ENTER, status_code=200, include_in_schema=False, request_max_body_size=SENT)
async def preview(request: AnyRequest, who: NamedDependency[Visitor], house: NamedDependency[House]) -> Response[Any]:
    sent = (await request.form()).get("file")
    raw, name = (await sent.read(), sent.filename) if isinstance(sent, UploadFile) else (b"", "")
    return await asyncio.to_thread(_preview, request, who, house, raw, name[-100:])


@post("/transactions/confirm", opt=ENTER, status_code=303, include_in_schema=False, request_max_body_size=SENT)
async def confirm(
    request: AnyRequest, who: NamedDependency[Visitor], house: NamedDependency[House], writer: NamedDependency[Writer]
) -> Response[Any]:
    form = {key: str(value) for key, value in (await request.form()).items()}
    with house.engine.connect() as db:
        allowed = frozenset(kiosks_for(db, who, Action.ENTER).values())
    try:
        said = read_written(form.get("rows", ""), allowed, today(house))
    except ValueError as error:
        raise NotSeen("this table is not for you") from error
    name, seen = form.get("name", "")[-100:], form.get("seen", "")
    try:
        release = await done(writer, partial(_keep, said=said, who=who, house=house, source=name, seen=seen))
    except Changed:
        return await asyncio.to_thread(_show_preview, request, house, Look(said, name, changed=True))
    first = min(said, default=None)
    return lead_to(_address(first.kiosk, first.day, done=release or 0) if first else "/transactions?done=0")


@get("/transactions/template", opt=ENTER, sync_to_thread=True, include_in_schema=False)
def template_file(request: AnyRequest, who: NamedDependency[Visitor], house: NamedDependency[House]) -> Response[bytes]:
    monday = _monday(dict(request.query_params), today(house))
    with house.engine.connect() as db:
        raw = template(kiosks_for(db, who, Action.ENTER), this_week(monday), speech_of(request))
    name = f"attachment; filename=ho-so-{monday.isoformat()}.xlsx"
    return Response(raw, media_type=XLSX, headers={**SAFE, "Content-Disposition": name})


def _keep(
    db: Connection, said: Mapping[Place, int | None], who: Visitor, house: House, source: str = "", seen: str = ""
) -> int | None:
    stating = would_change(db, said)
    if seen and digest(stating) != seen:
        raise Changed
    now = house.clock()
    if stating:
        write_audit(db, who.name, "transactions", _detail(stating, source), now)
    return state(db, stating, Author(who.person or who.name, source), now)


def _detail(stating: Sequence[Change], source: str) -> str:
    days = sorted({one.place.day for one in stating})
    return f"{len(stating)} figures, {days[0]} to {days[-1]}" + (f", from {source}" if source else "")


@dataclass(frozen=True, slots=True)
class Look:
    """What a sent table would state."""

    said: Mapping[Place, int | None]
    name: str
    encoding: str = ""
    changed: bool = False


def _preview(request: AnyRequest, who: Visitor, house: House, raw: bytes, name: str) -> Response[str]:
    with house.engine.connect() as db:
        known = kiosks_for(db, who, Action.ENTER)
    try:
        if not raw:
            raise NoTable("none")
        table = read_table(raw)
    except NoTable as error:
        return _refused(request, house, name, why=speech_of(request)(f"table_{error.key}", **error.values))
    found = read_files(table, known, today(house))
    if found.faults:
        return _refused(request, house, name, faults=found.faults)
    encoding = "" if table.encoding.startswith("utf") else table.encoding
    return _show_preview(request, house, Look(found.stated, name, encoding))


def _show_preview(request: AnyRequest, house: House, look: Look) -> Response[str]:
    with house.engine.connect() as db:
        stating = would_change(db, look.said)
        names = {row.id: row.name for row in db.execute(select(kiosks.c.id, kiosks.c.name))}
        values: dict[str, Any] = {"rows": written(stating), "seen": digest(stating), "stating": stating, "names": names}
        return show(request, db, house, "transactions_preview.html", here="transactions", look=look, **values)


def _refused(
    request: AnyRequest, house: House, name: str, why: str = "", faults: Sequence[Fault] = ()
) -> Response[str]:
    with house.engine.connect() as db:
        values = {"name": name, "why": why, "faults": faults}
        return show(request, db, house, "transactions_refused.html", here="transactions", status=422, **values)


def _page(
    request: AnyRequest, who: Visitor, house: House, typed: Mapping[Place, str] | None = None, form: Form | None = None
) -> Response[str]:
    query = form or dict(request.query_params)
    now, zone = today(house), house.settings.zone
    with house.engine.connect() as db:
        known = kiosks_for(db, who, Action.LOOK)
        may_enter = kiosks_for(db, who, Action.ENTER)
        values: dict[str, Any] = {"known": known, "week": None, "history": [], "may_enter": False, "zone": zone}
        if known:
            name, kiosk = _chosen(known, query)
            week = week_of(db, kiosk, name, _monday(query, now), now, typed)
            values |= {"week": week, "history": history(db, kiosk), "may_enter": name in may_enter}
        done_as = request.query_params.get("done", "") if typed is None else ""
        values |= {"done": int(done_as) if done_as.isascii() and done_as.isdecimal() else None, "local": local}
        status = 422 if typed else 200
        return show(request, db, house, "transactions.html", here="transactions", status=status, **values)


def _chosen(known: Mapping[str, int], query: Form) -> tuple[str, int]:
    said = query.get("kiosk", "")
    for name, number in known.items():
        if str(number) == said or not said:
            return name, number
    raise NotSeen(f"there is no kiosk {said}")


def _monday(query: Form, now: date) -> date:
    return this_week(read_day(query.get("week", "")) or now).first


def _address(kiosk: int, day: date, **more: object) -> str:
    return f"/transactions?{urlencode({'kiosk': kiosk, 'week': this_week(day).first.isoformat(), **more})}"
