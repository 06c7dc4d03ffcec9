"""How many faces or answers stand side by side. Knows nothing of Kivy."""

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


def shelves(count: int, area: tuple[float, float], gap: float, least: float) -> tuple[int, float, float]:
    """Columns, width and height of `count` equal buttons: wide ones, in as few columns as leave them `least` high."""
    tall = [(area[1] + gap) / ceil(count / columns) - gap for columns in range(1, count + 1)]
    columns = next((place + 1 for place, height in enumerate(tall) if height >= least), count)
    return columns, (area[0] - gap * (columns - 1)) / columns, tall[columns - 1]
