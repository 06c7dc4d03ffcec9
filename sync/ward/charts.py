"""Where things stand in the charts: numbers for `templates/charts.html`, which draws them as SVG. Pure.

Across in % of the plot, so that a phone squeezes the columns and not the letters; down in pixels. The axis of a rate is
always whole, 0 to 100 %: a cut one makes much of little. Levels are stacked from the worst, which so stand on the line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sync.ward.figures import LEVELS, Figures, Span

RATE_HEIGHT = 200  # px from 0 to 100 %
TOP = 12  # px above 100 %
COUNT_HEIGHT = 120  # px of the tallest column
LABELS, LABELS_ON_A_PHONE = 14, 6  # at most so many days are written under the columns
NUMBERS, NUMBERS_ON_A_PHONE = 30, 14  # of columns that still have room for their n


@dataclass(frozen=True, slots=True)
class Stretch:
    """A week, a month or a year within a range, and what was counted in it."""

    span: Span
    figures: Figures


@dataclass(frozen=True, slots=True)
class Part:
    level: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    stretch: Stretch
    centre: float
    left: float
    width: float
    parts: tuple[Part, ...]  # the levels, the worst at the bottom
    top: float
    labelled: str  # "always", "wide" (not on a phone), ""

    @property
    def figures(self) -> Figures:
        return self.stretch.figures


@dataclass(frozen=True)
class Chart:
    """One question over the stretches of a range."""

    stretches: Sequence[Stretch]

    @property
    def empty(self) -> bool:
        return self.most == 0

    @cached_property
    def most(self) -> int:
        return max((one.figures.n for one in self.stretches), default=0)

    @cached_property
    def ceiling(self) -> int:
        return ceiling(self.most)

    @property
    def numbered(self) -> str:
        """Where each column's n has room: "always", "wide", or ""."""
        if len(self.stretches) <= NUMBERS_ON_A_PHONE:
            return "always"
        return "wide" if len(self.stretches) <= NUMBERS else ""

    @cached_property
    def columns(self) -> list[Column]:
        return [self._column(place, stretch) for place, stretch in enumerate(self.stretches)]

    def _column(self, place: int, stretch: Stretch) -> Column:
        each = 100 / len(self.stretches)
        parts = _stacked(stretch.figures, self.ceiling)
        top = parts[-1].y if parts else COUNT_HEIGHT
        left, width = place * each + each * 0.16, each * 0.68
        return Column(
            stretch, round((place + 0.5) * each, 3), round(left, 3), round(width, 3), parts, top, self._label(place)
        )

    def _label(self, place: int) -> str:
        """Counted from the end: the newest always has its day."""
        behind, count = len(self.stretches) - 1 - place, len(self.stretches)
        step, step_on_a_phone = -(-count // LABELS), -(-count // LABELS_ON_A_PHONE)
        step_on_a_phone = -(-step_on_a_phone // step) * step
        if behind % step_on_a_phone == 0:
            return "always"
        return "wide" if behind % step == 0 else ""


def y_of(rate: float) -> float:
    return round(TOP + (1 - rate) * RATE_HEIGHT, 2)


def ceiling(most: int) -> int:
    """A round number that the tallest column stays under: 1, 2 or 5 and zeros."""
    round_ = 1
    while most > round_:
        round_ = round_ * 5 // 2 if str(round_).startswith("2") else round_ * 2
    return round_


def _stacked(figures: Figures, most: int) -> tuple[Part, ...]:
    parts, y = [], float(COUNT_HEIGHT)
    for level in reversed(LEVELS):
        if count := figures.of(level):
            height = COUNT_HEIGHT * count / most
            y -= height
            parts.append(Part(level, round(y, 2), round(height, 2)))
    return tuple(parts)
