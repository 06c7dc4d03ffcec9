"""Released answers with and without the votes that findings are about. Nothing is taken away: it is a second column.

Without single visits: where fewer than three are flagged, or are left, the difference would show somebody's answer.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from sync.ward.counting import NOTHING, Key, Selection, count
from sync.ward.figures import LEVELS, Figures, Span
from sync.ward.hiding import LEAST


@dataclass(frozen=True, slots=True)
class Both:
    """The answers to one question at one kiosk."""

    every: Figures
    flagged: Figures

    @property
    def told(self) -> bool:
        """Whether the second column may be shown."""
        return self.flagged.n >= LEAST and self.every.n - self.flagged.n >= LEAST

    @property
    def without(self) -> Figures:
        return Figures({level: self.every.of(level) - self.flagged.of(level) for level in LEVELS})


def count_both(db: Connection, span: Span, kiosks: frozenset[int]) -> dict[Key, Both]:
    """By kiosk and question, where any vote is flagged."""
    flagged = count(db, Selection(span, kiosks, flagged=True), "kiosk", "question")
    every = count(db, Selection(span, frozenset(kiosk for kiosk, _ in flagged)), "kiosk", "question") if flagged else {}
    return {key: Both(every.get(key, NOTHING), one) for key, one in flagged.items()}
