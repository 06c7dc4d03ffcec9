"""`/audit`: the trail, for administrators and inspectors; the newest first."""

from dataclasses import dataclass
from datetime import datetime

from litestar import Response, get
from litestar.di import NamedDependency

from sync.ward.audit import count_audit, read_audit
from sync.ward.house import House
from sync.ward.paging import turn_to
from sync.ward.permissions import Action
from sync.ward.times import local
from sync.ward.web.access import login
from sync.ward.web.html import AnyRequest, show


@dataclass(frozen=True, slots=True)
class Deed:
    number: int
    at: datetime
    who: str
    what: str
    detail: str


@get("/audit", opt=login(Action.AUDIT), sync_to_thread=True, include_in_schema=False)
def audit_page(request: AnyRequest, house: NamedDependency[House]) -> Response[str]:
    with house.engine.connect() as db:
        asked = request.query_params.get("what", "")[:60]
        query = (("what", asked),) if asked else ()
        pager = turn_to(request.query_params.get("page", ""), count_audit(db, asked), "/audit", query)
        rows = read_audit(db, asked, pager.rows)
        deeds = [Deed(row.id, local(row.at, house.settings.zone), row.who, row.what, row.detail) for row in rows]
        return show(request, db, house, "audit.html", here="audit", deeds=deeds, pager=pager, asked=asked)
