"""`GET /health`: how each kiosk is. Live, and without a rating."""

from collections import Counter

from litestar import Response, get
from litestar.di import NamedDependency

from sync.ward.house import House
from sync.ward.paging import turn_to
from sync.ward.status import all_statuses
from sync.ward.visitor import Visitor
from sync.ward.web.access import login
from sync.ward.web.html import AnyRequest, asked_for, show
from sync.ward.web.kiosk_pages import matching
from sync.ward.wellbeing import Heard, heard, how_they_are


@get("/health", opt=login(), sync_to_thread=True, include_in_schema=False)
def health_page(request: AnyRequest, who: NamedDependency[Visitor], house: NamedDependency[House]) -> Response[str]:
    """`heard`: only those last heard of so long ago; `q`: part of a name, or of a unit's."""
    query, now = request.query_params, house.clock()
    only, wanted = query.get("heard", ""), query.get("q", "").strip()
    with house.engine.connect() as db:
        found = matching(all_statuses(db, who.kiosks(db)), wanted, who.language)
        counts = Counter(heard(status, now) for status in found)
        chosen = [status for status in found if only not in list(Heard) or heard(status, now) == only]
        pager = turn_to(query.get("page", ""), len(chosen), "/health", asked_for(request))
        beings = how_they_are(db, chosen[pager.rows], now, house.settings.zone)
        return show(
            request, db, house, "health.html", here="health",
            beings=beings, pager=pager, wanted=wanted, counts=counts, only=only, heard=list(Heard),
        )  # fmt: skip
