"""Breaks a sentence into lines of about equal length, in the largest letters that fit a box. Knows nothing of Kivy."""

import bisect
from collections.abc import Callable
from dataclasses import dataclass

Measure = Callable[[str, int], tuple[float, float]]  # width and height in px of a line in letters of so many px


@dataclass(frozen=True)
class Composition:
    """`size` of the letters in px, and the lines."""

    size: int
    lines: tuple[str, ...]


def compose(text: str, box: tuple[float, float], most: int, most_lines: int, measure: Measure) -> Composition:
    """Letters of at most `most` px. Text that fits at no size comes in letters of 1 px."""

    def too_large(size: int) -> bool:
        lines = _greedy(text.split(" "), box[0], lambda part: measure(part, size)[0])
        widths, heights = zip(*(measure(line, size) for line in lines), strict=True)
        return len(lines) > most_lines or sum(heights) > box[1] or max(widths) > box[0]

    size = max(1, bisect.bisect_left(range(1, most + 1), True, key=too_large))
    return Composition(size, tuple(_balanced(text.split(" "), box[0], lambda part: measure(part, size)[0])))


def _balanced(words: list[str], width: float, measure: Callable[[str], float]) -> list[str]:
    """The narrowest setting that needs no more lines than the widest."""
    count = len(_greedy(words, width, measure))
    narrowest = bisect.bisect_left(
        range(int(width)), True, key=lambda narrow: len(_greedy(words, narrow, measure)) <= count
    )
    return _greedy(words, max(narrowest, *map(measure, words)), measure)


def _greedy(words: list[str], width: float, measure: Callable[[str], float]) -> list[str]:
    lines = [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if measure(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
