"""Two pictures of the same size, compared pixel by pixel."""

import subprocess
from pathlib import Path

FAR = 48  # of 255, in any colour: more than smoothing of edges by another renderer


def difference(one: Path, other: Path) -> float:
    """The share of pixels that differ."""
    (size, first), (other_size, second) = pixels(one), pixels(other)
    assert size == other_size, (size, other_size)
    far = sum(any(abs(a - b) > FAR for a, b in zip(first[at : at + 3], second[at : at + 3], strict=True))
              for at in range(0, len(first), 3) if first[at : at + 3] != second[at : at + 3])  # fmt: skip
    return far / (len(first) // 3)


def pixels(png: Path) -> tuple[tuple[int, int], bytes]:
    """Size, and red, green, blue for each pixel."""
    said = subprocess.run(["pngtopnm", png], capture_output=True, check=True).stdout
    _, width, height, _ = said.split(maxsplit=4)[:4]
    size = int(width), int(height)
    return size, said[-size[0] * size[1] * 3 :]
