"""`GET /compare`: units, counters, opening sessions, hours beside each other."""

from enum import StrEnum
from typing import TypeVar

from litestar import Response, get
from litestar.di import NamedDependency

from sync.ward.asking import titles_of
from sync.ward.comparing import By, Order, compare, in_order
from sync.ward.house import House
from sync.ward.months import months_within
from sync.ward.paging import turn_to
from sync.ward.ranges import read_range
from sync.ward.status import all_statuses
from sync.ward.visitor import Visitor
from sync.ward.web.access import login
from sync.ward.web.html import AnyRequest, asked_for, show, today
from sync.ward.web.kiosk_pages import matching

E = TypeVar("E", bound=StrEnum)


@get("/compare", opt=login(), sync_to_thread=True, include_in_schema=False)
def compare_page(request: AnyRequest, who: NamedDependency[Visitor], house: NamedDependency[House]) -> Response[str]:
    """`by`: what is compared; `order`; `q`: only kiosks whose name or unit holds it."""
    query, language, now = request.query_params, who.language, today(house)
    by, order, wanted = _one_of(By, query.get("by")), _one_of(Order, query.get("order")), query.get("q", "").strip()
    asked = read_range(query, now)
    span = months_within(asked.span, now) if by is By.HOUR else asked.span
    with house.engine.connect() as db:
        statuses = matching(all_statuses(db, who.kiosks(db)), wanted, language)
        titles = titles_of(statuses, (), language)
        compared = compare(db, by, span, statuses, list(titles), language) if span else {}
        most = max((len(some) for some in compared.values()), default=0)
        pager = turn_to(query.get("page", ""), most, "/compare", asked_for(request))
        tables = {question: in_order(some, order)[pager.rows] for question, some in compared.items()}
        return show(
            request, db, house, "compare.html", here="compare", range=asked, span=span, by=by, order=order,
            wanted=wanted, titles=titles, tables=tables, pager=pager,
        )  # fmt: skip


def _one_of(kind: type[E], said: str | None) -> E:
    """The first of them where it is none."""
    return kind(said) if said in list(kind) else next(iter(kind))
