"""Rates beside each other: of units, counters, opening sessions, hours. Nothing below 30 answers is ranked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from sync.ward.calendars import session_names
from sync.ward.counting import NOTHING, Key, Name, Selection, count, grouped
from sync.ward.figures import Figures, Span
from sync.ward.hours import Cell
from sync.ward.opening import NO_SESSION, OUTSIDE
from sync.ward.status import KioskStatus


class By(StrEnum):
    """What is compared."""

    KIOSK = "kiosk"
    UNIT = "unit"
    SESSION = "session"
    HOUR = "hour"


class Order(StrEnum):
    NAME = "name"
    LOW = "low"  # by the lower end of the interval, the highest first


@dataclass(frozen=True, slots=True)
class Compared:
    key: Any  # the kiosk's number, the hour, or the name
    name: str
    figures: Figures

    @property
    def cell(self) -> Cell:
        """For hours, which tell less."""
        return Cell(self.figures)


def compare(
    db: Connection, by: By, span: Span, statuses: Sequence[KioskStatus], questions: Sequence[str], language: str
) -> dict[str, list[Compared]]:
    """By question. In the order of the names; sessions as the calendar has them."""
    counted = count(db, Selection(span, frozenset(status.id for status in statuses)), "question", _COLUMN[by])
    if by is By.UNIT:
        units = {status.id: unit_of(status, language) for status in statuses}
        counted = grouped(counted, lambda key: (key[0], units[key[1]]))
    names = _names(db, by, statuses, counted, language)
    return {
        question: [Compared(key, name, counted.get((question, key), NOTHING)) for key, name in names.items()]
        for question in questions
    }


_COLUMN: Mapping[By, Name] = {By.KIOSK: "kiosk", By.UNIT: "kiosk", By.SESSION: "session", By.HOUR: "hour"}


def in_order(compared: Sequence[Compared], order: Order) -> list[Compared]:
    """Those with fewer than 30 answers come last and stay in the order of their names."""
    if order is Order.NAME:
        return list(compared)
    enough = [one for one in compared if one.figures.enough]
    return sorted(enough, key=_low, reverse=True) + [one for one in compared if not one.figures.enough]


def unit_of(status: KioskStatus, language: str) -> str:
    return status.start.unit.in_language(language) if status.start else ""


def _low(compared: Compared) -> float:
    return compared.figures.interval[0]


def _names(
    db: Connection, by: By, statuses: Sequence[KioskStatus], counted: Mapping[Key, Figures], language: str
) -> dict[Any, str]:
    """What is compared, by the key it is counted under."""
    found: set[Any] = {key[1] for key in counted}
    match by:
        case By.KIOSK:
            return {status.id: status.name for status in sorted(statuses, key=_name)}
        case By.UNIT:
            return {unit: unit for unit in sorted({unit_of(status, language) for status in statuses})}
        case By.HOUR:
            return {hour: f"{hour}:00–{hour}:59" for hour in sorted(found) if hour >= 0}
    told = session_names(db, language)
    rest = sorted(found - told.keys() - {OUTSIDE, NO_SESSION})
    order = [name for name in (*told, *rest, OUTSIDE, NO_SESSION) if name in found]
    return {name: told.get(name, name) for name in order}


def _name(status: KioskStatus) -> str:
    return status.name
