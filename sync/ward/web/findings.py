"""`/findings`: what was found, one by one; people add what they learned about it. Nothing is deleted."""

import asyncio
from datetime import date
from functools import partial

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import Connection, select

from sync.ward.audit import write_audit
from sync.ward.findings_view import card, detail, kinds_of, kiosk_names, pairs
from sync.ward.house import House
from sync.ward.months import months_touched
from sync.ward.paging import turn_to
from sync.ward.permissions import Action
from sync.ward.ranges import read_range
from sync.ward.seeing import MOST_LETTERS, Filter, Finding, add_note, find, read
from sync.ward.store.tables import kiosks
from sync.ward.times import local
from sync.ward.unfit import Unfit
from sync.ward.visitor import NotSeen, Visitor
from sync.ward.web.access import login
from sync.ward.web.html import AnyRequest, show, speech_of
from sync.ward.web.leading import done, lead_to
from sync.ward.web.login import SMALL
from sync.ward.wording import title
from sync.ward.writer import Writer

PATH = "/findings"


@get(PATH, opt=login(), sync_to_thread=True, include_in_schema=False)
def findings_page(request: AnyRequest, who: NamedDependency[Visitor], house: NamedDependency[House]) -> Response[str]:
    asked = read_range(request.query_params, _today(house), "this-year")
    kept = tuple((name, value) for name in ("kiosk", "kind") if (value := request.query_params.get(name, "")[:200]))
    say, zone = speech_of(request), house.settings.zone
    with house.engine.connect() as db:
        mine = who.kiosks(db)
        which = dict(kept)
        filtered = Filter(which.get("kiosk"), which.get("kind"), asked.span.first, asked.span.last, kiosks=mine)
        numbers = find(db, filtered, zone)
        pager = turn_to(request.query_params.get("page", ""), len(numbers), PATH, (*kept, *asked.query))
        cards = [card(say, one, zone) for one in read(db, numbers[pager.rows])]
        months = months_touched(asked.span, _today(house))
        return show(
            request, db, house, "findings.html", here="findings", cards=cards, pager=pager, asked=asked, which=which,
            kept=kept, names=[(name, name) for name in kiosk_names(db, mine)],
            kinds=[(kind, title(say, kind)) for kind in kinds_of(db, mine)], months=months,
            pairs=pairs(db, say, months, mine) if months else (),
        )  # fmt: skip


@get("/findings/{number:int}", opt=login(), sync_to_thread=True, include_in_schema=False)
def finding_page(
    request: AnyRequest, number: FromPath[int], who: NamedDependency[Visitor], house: NamedDependency[House]
) -> Response[str]:
    return _one(request, house, number, who)


@post(
    "/findings/{number:int}/notes", opt=login(Action.ENTER), status_code=303, include_in_schema=False,
    request_max_body_size=SMALL,
)  # fmt: skip
async def note(
    request: AnyRequest,
    number: FromPath[int],
    who: NamedDependency[Visitor],
    house: NamedDependency[House],
    writer: NamedDependency[Writer],
) -> Response[str]:
    text = str((await request.form()).get("text", "")).strip()
    try:
        await done(writer, partial(_write, number, text, who, house))
    except Unfit as error:
        return await asyncio.to_thread(_one, request, house, number, who, error=error, typed=text)
    return lead_to(f"{PATH}/{number}?done=noted#notes")


def _one(
    request: AnyRequest, house: House, number: int, who: Visitor, error: Unfit | None = None, typed: str = ""
) -> Response[str]:
    with house.engine.connect() as db:
        one = _find(db, number, who, house)
        view = detail(db, speech_of(request), one, house.settings.zone, _today(house))
        noted = request.query_params.get("done") == "noted" and error is None
        return show(
            request, db, house, "finding.html", here="findings", one=view, error=error, typed=typed, noted=noted,
            status=422 if error else 200, most=MOST_LETTERS, may_note=who.may(Action.ENTER, _unit(db, one)),
        )  # fmt: skip


def _write(number: int, text: str, who: Visitor, house: House, db: Connection) -> None:
    one = _find(db, number, who, house)
    if not who.may(Action.ENTER, _unit(db, one)):
        raise NotSeen(f"there is no finding {number}")
    if not text:
        raise Unfit("finding_note_empty")
    if len(text) > MOST_LETTERS:
        raise Unfit("finding_note_long", n=MOST_LETTERS)
    add_note(db, number, who.name, text, house.clock())
    write_audit(db, who.name, "finding-note", f"finding {number}", house.clock())


def _find(db: Connection, number: int, who: Visitor, house: House) -> Finding:
    found = find(db, Filter(number=number, kiosks=who.kiosks(db)), house.settings.zone)
    if not found:
        raise NotSeen(f"there is no finding {number}")
    return read(db, found)[0]


def _unit(db: Connection, one: Finding) -> int:
    return int(db.execute(select(kiosks.c.unit).where(kiosks.c.id == one.kiosk)).scalar_one())


def _today(house: House) -> date:
    return local(house.clock(), house.settings.zone).date()
