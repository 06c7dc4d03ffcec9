"""How many faces stand side by side: as many as leave each of them largest. Knows nothing of Kivy."""

from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True)
class Grid:
    """Columns, rows, and the sizes in px of a card and of the face in it."""

    columns: int
    rows: int
    card: tuple[float, float]
    face: float


def arrange(count: int, area: tuple[float, float], gap: float, pad: float, words: float) -> Grid:
    """`words` is the height that the words below a face need, `pad` the space around face and words."""
    grids = [_grid(columns, count, area, gap, pad, words) for columns in range(count, 0, -1)]
    return max(grids, key=lambda grid: grid.face)


def _grid(columns: int, count: int, area: tuple[float, float], gap: float, pad: float, words: float) -> Grid:
    rows = ceil(count / columns)
    wide = (area[0] - gap * (columns - 1)) / columns
    tall = (area[1] - gap * (rows - 1)) / rows
    face = min(wide - 2 * pad, tall - words - 3 * pad)
    return Grid(columns, rows, (wide, face + words + 3 * pad), face)
