"""What a person sees who is turned away from a page: the login, or a sentence."""

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from litestar import Response

from sync.ward.house import House
from sync.ward.problems import BadForm, LoginNeeded, NotAllowed
from sync.ward.visitor import NotSeen
from sync.ward.web.html import AnyRequest, show
from sync.ward.web.leading import lead_to

REASONS: dict[type[Exception], tuple[HTTPStatus, str]] = {
    NotAllowed: (HTTPStatus.FORBIDDEN, "not_allowed"),
    BadForm: (HTTPStatus.FORBIDDEN, "form_too_old"),
    NotSeen: (HTTPStatus.NOT_FOUND, "not_seen"),
}


def turned_away(house: House) -> Mapping[int | type[Exception], Any]:
    """The application's handlers of these exceptions."""
    return {LoginNeeded: login_first, **{kind: partial(_sentence, house) for kind in REASONS}}


def login_first(request: AnyRequest, error: LoginNeeded) -> Response[Any]:
    """To the login, and from there back to the page that was wanted; what a form would have changed is not kept."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = f"?{urlencode({'next': wanted})}" if request.method == "GET" and wanted != "/" else ""
    return lead_to(error.place or f"/login{back}")


def _sentence(house: House, request: AnyRequest, error: Exception) -> Response[str]:
    status, key = REASONS[type(error)]
    with house.engine.connect() as db:
        return show(request, db, house, "turned_away.html", here="", status=status, reason=key)
