"""The forms that answers have: signed documents, and problem documents for everything that is refused."""

import logging
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, InternalServerException
from sqlalchemy.exc import SQLAlchemyError

from sync.ward.problems import NoToken, Refused, refuse
from sync.ward.store.engine import is_full
from sync.wire import Problem, Refusal, Signed

PROBLEM_TYPE = "application/problem+json"
SIGNED_TYPE = "application/x-ndjson"
BUSY_SECONDS = 30

log = logging.getLogger(__name__)


def signed_answer(document: Signed) -> Response[bytes]:
    return Response(document.bytes(), media_type=SIGNED_TYPE)


def refused(_: Request[Any, Any, Any], error: Refused) -> Response[bytes]:
    headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    return _answer(error.problem, headers)


def no_token(_: Request[Any, Any, Any], error: NoToken) -> Response[bytes]:
    return _answer(plain_problem(HTTPStatus.UNAUTHORIZED, str(error)), {"WWW-Authenticate": "Bearer"})


def http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Litestar's own refusals (no such path, wrong method, a parameter that does not fit) in the same form."""
    if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return _answer(refuse(Refusal.TOO_LARGE, error.detail, limit=request.app.request_max_body_size).problem, {})
    return _answer(plain_problem(error.status_code, error.detail), dict(error.headers or {}))


def store_error(_: Request[Any, Any, Any], error: SQLAlchemyError) -> Response[bytes]:
    """Nothing was kept. The kiosk waits and sends again; of a full disk it tells whoever stands before it."""
    if full := _disk_is_full(error):
        log.error("the disk is full: nothing can be taken in; make room")
    status = HTTPStatus.INSUFFICIENT_STORAGE if full else HTTPStatus.SERVICE_UNAVAILABLE
    detail = f"the database did not take it: {type(error).__name__}"
    return _answer(plain_problem(status, detail), {"Retry-After": str(BUSY_SECONDS)})


def _disk_is_full(error: SQLAlchemyError) -> bool:
    """Looked for behind the error too: when there is no room, the savepoint is gone as well, and that is said first."""
    layer: BaseException | None = error
    while layer and not is_full(getattr(layer, "orig", None)):
        layer = layer.__context__
    return layer is not None


def bug(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Nothing was kept. The kiosk waits and sends again; the traceback is for us."""
    if _hung_up(error):
        log.info("%s %s: the sender hung up in the middle", request.method, request.url.path)
        return _answer(plain_problem(HTTPStatus.BAD_REQUEST, "it ended in the middle"), {})  # which nobody reads
    log.error("%s %s", request.method, request.url.path, exc_info=error)
    return _answer(plain_problem(HTTPStatus.INTERNAL_SERVER_ERROR, "a bug in the ward server"), {})


def _hung_up(error: Exception) -> bool:
    """Litestar's own word for a body that ended too early, which has no class of its own."""
    return type(error) is InternalServerException and "disconnected" in error.detail


def plain_problem(status: int, detail: str) -> Problem:
    """A problem that is no more than its HTTP status."""
    return Problem(type="about:blank", title=HTTPStatus(status).phrase, status=status, detail=detail)


def _answer(problem: Problem, headers: dict[str, str]) -> Response[bytes]:
    body = msgspec.json.encode(problem)
    return Response(body, status_code=problem.status, media_type=PROBLEM_TYPE, headers=headers)
