"""Breaking lines and arranging faces, without a window."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kiosk.ui.grid import arrange
from kiosk.ui.lines import compose

words = some.lists(some.text("abc", min_size=1, max_size=12), min_size=1, max_size=20).map(" ".join)


def typewriter(line: str, size: int) -> tuple[float, float]:
    """Letters as wide as they are high."""
    return len(line) * size, size


@given(words, some.integers(20, 600), some.integers(20, 400), some.integers(1, 60), some.integers(1, 5))
def test_lines_fit_their_box_and_keep_every_word(text: str, width: int, height: int, most: int, lines: int) -> None:
    made = compose(text, (width, height), most, lines, typewriter)
    assert " ".join(made.lines) == text
    assert made.size <= most
    if made.size > 1:
        assert len(made.lines) <= lines
        assert len(made.lines) * made.size <= height
        assert max(len(line) * made.size for line in made.lines) <= width


def test_the_letters_are_the_largest_that_fit() -> None:
    assert compose("abc", (90, 100), 50, 1, typewriter).size == 30
    assert compose("abc abc", (90, 100), 50, 2, typewriter).size == 30
    assert compose("abc", (900, 100), 50, 1, typewriter).size == 50


def test_lines_are_about_equally_long() -> None:
    assert compose("aa aa aa aa aa aa", (11 * 10, 100), 10, 2, typewriter).lines == ("aa aa aa", "aa aa aa")


def test_an_empty_sentence_is_one_empty_line() -> None:
    assert compose("", (10, 10), 5, 1, typewriter).lines == ("",)


@pytest.mark.parametrize("count", [3, 4, 5])
def test_lying_the_faces_stand_in_one_row(count: int) -> None:
    assert arrange(count, (760, 200), 8, 6, 50).columns == count


def test_upright_five_faces_take_two_rows() -> None:
    grid = arrange(5, (660, 600), 12, 9, 85)
    assert (grid.columns, grid.rows) == (3, 2)


@given(some.integers(3, 5), some.integers(200, 2000), some.integers(200, 2000))
def test_the_cards_fit_their_area(count: int, width: int, height: int) -> None:
    grid = arrange(count, (width, height), 8, 6, 30)
    assert grid.columns * grid.rows >= count
    assert grid.columns * grid.card[0] + (grid.columns - 1) * 8 <= width + 0.01
    assert grid.rows * grid.card[1] + (grid.rows - 1) * 8 <= height + 0.01
