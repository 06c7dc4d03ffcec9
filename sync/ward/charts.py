"""Where things stand in the charts: numbers for `templates/charts.html`, which draws them as SVG. Pure.

Across in % of the plot, so that a phone squeezes the columns and not the letters; down in pixels. The axis of a rate is
always whole, 0 to 100 %: a cut one makes much of little. Levels are stacked from the worst, which so stand on the line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sync.ward.counting import merge
from sync.ward.figures import LEVELS, Figures, Span

RATE_HEIGHT = 170  # px from 0 to 100 %
TOP = 12  # px above 100 %
COUNT_HEIGHT = 100  # px of the tallest column
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
    marked: bool
    labelled: str  # "always", "roomy" (not on a phone), ""

    @property
    def figures(self) -> Figures:
        return self.stretch.figures


@dataclass(frozen=True)
class Chart:
    """One question over the stretches of a span; `marked`: those of its days that the page is about."""

    span: Span
    stretches: Sequence[Stretch]
    marked: Span | None = None

    @property
    def together(self) -> Figures:
        return merge(one.figures for one in self.stretches)

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
        """Where each column's n has room: "always", "roomy", or ""."""
        if len(self.stretches) <= NUMBERS_ON_A_PHONE:
            return "always"
        return "roomy" if len(self.stretches) <= NUMBERS else ""

    @cached_property
    def columns(self) -> list[Column]:
        return [self._column(place, stretch) for place, stretch in enumerate(self.stretches)]

    def _column(self, place: int, stretch: Stretch) -> Column:
        each = 100 / len(self.stretches)
        parts = _stacked(stretch.figures, self.ceiling)
        centre, left, width = (round(each * part, 3) for part in (place + 0.5, place + 0.16, 0.68))
        top = parts[-1].y if parts else COUNT_HEIGHT
        return Column(stretch, centre, left, width, parts, top, self._is_marked(stretch.span), self._label(place))

    def _is_marked(self, span: Span) -> bool:
        return self.marked is not None and self.marked.first <= span.last and span.first <= self.marked.last

    def _label(self, place: int) -> str:
        """Counted from the end: the newest always has its day."""
        behind, count = len(self.stretches) - 1 - place, len(self.stretches)
        step, step_on_a_phone = -(-count // LABELS), -(-count // LABELS_ON_A_PHONE)
        step_on_a_phone = -(-step_on_a_phone // step) * step
        if behind % step_on_a_phone == 0:
            return "always"
        return "roomy" if behind % step == 0 else ""


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
