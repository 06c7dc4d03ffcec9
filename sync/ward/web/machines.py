"""What machines read beside the feed: `GET /v1/statistics`, `GET /v1/kiosks`, `GET /metrics`; each with a token."""

from datetime import date
from typing import Annotated

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException, ValidationException
from litestar.params import QueryParameter

from sync.ward.figures import Span
from sync.ward.house import House
from sync.ward.metrics import TYPE, Counts, exposition
from sync.ward.permissions import Scope
from sync.ward.statistics import By, Statistics, statistics
from sync.ward.status import KioskStatus, all_statuses
from sync.ward.then import NoSuchRelease
from sync.ward.times import local
from sync.ward.visitor import Visitor
from sync.ward.web.access import token
from sync.ward.web.examples import KIOSK, METRICS, STATISTICS, told

FRESH = {"Cache-Control": "no-store"}


class KioskRow(msgspec.Struct, frozen=True):
    """A kiosk as it is now: always live, and without a rating."""

    id: int
    name: str
    logs: int  # terminals and cards, over time
    entries: int  # here
    waiting: int  # named by the kiosk, not yet here
    seen: str | None  # ISO 8601; null: never
    version: str | None
    clock: str | None  # synced | rtc | unsynced
    questions: list[str]


@get(
    "/v1/statistics", opt=token(Scope.STATISTICS), sync_to_thread=True, tags=["figures"],
    summary="Released figures of a range of days", responses=told(Statistics, "Released figures", STATISTICS),
)  # fmt: skip
def statistics_route(
    who: NamedDependency[Visitor],
    house: NamedDependency[House],
    first: Annotated[date, QueryParameter(name="from", description="Local day, included")],
    last: Annotated[date, QueryParameter(name="to", description="Local day, included")],
    by: Annotated[list[By] | None, QueryParameter(description="Repeatable: kiosk, day, session")] = None,
    release: Annotated[int | None, QueryParameter(ge=0, le=2**31 - 1, description="As of it; else the newest")] = None,
) -> Response[bytes]:
    """Figures of different questions are never added up."""
    if last < first:
        raise ValidationException("`to` lies before `from`")
    try:
        with house.engine.connect() as db:
            names = tuple(dict.fromkeys(by or ()))
            found, made = statistics(db, Span(first, last), names, who.kiosks(db), release, house.clock())
    except NoSuchRelease as error:
        raise NotFoundException(str(error)) from error
    when = local(made, house.settings.zone).isoformat(timespec="seconds") if found.release else None
    body = msgspec.json.encode(msgspec.structs.replace(found, made=when))
    return Response(body, media_type="application/json", headers=FRESH)


@get(
    "/v1/kiosks", opt=token(Scope.STATISTICS), sync_to_thread=True, tags=["figures"],
    summary="The kiosks, live", responses=told(list[KioskRow], "In the order of their numbers", [KIOSK]),
)  # fmt: skip
def kiosks_route(who: NamedDependency[Visitor], house: NamedDependency[House]) -> Response[bytes]:
    with house.engine.connect() as db:
        rows = [_row(one, house) for one in all_statuses(db, who.kiosks(db))]
    return Response(msgspec.json.encode(rows), media_type="application/json", headers=FRESH)


@get(
    "/metrics", opt=token(Scope.METRICS), sync_to_thread=True, tags=["figures"], summary="For Prometheus, as text",
    responses=told(str, "Text, version 0.0.4", METRICS, "text/plain"),
)  # fmt: skip
def metrics_route(
    who: NamedDependency[Visitor], house: NamedDependency[House], counts: NamedDependency[Counts]
) -> Response[str]:
    with house.engine.connect() as db:
        return Response(exposition(db, counts, who.kiosks(db)), media_type=TYPE, headers=FRESH)


def _row(one: KioskStatus, house: House) -> KioskRow:
    seen = local(one.seen, house.settings.zone).isoformat(timespec="seconds") if one.seen is not None else None
    asked = [question.id for question in one.start.survey.questions] if one.start else []
    health = one.health
    return KioskRow(one.id, one.name, one.logs, one.entries, one.waiting, seen, health.version, health.clock, asked)
