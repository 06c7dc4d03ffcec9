"""`GET /v1/statistics`: released figures for machines, as the pages show them; as of a release, always the same."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection

from sync.ward.counting import Name, Selection, count
from sync.ward.figures import LEVELS, Figures, Span
from sync.ward.reach import Reach, reach
from sync.ward.then import find_release


class By(StrEnum):
    """Hours are not among them: with any range to ask for, they would tell single visitors apart."""

    KIOSK = "kiosk"
    DAY = "day"
    SESSION = "session"


NAMES: Mapping[By, Name] = {By.KIOSK: "kiosk", By.DAY: "day", By.SESSION: "session"}
PLACES: Mapping[By, Literal["kiosk", "day"]] = {By.KIOSK: "kiosk", By.DAY: "day"}


class Counted(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answers to one question; `rate` and what follows are missing where n is 0."""

    question: str
    n: int
    levels: dict[str, int]  # "5" very satisfied ... "1" very dissatisfied
    satisfied: int  # levels 5 and 4
    kiosk: int | None = None  # what was asked for with `by`
    day: str | None = None
    session: str | None = None  # "": uncertain; "outside": outside every session
    rate: float | None = None  # 0 to 1
    low: float | None = None  # of the 95 % Wilson interval
    high: float | None = None
    index: float | None = None  # 0 to 100


class Reached(msgspec.Struct, frozen=True, omit_defaults=True):
    """Participation and coverage; by session there are none."""

    kiosk: int | None = None
    day: str | None = None
    visits: int = 0  # on days of which the files are stated
    files: int = 0  # handled at the counter
    online: int = 0
    participation: float | None = None  # null: no files are stated, or more visits than files
    exceeds: bool = False  # more visits than files
    open_minutes: int = 0
    able_minutes: int = 0  # surely able to take votes
    perhaps_minutes: int = 0  # at most
    coverage: float | None = None  # null: uncertain, or no opening hours are known


class Statistics(msgspec.Struct, frozen=True):
    release: int
    made: str | None  # ISO 8601; null: nothing is released yet
    first: str
    last: str
    rows: list[Counted]
    reach: list[Reached]
    undated: list[Counted]  # of uncertain time: they belong to no day, and so to no range


def statistics(
    db: Connection, span: Span, by: Sequence[By], kiosks: frozenset[int], release: int | None, now: int
) -> tuple[Statistics, int]:
    """And when the release was made, Unix ms. Raises NoSuchRelease."""
    then = find_release(db, release, now)
    selection = Selection(span, kiosks, release=then.asked)
    names: tuple[Name, ...] = tuple(NAMES[name] for name in by)
    counted = count(db, selection, *names, "question")
    undated = count(db, Selection(None, kiosks, release=then.asked), "question")
    places = [PLACES[name] for name in by if name in PLACES]
    reached: dict[tuple[Any, ...], Reach] = {}
    if By.SESSION not in by:
        reached = reach(db, selection, *places)
    return Statistics(
        then.release, None, _iso(span.first), _iso(span.last),
        [_counted(dict(zip((*by, "question"), key, strict=True)), one) for key, one in sorted(counted.items())],
        [_reached(dict(zip(places, key, strict=True)), one) for key, one in sorted(reached.items())],
        [_counted({"question": key[0]}, one) for key, one in sorted(undated.items())],
    ), then.made  # fmt: skip


def _counted(place: dict[str, Any], figures: Figures) -> Counted:
    levels = {str(level): figures.of(level) for level in LEVELS}
    said: dict[str, Any] = {"n": figures.n, "levels": levels, "satisfied": figures.satisfied}
    if figures.n:
        low, high = figures.interval
        said |= {"rate": figures.rate, "low": low, "high": high, "index": figures.index}
    return Counted(**{str(name): value for name, value in place.items()}, **said)


def _reached(place: dict[str, Any], one: Reach) -> Reached:
    part, cover = one.participation, one.coverage
    return Reached(
        **place, visits=part.visits, files=part.files, online=part.online, participation=part.share,
        exceeds=part.exceeds, open_minutes=cover.open, able_minutes=cover.able, perhaps_minutes=cover.perhaps,
        coverage=cover.share if cover.known else None,
    )  # fmt: skip


def _iso(day: date) -> str:
    return day.isoformat()
