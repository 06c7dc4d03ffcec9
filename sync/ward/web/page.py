"""`GET /`: the overview."""

from litestar import Response, get
from litestar.di import NamedDependency

from sync.ward.house import House
from sync.ward.page import look
from sync.ward.web.html import AnyRequest, show, speech_of
from sync.ward.web.visiting import admit


@get("/", sync_to_thread=True, include_in_schema=False)
def page(request: AnyRequest, house: NamedDependency[House]) -> Response[str]:
    admit(request, house)
    with house.engine.connect() as db:
        view = look(db, house, speech_of(request).language)
        return show(request, db, house, "page.html", here="overview", view=view)
