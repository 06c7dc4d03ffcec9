"""`/units`: what is below the ward, and where each kiosk belongs."""

import asyncio
from collections.abc import Callable
from functools import partial

from litestar import Response, get, post
from litestar.di import NamedDependency
from sqlalchemy import Connection, select

from sync.ward.audit import write_audit
from sync.ward.house import House
from sync.ward.permissions import Action
from sync.ward.store.tables import kiosks
from sync.ward.unfit import Unfit
from sync.ward.units import add_unit, all_units, find_unit, move_kiosk, move_unit, names
from sync.ward.visitor import Visitor
from sync.ward.web.access import login
from sync.ward.web.html import AnyRequest, show
from sync.ward.web.leading import done, lead_to
from sync.ward.web.login import SMALL
from sync.ward.writer import Writer

MANAGE = login(Action.MANAGE)
Form = dict[str, str]
Job = Callable[[Connection, Form], tuple[str, str]]  # what was done, and the detail, for the audit trail


@get("/units", opt=MANAGE, sync_to_thread=True, include_in_schema=False)
def units_page(request: AnyRequest, house: NamedDependency[House]) -> Response[str]:
    return _page(request, house)


@post("/units", opt=MANAGE, status_code=303, include_in_schema=False, request_max_body_size=SMALL)
async def add_one(
    request: AnyRequest, who: NamedDependency[Visitor], house: NamedDependency[House], writer: NamedDependency[Writer]
) -> Response[str]:
    return await _act(request, who, house, writer, _add)


@post("/units/move", opt=MANAGE, status_code=303, include_in_schema=False, request_max_body_size=SMALL)
async def move_one(
    request: AnyRequest, who: NamedDependency[Visitor], house: NamedDependency[House], writer: NamedDependency[Writer]
) -> Response[str]:
    return await _act(request, who, house, writer, _move)


@post("/units/kiosk", opt=MANAGE, status_code=303, include_in_schema=False, request_max_body_size=SMALL)
async def move_a_kiosk(
    request: AnyRequest, who: NamedDependency[Visitor], house: NamedDependency[House], writer: NamedDependency[Writer]
) -> Response[str]:
    return await _act(request, who, house, writer, _move_kiosk)


def _add(db: Connection, form: Form) -> tuple[str, str]:
    parent = find_unit(db, form.get("under", ""))
    return "unit", f"{add_unit(db, form.get('name', ''), parent)} {form['name'].strip()} under {parent}"


def _move(db: Connection, form: Form) -> tuple[str, str]:
    unit, parent = find_unit(db, form.get("unit", "")), find_unit(db, form.get("under", ""))
    move_unit(db, unit, parent)
    return "unit moved", f"{unit} under {parent}"


def _move_kiosk(db: Connection, form: Form) -> tuple[str, str]:
    unit = find_unit(db, form.get("unit", ""))
    return "kiosk moved", f"{move_kiosk(db, form.get('kiosk', ''), unit)} to unit {unit}"


async def _act(request: AnyRequest, who: Visitor, house: House, writer: Writer, job: Job) -> Response[str]:
    form = {key: str(value) for key, value in (await request.form()).items()}
    try:
        await done(writer, partial(_noted, job, form, who, house))
    except Unfit as error:
        return await asyncio.to_thread(_page, request, house, error, form)
    return lead_to("/units?done=changed")


def _noted(job: Job, form: Form, who: Visitor, house: House, db: Connection) -> None:
    what, detail = job(db, form)
    write_audit(db, who.name, what, detail, house.clock())


def _page(request: AnyRequest, house: House, error: Unfit | None = None, typed: Form | None = None) -> Response[str]:
    with house.engine.connect() as db:
        rows = db.execute(select(kiosks).order_by(kiosks.c.name)).all()
        values = {"units": all_units(db), "places": names(db, house.settings.name), "kiosks": rows}
        said = {"error": error, "typed": typed or {}, "done": request.query_params.get("done", "")}
        return show(request, db, house, "units.html", here="people", status=422 if error else 200, **values, **said)
