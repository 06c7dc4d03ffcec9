"""What the overview shows: all kiosks together, question by question, and each kiosk in a line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from sync.ward.asking import Asked, Overall, ask, drawn, titles_of
from sync.ward.counting import NOTHING, Key, Selection, count
from sync.ward.figures import Figures, Span
from sync.ward.reach import NONE, Reach, reach
from sync.ward.status import KioskStatus, all_statuses


@dataclass(frozen=True, slots=True)
class Line:
    """One kiosk among others, with its figures in the order of the questions."""

    status: KioskStatus
    figures: Sequence[Figures]
    reach: Reach


@dataclass(frozen=True, slots=True)
class Overview:
    asked: Sequence[Asked]
    kiosks: Sequence[KioskStatus]
    reach: Reach

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
    reached = reach(db, Selection(span, kiosks)).get((), NONE)
    return Overview(ask(titles_of(statuses, answered, language), by_day, undated, span), statuses, reached)


def lines(db: Connection, statuses: Sequence[KioskStatus], span: Span, questions: Sequence[str]) -> list[Line]:
    """All of them with the same few queries."""
    which = frozenset(status.id for status in statuses)
    counted = count(db, Selection(span, which), "kiosk", "question")
    reached = reach(db, Selection(span, which), "kiosk")
    return [Line(one, _of(counted, one.id, questions), reached.get((one.id,), NONE)) for one in statuses]


def _of(counted: Mapping[Key, Figures], kiosk: int, questions: Sequence[str]) -> list[Figures]:
    return [counted.get((kiosk, question), NOTHING) for question in questions]
