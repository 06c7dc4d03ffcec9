"""Eyes that see colours otherwise, or none: the faces are told apart by their shapes, in the pixels that are shown.

Deuteranopia after Machado, Oliveira and Fernandes (2009), severity 1, on linear light.
"""

from functools import cache
from itertools import combinations, product
from typing import Any

import pytest

from kiosk.states import Asking
from tests.ui.conftest import Screen
from tests.ui.test_tokens import luminance

pytestmark = pytest.mark.slow  # `./setup.sh test screens`

DEUTERANOPIA = (
    (0.367322, 0.860646, -0.227968),
    (0.280085, 0.672501, 0.047413),
    (-0.011820, 0.042940, 0.968881),
)
GREY = ((0.2126, 0.7152, 0.0722),) * 3
DARK = 0.12  # of white's luminance: what belongs to the features and not to the disc
LEAST = 0.02  # of the disc's pixels: about a mouth's stroke
RATINGS = (5, 4, 3, 2, 1)


@pytest.mark.parametrize("eyes", [DEUTERANOPIA, GREY], ids=["deuteranopia", "grey"])
@pytest.mark.parametrize("size", [(800, 480), (720, 1280)], ids=["800x480", "720x1280"])
def test_any_two_faces_differ_in_shape(eyes: Any, size: tuple[int, int], screen: Screen) -> None:
    screen.resize(size)
    screen.show(Asking(0))
    shown = screen.pixels()
    features = {rating: drawn(face(screen, rating, shown), eyes) for rating in RATINGS}
    for one, other in combinations(RATINGS, 2):
        different = sum(a != b for a, b in zip(features[one], features[other], strict=True))
        assert different / len(features[one]) >= LEAST, (one, other)


def test_each_face_also_has_its_own_word_and_place(screen: Screen) -> None:
    cards = [screen.card(rating) for rating in RATINGS]
    assert len({card.word for card in cards}) == len(RATINGS)
    assert [card.x for card in cards] == sorted(card.x for card in cards)


def test_the_saddest_face_is_sad_and_not_angry(screen: Screen) -> None:
    """Sad brows rise towards the nose, angry ones fall towards it."""
    width, height, pixels = grid(face(screen, 1, screen.pixels()))
    brow = [y for x in range(width) for y in [top_of_brow(pixels, width, height, x)] if y is not None]
    half = len(brow) // 2
    left, right = brow[:half], brow[half:]
    assert sum(left[-3:]) / 3 < sum(left[:3]) / 3 - height * 0.03
    assert sum(right[:3]) / 3 < sum(right[-3:]) / 3 - height * 0.03


def face(screen: Screen, rating: int, pixels: bytes) -> tuple[int, list[tuple[int, ...]]]:
    """Width, and the pixels of the inner part of a face, from the top: the ring around it is the same for all."""
    wide, high = screen.window.size
    image = max(screen.card(rating).children, key=lambda child: child.y)
    reach = round(image.width * 0.3)
    middle_x, middle_y = round(image.center_x), round(high - image.center_y)
    rows = range(middle_y - reach, middle_y + reach)
    columns = range(middle_x - reach, middle_x + reach)
    places = (4 * (x + wide * y) for y, x in product(rows, columns))
    return 2 * reach, [tuple(pixels[place : place + 3]) for place in places]


def drawn(shown: tuple[int, list[tuple[int, ...]]], eyes: Any) -> list[bool]:
    """Which pixels such eyes see as dark."""
    return [seen(pixel, eyes) < DARK for pixel in shown[1]]


@cache
def seen(pixel: tuple[int, ...], eyes: Any) -> float:
    linear = [luminance((part / 255,) * 3 + (1.0,)) for part in pixel]
    red, green, blue = (sum(factor * part for factor, part in zip(row, linear, strict=True)) for row in eyes)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def grid(shown: tuple[int, list[tuple[int, ...]]]) -> tuple[int, int, list[bool]]:
    width, pixels = shown
    return width, len(pixels) // width, [seen(pixel, GREY) < DARK for pixel in pixels]


def top_of_brow(dark: list[bool], width: int, height: int, x: int) -> int | None:
    """The highest dark pixel of a column in the part above the eyes."""
    return next((y for y in range(round(height * 0.36)) if dark[y * width + x]), None)
