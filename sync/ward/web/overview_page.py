"""`GET /`: the overview."""

from litestar import Response, get
from litestar.di import NamedDependency

from sync.ward.house import House
from sync.ward.overview import lines, overview
from sync.ward.ranges import read_range
from sync.ward.visitor import Visitor
from sync.ward.web.access import login
from sync.ward.web.html import AnyRequest, show, today

FEW = 12  # so many kiosks are listed on the overview itself


@get("/", opt=login(), sync_to_thread=True, include_in_schema=False)
def overview_page(request: AnyRequest, who: NamedDependency[Visitor], house: NamedDependency[House]) -> Response[str]:
    asked = read_range(request.query_params, today(house))
    with house.engine.connect() as db:
        view = overview(db, asked.span, who.language, who.kiosks(db))
        questions = [one.name for one in view.asked]
        listed = lines(db, view.kiosks, asked.span, questions) if len(view.kiosks) <= FEW else []
        return show(request, db, house, "overview.html", here="overview", view=view, range=asked, lines=listed)
