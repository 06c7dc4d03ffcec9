"""Who may see the pages: until there is a login, whoever sits at this computer, or holds a token."""

from typing import Any

from litestar import Request

from sync.ward.house import House
from sync.ward.loopback import is_loopback
from sync.ward.web.votes import allowed


def admit(request: Request[Any, Any, Any], house: House) -> frozenset[int] | None:
    """The kiosks that the visitor may see; None: all of them. Or the request is refused."""
    if not _is_here(request):
        allowed(request, house)
    return None


def _is_here(request: Request[Any, Any, Any]) -> bool:
    """A client on this computer that also asked for this computer: another site's name may be pointed at 127.0.0.1."""
    client = request.client.host if request.client else ""
    return is_loopback(client) and is_loopback(request.url.hostname or "")
