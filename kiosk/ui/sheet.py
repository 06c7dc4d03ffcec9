"""A contact sheet: every picture small, in rows, drawn by Kivy itself. Kivy must have been prepared before."""

from collections.abc import Sequence
from math import ceil
from pathlib import Path

from kivy.core.image import Image
from kivy.graphics import Color, Fbo, Rectangle
from kivy.graphics.texture import Texture

CELL, GAP = 320, 12  # px: the longer side of a picture, and around it
Row = Sequence[Path]


def lay_out(pictures: Sequence[Path], sheet: Path, columns: int) -> None:
    """Each `columns` pictures a row: as many as there are screens, so that a row is one language and one size."""
    rows = [pictures[start : start + columns] for start in range(0, len(pictures), columns)]
    tall = [_height(row) for row in rows]
    board = Fbo(size=(columns * (CELL + GAP) + GAP, sum(tall) + (len(rows) + 1) * GAP), with_stencilbuffer=False)
    top = float(board.size[1] - GAP)
    with board:
        Color(0.5, 0.5, 0.5)
        Rectangle(size=board.size)
        Color(1, 1, 1)
        for row, height in zip(rows, tall, strict=True):
            _draw(row, top)
            top -= height + GAP
    board.draw()
    board.texture.save(str(sheet), flipped=True)


def _draw(row: Row, top: float) -> None:
    for place, file in enumerate(row):
        texture = _texture(file)
        wide, tall = _small(texture)
        left = GAP + place * (CELL + GAP) + (CELL - wide) / 2
        Rectangle(texture=texture, pos=(left, top - tall), size=(wide, tall))


def _height(row: Row) -> int:
    return max(ceil(_small(_texture(file))[1]) for file in row)


def _small(texture: Texture) -> tuple[float, float]:
    share = CELL / max(texture.size)
    return texture.width * share, texture.height * share


def _texture(file: Path) -> Texture:
    return Image(str(file), mipmap=True).texture
