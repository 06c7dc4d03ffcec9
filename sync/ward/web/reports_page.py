"""`/reports`: a sheet for a week, a month or any range; as a page, PDF, XLSX and CSV; `?release=N` as it was then."""

import re
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException, ServiceUnavailableException
from litestar.params import FromPath, QueryParameter
from sqlalchemy import Connection, select

from sync.ward import wording
from sync.ward.figures import LEVELS, WEEKS, Span, this_week
from sync.ward.house import House
from sync.ward.months import month_of
from sync.ward.printing import PDF, NoPrinter, as_pdf
from sync.ward.ranges import read_day, read_range
from sync.ward.saying import sentences, short
from sync.ward.sheet import Kind, Sheet, Wanted, make_sheet
from sync.ward.sheet_table import title, write_csv, write_xlsx
from sync.ward.speech import Speech
from sync.ward.store.tables import kiosks, logs
from sync.ward.then import NoSuchRelease
from sync.ward.visitor import Visitor
from sync.ward.web.access import login
from sync.ward.web.files import css
from sync.ward.web.html import SAFE, AnyRequest, render, show, speech_of, today
from sync.ward.workbook import XLSX

MONTHS = 12
MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)
CSV = "text/csv; charset=utf-8; header=present"
MEDIA = {"pdf": PDF, "xlsx": XLSX, "csv": CSV}


class Form(StrEnum):
    HTML = "html"
    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"


AsForm = Annotated[Form, QueryParameter(name="format")]
AsOfRelease = Annotated[int | None, QueryParameter(ge=0, le=2**31 - 1)]


@dataclass(frozen=True, slots=True)
class Ask:
    kind: Kind
    span: Span
    release: int | None
    form: Form


@get("/reports", opt=login(), sync_to_thread=True, include_in_schema=False)
def reports_page(request: AnyRequest, who: NamedDependency[Visitor], house: NamedDependency[House]) -> Response[str]:
    now = today(house)
    weeks = [this_week(now - timedelta(weeks=number)) for number in range(WEEKS)]
    months = [month_of(now)]
    while len(months) < MONTHS:
        months.append(month_of(months[-1].first - timedelta(days=1)))
    with house.engine.connect() as db:
        seen = who.kiosks(db)
        query = select(logs.c.id, kiosks.c.name).join_from(logs, kiosks, kiosks.c.id == logs.c.kiosk)
        rows = db.execute(query.where(kiosks.c.id.in_(sorted(seen))).order_by(kiosks.c.name, logs.c.enrolled)).all()
        return show(request, db, house, "reports.html", here="reports", weeks=weeks, months=months, logs=rows)


@get("/reports/week/{monday:str}", opt=login(), sync_to_thread=True, include_in_schema=False)
def week_report(
    request: AnyRequest, monday: FromPath[str], who: NamedDependency[Visitor], house: NamedDependency[House],
    release: AsOfRelease = None, form: AsForm = Form.HTML,
) -> Response[Any]:  # fmt: skip
    day = read_day(monday)
    if day is None or day.weekday() or not _sane(day):
        raise NotFoundException("a week is named by its Monday, as 2026-11-16")
    return _answer(request, who, house, Ask("week", this_week(day), release, form))


@get("/reports/month/{month:str}", opt=login(), sync_to_thread=True, include_in_schema=False)
def month_report(
    request: AnyRequest, month: FromPath[str], who: NamedDependency[Visitor], house: NamedDependency[House],
    release: AsOfRelease = None, form: AsForm = Form.HTML,
) -> Response[Any]:  # fmt: skip
    first = read_day(f"{month}-01") if MONTH.fullmatch(month) else None
    if first is None or not _sane(first):
        raise NotFoundException("a month is named as 2026-11")
    return _answer(request, who, house, Ask("month", month_of(first), release, form))


@get("/reports/range", opt=login(), sync_to_thread=True, include_in_schema=False)
def range_report(
    request: AnyRequest, who: NamedDependency[Visitor], house: NamedDependency[House],
    release: AsOfRelease = None, form: AsForm = Form.HTML,
) -> Response[Any]:  # fmt: skip
    asked = read_range(request.query_params, today(house), "this-month")
    if not _sane(asked.span.first) or not _sane(asked.span.last):
        raise NotFoundException("no kiosk is that old")
    return _answer(request, who, house, Ask("range", asked.span, release, form))


def _sane(day: date) -> bool:
    """A report of the year 1 would have weeks before it that no calendar knows."""
    return 2000 <= day.year < 2200


def _answer(request: AnyRequest, who: Visitor, house: House, ask: Ask) -> Response[Any]:
    say = speech_of(request)
    with house.engine.connect() as db:
        try:
            wanted = Wanted(ask.kind, ask.span, say.language, who.kiosks(db), ask.release)
            sheet = make_sheet(db, house, wanted)
        except NoSuchRelease as error:
            raise NotFoundException(say("report_no_such_release", release=ask.release)) from error
        if ask.form is Form.HTML:
            return _page(request, db, house, sheet, say)
    try:
        return Response(_written(sheet, ask.form, say), media_type=MEDIA[ask.form], headers=_named(sheet, ask))
    except NoPrinter as error:
        raise ServiceUnavailableException(str(error)) from error


def _page(request: AnyRequest, db: Connection, house: House, sheet: Sheet, say: Speech) -> Response[str]:
    def address(form: str) -> str:
        return _address(request, release=sheet.then.release, format=form)

    links: dict[str, Any] = {"address": address, "latest": _address(request, release=None)}
    return show(request, db, house, "sheet.html", here="reports", **values(sheet, say), **links)


def _address(request: AnyRequest, **more: object) -> str:
    kept = {name: value for name, value in request.query_params.items() if name not in ("release", "format")}
    query = urlencode({**kept, **{name: value for name, value in more.items() if value is not None}})
    return f"{request.url.path}?{query}" if query else request.url.path


def values(sheet: Sheet, say: Speech) -> dict[str, Any]:
    """What the templates of a sheet need beside the frame."""
    names = {one.name: short(one, say)[:1].upper() + short(one, say)[1:] for one in sheet.asked}
    kinds = {kind: wording.title(say, kind) for kind in sheet.by_kind}
    said = {"sentences": sentences(sheet, say), "heading": title(sheet, say)}
    return {"sheet": sheet, "names": names, "kinds": kinds, **said}


def _written(sheet: Sheet, form: Form, say: Speech) -> bytes:
    match form:
        case Form.CSV:
            return write_csv(sheet, say)
        case Form.XLSX:
            return write_xlsx(sheet, say, sentences(sheet, say))
    stamp = sheet.made.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return as_pdf(render("sheet_paper.html", say=say, levels=LEVELS, stamp=stamp, **values(sheet, say)), css())


def _named(sheet: Sheet, ask: Ask) -> dict[str, str]:
    name = f"hai-long-{sheet.span.first.isoformat()}-{sheet.span.last.isoformat()}-{sheet.then.release}.{ask.form}"
    how = "inline" if ask.form is Form.PDF else "attachment"
    return {**SAFE, "Content-Disposition": f"{how}; filename={name}"}
