"""The ward's HTTP application. Everything it needs is handed in; several may run beside each other on one database."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from litestar import Litestar, Router, get
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, YamlRenderPlugin
from sqlalchemy.exc import SQLAlchemyError

from sync.ward.house import House
from sync.ward.intake import Intake
from sync.ward.passwords import Passwords
from sync.ward.problems import NoToken, Refused
from sync.ward.web.access import public
from sync.ward.web.answers import bug, http_error, no_token, refused, store_error
from sync.ward.web.audit import audit_page
from sync.ward.web.compare_page import compare_page
from sync.ward.web.files import face, icon, style
from sync.ward.web.findings import finding_page, findings_page, note
from sync.ward.web.formulae_page import formulae_page
from sync.ward.web.guard import guard_of, who_asks
from sync.ward.web.health_page import health_page
from sync.ward.web.kiosk_pages import kiosk_list, kiosk_page
from sync.ward.web.kiosks import Kiosks
from sync.ward.web.login import log_in, log_out, login_page
from sync.ward.web.me import change_language, change_password, me
from sync.ward.web.overview_page import overview_page
from sync.ward.web.people import add_person, close_person, people, person, place_person, reset_password
from sync.ward.web.tokens import add_token, revoke, tokens_page
from sync.ward.web.turned_away import turned_away
from sync.ward.web.units import add_one, move_a_kiosk, move_one, units_page
from sync.ward.web.votes import votes
from sync.ward.writer import Writer

PEOPLE = (
    *(me, change_password, change_language),
    *(people, add_person, person, place_person, close_person, reset_password),
    *(units_page, add_one, move_one, move_a_kiosk),
    *(tokens_page, add_token, revoke, audit_page),
)
ROUTES: Sequence[Any] = (
    Kiosks, votes,
    overview_page, kiosk_list, kiosk_page, compare_page, health_page, formulae_page,
    findings_page, finding_page, note,
    login_page, log_in, log_out, *PEOPLE,
    style, face, icon,
)  # fmt: skip


def build_app(
    house: House,
    writer: Writer,
    beside: AbstractAsyncContextManager[None] | None = None,
    passwords: Passwords | None = None,
) -> Litestar:
    """`beside` runs as long as the application does."""
    parts = {
        "house": house,
        "writer": writer,
        "intake": Intake(house, writer),
        "passwords": passwords or Passwords(),
    }
    asks = {"who": Provide(who_asks, sync_to_thread=False)}
    return Litestar(
        [_together(*ROUTES, healthz)],
        guards=[guard_of(house, writer)],
        dependencies={name: _provide(part) for name, part in parts.items()} | asks,
        exception_handlers={
            **turned_away(house),
            Refused: refused,
            NoToken: no_token,
            HTTPException: http_error,
            SQLAlchemyError: store_error,
            500: bug,
        },
        request_max_body_size=house.settings.limits.body_bytes,
        logging_config=None,  # whoever runs the application decides where its log goes
        openapi_config=_openapi(),
        lifespan=[beside] if beside else [],
    )


@get("/healthz", opt=public(), sync_to_thread=False, summary="Whether the ward answers")
def healthz(house: NamedDependency[House]) -> dict[str, str]:
    with house.engine.connect() as db:
        db.exec_driver_sql("SELECT 1 FROM kiosks LIMIT 1").close()
    return {"status": "ok"}


def _together(*routes: Any) -> Router:
    """Litestar 2.25 wraps a handler in a thread once more whenever another of the same path is registered after it, and
    then answers nothing; in a router of their own they are registered at once."""
    return Router("/", route_handlers=routes)


def _provide(part: object) -> Provide:
    return Provide(lambda: part, sync_to_thread=False, use_cache=True)


def _openapi() -> OpenAPIConfig:
    """Only the document itself: a page to look at it would load scripts from elsewhere."""
    renderers = [JsonRenderPlugin(path=["/", "/openapi.json"]), YamlRenderPlugin()]
    router = Router("/schema", route_handlers=[], opt=public(), include_in_schema=False)
    return OpenAPIConfig(title="Hài Lòng ward server", version="1", openapi_router=router, render_plugins=renderers)
