"""Cards of different heights in columns, and columns on leaves. Knows nothing of Kivy."""

from collections.abc import Sequence

Column = list[int]  # the cards in it, by their number


def flow(heights: Sequence[float], room: float, gap: float, columns: int) -> list[list[Column]]:
    """Leaves of `columns` columns, filled from the top, left to right. A card that fits nowhere stands alone."""
    filled: list[Column] = [[]]
    left = room
    for number, height in enumerate(heights):
        if filled[-1] and height > left:
            filled.append([])
            left = room
        filled[-1].append(number)
        left -= height + gap
    leaves = [filled[start : start + columns] for start in range(0, len(filled), columns)]
    return [leaf + [[]] * (columns - len(leaf)) for leaf in leaves]
