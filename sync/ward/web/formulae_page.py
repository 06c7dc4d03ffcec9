"""`GET /formulae`: how every figure on the pages comes about."""

from litestar import Response, get
from litestar.di import NamedDependency

from sync.ward.house import House
from sync.ward.web.access import login
from sync.ward.web.html import AnyRequest, show


@get("/formulae", opt=login(), sync_to_thread=True, include_in_schema=False)
def formulae_page(request: AnyRequest, house: NamedDependency[House]) -> Response[str]:
    with house.engine.connect() as db:
        return show(request, db, house, "formulae.html", here="")
