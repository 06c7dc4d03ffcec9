"""The one cookie: the secret of a login, or before it a secret that only binds the login form to this browser."""

from typing import Any

from litestar import Response
from litestar.datastructures import Cookie

from sync.ward.web.html import AnyRequest

NAME = "hailong"
LONGEST = 100  # characters that are looked at


def read_secret(request: AnyRequest) -> str:
    return request.cookies.get(_name(request), "")[:LONGEST]


def give_secret(request: AnyRequest, answer: Response[Any], secret: str) -> None:
    answer.set_cookie(_cookie(request, secret))


def take_secret(request: AnyRequest, answer: Response[Any]) -> None:
    answer.set_cookie(_cookie(request, "", max_age=0))


def _cookie(request: AnyRequest, secret: str, max_age: int | None = None) -> Cookie:
    """No script may read it, no other site's form sends it, and with TLS no other host and no plain HTTP gets it."""
    tls = _is_tls(request)
    return Cookie(_name(request), value=secret, max_age=max_age, path="/", secure=tls, httponly=True, samesite="lax")


def _name(request: AnyRequest) -> str:
    """Browsers take `__Host-` only from this very host, over TLS."""
    return f"__Host-{NAME}" if _is_tls(request) else NAME


def _is_tls(request: AnyRequest) -> bool:
    return request.url.scheme == "https"
