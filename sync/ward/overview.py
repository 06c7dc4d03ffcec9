"""What the overview shows: all kiosks together, question by question, and each kiosk in a line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from sync.ward.asking import Asked, Overall, ask, drawn, titles_of
from sync.ward.counting import NOTHING, Key, Selection, count
from sync.ward.figures import Figures, Span
from sync.ward.status import KioskStatus, all_statuses


@dataclass(frozen=True, slots=True)
class Line:
    """One kiosk among others, with its figures in the order of the questions."""

    status: KioskStatus
    figures: Sequence[Figures]


@dataclass(frozen=True, slots=True)
class Overview:
    asked: Sequence[Asked]
    kiosks: Sequence[KioskStatus]

    @property
    def overall(self) -> Overall:
        return Overall(self.asked)

    @property
    def undated(self) -> bool:
        return any(one.undated.n for one in self.asked)


def overview(db: Connection, span: Span, language: str, kiosks: frozenset[int] | None = None) -> Overview:
    """`kiosks`: those that whoever asks may see; None: all."""
    by_day = count(db, Selection(drawn(span), kiosks), "question", "day")
    undated = count(db, Selection(None, kiosks), "question")
    statuses = all_statuses(db, kiosks)
    answered = {key[0] for key in (*by_day, *undated)}
    return Overview(ask(titles_of(statuses, answered, language), by_day, undated, span), statuses)


def lines(db: Connection, statuses: Sequence[KioskStatus], span: Span, questions: Sequence[str]) -> list[Line]:
    """One query for all of them."""
    which = frozenset(status.id for status in statuses)
    counted = count(db, Selection(span, which), "kiosk", "question")
    return [Line(status, _of(counted, status.id, questions)) for status in statuses]


def _of(counted: Mapping[Key, Figures], kiosk: int, questions: Sequence[str]) -> list[Figures]:
    return [counted.get((kiosk, question), NOTHING) for question in questions]
