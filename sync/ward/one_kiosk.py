"""What the page of one kiosk shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from sync.ward.asking import Asked, Overall, ask, drawn, titles_of
from sync.ward.counting import Key, Selection, count
from sync.ward.figures import Figures, Span
from sync.ward.hours import HeatMap, heat_map
from sync.ward.status import KioskStatus


@dataclass(frozen=True, slots=True)
class OneKiosk:
    status: KioskStatus
    asked: Sequence[Asked]
    heat: Mapping[str, HeatMap]  # by question
    whole_months: Span | None  # what the hours were counted over

    @property
    def overall(self) -> Overall:
        return Overall(self.asked)


def one_kiosk(db: Connection, status: KioskStatus, span: Span, whole_months: Span | None, language: str) -> OneKiosk:
    only = frozenset({status.id})
    by_day = count(db, Selection(drawn(span), only), "question", "day")
    undated = count(db, Selection(None, only), "question")
    titles = titles_of([status], {key[0] for key in (*by_day, *undated)}, language)
    return OneKiosk(status, ask(titles, by_day, undated, span), _heat(db, only, titles, whole_months), whole_months)


def _heat(
    db: Connection, only: frozenset[int], questions: Mapping[str, str], months: Span | None
) -> dict[str, HeatMap]:
    counted: Mapping[Key, Figures] = count(db, Selection(months, only), "question", "day", "hour") if months else {}
    return {name: heat_map({key[1:]: one for key, one in counted.items() if key[0] == name}) for name in questions}
