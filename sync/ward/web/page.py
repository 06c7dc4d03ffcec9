"""`GET /`: the page, for whoever sits at this computer until there is a login, or holds a token; and its style."""

from functools import cache
from importlib import resources
from typing import Annotated, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from sync.ward.figures import LEVELS
from sync.ward.house import House
from sync.ward.loopback import is_loopback
from sync.ward.page import look
from sync.ward.speech import LANGUAGES, load_speech
from sync.ward.web.votes import allowed

SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@get("/", sync_to_thread=True, include_in_schema=False)
def page(
    request: Request[Any, Any, Any],
    house: NamedDependency[House],
    lang: Annotated[str, QueryParameter(max_length=10)] = LANGUAGES[0],
) -> Response[str]:
    if not _is_here(request):
        allowed(request, house)
    speech = load_speech(lang)
    with house.engine.connect() as db:
        view = look(db, house, speech.language)
    others = [load_speech(name) for name in LANGUAGES]
    text = _template().render(view=view, say=speech, languages=others, levels=LEVELS)
    return Response(text, media_type="text/html", headers=SAFE)


@get("/ward.css", sync_to_thread=False, include_in_schema=False)
def style() -> Response[str]:
    return Response(_read("static", "ward.css"), media_type="text/css", headers={"Cache-Control": "no-cache"})


def _is_here(request: Request[Any, Any, Any]) -> bool:
    """A client on this computer that also asked for this computer: another site's name may be pointed at 127.0.0.1."""
    client = request.client.host if request.client else ""
    return is_loopback(client) and is_loopback(request.url.hostname or "")


@cache
def _template() -> Any:
    environment = Environment(
        loader=PackageLoader("sync.ward"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html")


@cache
def _read(folder: str, name: str) -> str:
    return (resources.files("sync.ward") / folder / name).read_text("utf-8")
