"""Hours of the day, only where many answered.

Who may ask for any range could ask for two that differ by one day, and what differs would be that day's hours, at a
few votes a day a face. So hours are counted over whole months that are over, shown from 30 answers on, in whole
per cent and without an exact n.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sync.ward.counting import NOTHING, Key, grouped
from sync.ward.figures import Figures

BANDS = (1000, 500, 200, 100, 50, 30)  # an n is only told as one of these, or more


@dataclass(frozen=True, slots=True)
class Cell:
    figures: Figures

    @property
    def shown(self) -> bool:
        return self.figures.enough

    @property
    def at_least(self) -> int:
        """How many answers, roughly."""
        return next(band for band in BANDS if self.figures.n >= band)

    @property
    def percent(self) -> int:
        return round(100 * self.figures.rate)

    @property
    def shade(self) -> int:
        """0 for 100 %, to 5 for 50 % and less."""
        return min(5, (100 - self.percent + 9) // 10)


@dataclass(frozen=True, slots=True)
class Row:
    weekday: int  # 1 is Monday
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class HeatMap:
    hours: Sequence[int]
    rows: Sequence[Row]

    @property
    def any_shown(self) -> bool:
        return any(cell.shown for row in self.rows for cell in row.cells)


def heat_map(by_day_and_hour: Mapping[Key, Figures]) -> HeatMap:
    """Rows for the weekdays, columns for the hours in which anybody answered; what has no sure hour is left out."""
    dated = {key: one for key, one in by_day_and_hour.items() if key[1] >= 0}
    cells = grouped(dated, lambda key: (date.fromisoformat(key[0]).isoweekday(), key[1]))
    weekdays, hours = (sorted(set(names)) for names in zip(*cells, strict=True)) if cells else ([], [])
    return HeatMap(hours, [Row(day, [Cell(cells.get((day, hour), NOTHING)) for hour in hours]) for day in weekdays])
