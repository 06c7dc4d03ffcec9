"""`GET /`: the overview."""

from litestar import Response, get
from litestar.di import NamedDependency

from sync.ward.house import House
from sync.ward.page import look
from sync.ward.visitor import Visitor
from sync.ward.web.access import login
from sync.ward.web.html import AnyRequest, show


@get("/", opt=login(), sync_to_thread=True, include_in_schema=False)
def page(request: AnyRequest, who: NamedDependency[Visitor], house: NamedDependency[House]) -> Response[str]:
    with house.engine.connect() as db:
        view = look(db, house, who.language, who.kiosks(db))
        return show(request, db, house, "page.html", here="overview", view=view)
