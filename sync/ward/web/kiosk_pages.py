"""`GET /kiosks` and `GET /kiosks/{id}`: the list of all kiosks, and the page of one."""

from collections.abc import Sequence

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import Connection

from sync.ward.asking import titles_of
from sync.ward.comparing import unit_of
from sync.ward.house import House
from sync.ward.months import months_within
from sync.ward.one_kiosk import one_kiosk
from sync.ward.overview import lines
from sync.ward.paging import turn_to
from sync.ward.ranges import read_range
from sync.ward.status import KioskStatus, all_statuses
from sync.ward.visitor import Visitor
from sync.ward.web.access import login
from sync.ward.web.html import AnyRequest, asked_for, show, today
from sync.ward.wellbeing import how_they_are


@get("/kiosks", opt=login(), sync_to_thread=True, include_in_schema=False)
def kiosk_list(request: AnyRequest, who: NamedDependency[Visitor], house: NamedDependency[House]) -> Response[str]:
    """`q`: part of a name, or of a unit's."""
    asked, language = read_range(request.query_params, today(house)), who.language
    wanted = request.query_params.get("q", "").strip()
    with house.engine.connect() as db:
        found = matching(all_statuses(db, who.kiosks(db)), wanted, language)
        pager = turn_to(request.query_params.get("page", ""), len(found), "/kiosks", asked_for(request))
        titles = titles_of(found, (), language)
        listed = lines(db, found[pager.rows], asked.span, list(titles))
        return show(
            request, db, house, "kiosks.html", here="kiosks",
            range=asked, wanted=wanted, titles=titles, lines=listed, pager=pager,
        )  # fmt: skip


@get("/kiosks/{number:int}", opt=login(), sync_to_thread=True, include_in_schema=False)
def kiosk_page(
    request: AnyRequest, who: NamedDependency[Visitor], house: NamedDependency[House], number: FromPath[int]
) -> Response[str]:
    asked, now = read_range(request.query_params, today(house)), today(house)
    with house.engine.connect() as db:
        status = _find(db, number, who)
        view = one_kiosk(db, status, asked.span, months_within(asked.span, now), who.language)
        being = how_they_are(db, [status], house.clock(), house.settings.zone)[0]
        return show(request, db, house, "kiosk.html", here="kiosks", view=view, range=asked, being=being)


def matching(statuses: Sequence[KioskStatus], wanted: str, language: str) -> list[KioskStatus]:
    """Those whose name or unit holds the words, whatever their case, in the order of their names."""
    words = wanted.casefold().split()
    named = ((f"{status.name} {unit_of(status, language)}".casefold(), status) for status in statuses)
    return [status for name, status in sorted(named, key=_first) if all(word in name for word in words)]


def _first(named: tuple[str, KioskStatus]) -> tuple[str, int]:
    return named[0], named[1].id


def _find(db: Connection, number: int, who: Visitor) -> KioskStatus:
    who.check_kiosk(db, number)
    return all_statuses(db, {number})[0]
