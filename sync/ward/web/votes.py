"""`GET /v1/votes`: the pull feed, for who has a token."""

from functools import partial
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from sync.ward.feed import MOST_ROWS, BadCursor, read_page, veil_of
from sync.ward.findings import write_audit
from sync.ward.forms import MEDIA_TYPES, Form, wanted, write
from sync.ward.house import House
from sync.ward.problems import NoToken, refuse
from sync.ward.settings import Release
from sync.ward.tokens import Scope, scopes_of
from sync.ward.writer import Writer
from sync.wire import Refusal

AnyRequest = Request[Any, Any, Any]


@get("/v1/votes", sync_to_thread=True, tags=["feed"], summary="Released votes after a cursor (JSON, NDJSON, CSV)")
def votes(
    request: AnyRequest,
    house: NamedDependency[House],
    writer: NamedDependency[Writer],
    after: Annotated[str, QueryParameter(description="The cursor of the last answer; empty: from the beginning")] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=MOST_ROWS, description="Rows at most")] = 1000,
    form: Annotated[Form | None, QueryParameter(name="format", description="Instead of an Accept header")] = None,
) -> Response[bytes]:
    """The cursor for the next call is in the header `Hailong-Next`, in JSON also as `next`."""
    scopes = allowed(request, house)
    if exact_use := Scope.EXACT in scopes and house.settings.release is not Release.IMMEDIATE:
        detail = f"votes after {after or 'the beginning'}"
        note = partial(write_audit, who="token", what="exact", detail=detail, now=house.clock())
        writer.submit(note).result()
    try:
        with house.engine.connect() as db:
            exact = exact_use or house.settings.release is Release.IMMEDIATE
            page = read_page(db, after, limit, house.settings.zone, None if exact else veil_of(house))
    except BadCursor as error:
        raise refuse(Refusal.MALFORMED, str(error)) from error
    form = form or wanted(request.headers.get("accept", ""))
    headers = {"Hailong-Next": page.next, "Hailong-More": str(page.more).lower(), "Cache-Control": "no-store"}
    return Response(write(page, form), media_type=MEDIA_TYPES[form], headers=headers)


def allowed(request: AnyRequest, house: House) -> frozenset[Scope]:
    """What the request's token allows; without a good one it is refused."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    with house.engine.connect() as db:
        scopes = scopes_of(db, token.strip()) if kind.lower() == "bearer" else frozenset[Scope]()
    if Scope.FEED not in scopes:
        raise NoToken("a bearer token is needed; make one with: ward token NAME")
    return scopes
