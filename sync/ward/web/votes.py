"""`GET /v1/votes`: the pull feed, for who has a token."""

from functools import partial
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from sync.ward.audit import write_audit
from sync.ward.feed import MOST_ROWS, BadCursor, Page, read_page
from sync.ward.forms import MEDIA_TYPES, Form, wanted, write
from sync.ward.house import House
from sync.ward.permissions import Action, Scope
from sync.ward.problems import refuse
from sync.ward.settings import Release
from sync.ward.visitor import Visitor
from sync.ward.web.access import token
from sync.ward.web.examples import PAGE, told
from sync.ward.writer import Writer
from sync.wire import Refusal

AnyRequest = Request[Any, Any, Any]


@get(
    "/v1/votes",
    opt=token(Scope.FEED),
    sync_to_thread=True,
    tags=["feed"],
    summary="Released votes after a cursor (JSON, NDJSON, CSV)",
    responses=told(Page, "A page; the cursor for the next one is in `Hailong-Next` too", PAGE),
)
def votes(  # noqa: PLR0913, PLR0917  what the address can say
    request: AnyRequest,
    who: NamedDependency[Visitor],
    house: NamedDependency[House],
    writer: NamedDependency[Writer],
    after: Annotated[str, QueryParameter(description="The cursor of the last answer; empty: from the beginning")] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=MOST_ROWS, description="Rows at most")] = 1000,
    form: Annotated[Form | None, QueryParameter(name="format", description="Instead of an Accept header")] = None,
) -> Response[bytes]:
    """The cursor for the next call is in the header `Hailong-Next`, in JSON also as `next`."""
    if exact_use := who.may(Action.EXACT) and house.settings.release is not Release.IMMEDIATE:
        detail = f"votes after {after or 'the beginning'}"
        note = partial(write_audit, who=who.name, what="exact", detail=detail, now=house.clock())
        writer.submit(note).result()
    try:
        with house.engine.connect() as db:
            exact = exact_use or house.settings.release is Release.IMMEDIATE
            page = read_page(db, after, limit, house, who.kiosks(db), exact=exact)
    except BadCursor as error:
        raise refuse(Refusal.MALFORMED, str(error)) from error
    form = form or wanted(request.headers.get("accept", ""))
    headers = {"Hailong-Next": page.next, "Hailong-More": str(page.more).lower(), "Cache-Control": "no-store"}
    return Response(write(page, form), media_type=MEDIA_TYPES[form], headers=headers)
