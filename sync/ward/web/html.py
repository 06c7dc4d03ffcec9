"""A template of `templates/`, in the visitor's language, within the frame that all pages share (`base.html`)."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Request, Response
from litestar.datastructures import Cookie
from sqlalchemy import Connection, func, select

from sync.ward.charts import y_of
from sync.ward.figures import ENOUGH, LEVELS
from sync.ward.house import House
from sync.ward.permissions import Action
from sync.ward.settings import Release
from sync.ward.speech import LANGUAGES, Speech, load_speech
from sync.ward.store.tables import releases
from sync.ward.times import local
from sync.ward.visitor import Visitor

AnyRequest = Request[Any, Any, Any]

SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
LANGUAGE_COOKIE = "ward_language"
A_YEAR = 365 * 86_400  # s
NAVIGATION = (  # in this order; a page that this ward does not have, or that is not for the visitor, is left out
    ("overview", "/", Action.LOOK),
    ("kiosks", "/kiosks", Action.LOOK),
    ("compare", "/compare", Action.LOOK),
    ("findings", "/findings", Action.LOOK),
    ("health", "/health", Action.LOOK),
    ("reports", "/reports", Action.LOOK),
    ("transactions", "/transactions", Action.LOOK),
    ("people", "/people", Action.MANAGE),
    ("audit", "/audit", Action.AUDIT),
)


@dataclass(frozen=True, slots=True)
class AsOf:
    """What the figures on a page stand on."""

    release: int | None
    made: datetime
    at_once: bool


def show(
    request: AnyRequest, db: Connection, house: House, template: str, /, *, here: str, status: int = 200, **values: Any
) -> Response[str]:
    """The page. `here` is its name in NAVIGATION, or "" ; `values` are the template's own."""
    speech = speech_of(request)
    frame = {
        "who": visitor_of(request),
        "here": here,
        "navigation": _navigation(request),
        "languages": [(load_speech(name), _in_language(request, name)) for name in LANGUAGES],
        "language_names": [(name, load_speech(name)("language_name")) for name in LANGUAGES],
        "ward": house.settings.name,
        "as_of": as_of(db, house),
        "say": speech,
        "levels": LEVELS,
        "enough": ENOUGH,
    }
    text = _templates().get_template(template).render(frame | values)
    return Response(text, status_code=status, media_type="text/html", headers=SAFE, cookies=_remembered(request))


def speech_of(request: AnyRequest) -> Speech:
    """As asked for in the address, else as chosen before, else of the account, else Vietnamese."""
    who = visitor_of(request)
    return load_speech(wanted_language(request, who.language if who else LANGUAGES[0]))


def wanted_language(request: AnyRequest, otherwise: str) -> str:
    said = (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE))
    return next((one for one in said if one in LANGUAGES), otherwise)


def visitor_of(request: AnyRequest) -> Visitor | None:
    """None before the login."""
    return cast("Visitor | None", request.scope.get("user"))


def today(house: House) -> date:
    return local(house.clock(), house.settings.zone).date()


def as_of(db: Connection, house: House) -> AsOf:
    newest = db.execute(select(func.max(releases.c.id))).scalar()
    now = local(house.clock(), house.settings.zone)
    return AsOf(newest, now, house.settings.release is Release.IMMEDIATE)


def _remembered(request: AnyRequest) -> list[Cookie]:
    """The choice of a language, which follows from page to page."""
    lang = request.query_params.get("lang")
    if lang not in LANGUAGES:
        return []
    return [Cookie(LANGUAGE_COOKIE, value=lang, path="/", max_age=A_YEAR, httponly=True, samesite="lax")]


def _navigation(request: AnyRequest) -> list[tuple[str, str]]:
    known = {route.path for route in request.app.routes}
    who = visitor_of(request)
    return [(name, path) for name, path, action in NAVIGATION if path in known and who and who.may(action)]


def asked_for(request: AnyRequest) -> list[tuple[str, str]]:
    """What stands in the address, in its order: addresses made from it are the same every time."""
    return parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)


def _in_language(request: AnyRequest, language: str) -> str:
    kept = [(name, value) for name, value in asked_for(request) if name != "lang"]
    return f"{request.url.path}?{urlencode([*kept, ('lang', language)])}"


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("sync.ward"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["y_of"] = y_of
    return environment
