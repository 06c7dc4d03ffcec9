"""Nothing is cut off, nothing lies on anything else, and everything is large enough: every screen, language, size."""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, product
from math import hypot
from typing import Any

import pytest

from assets.words import languages
from kiosk.settings import Question, Settings, Survey, Text, Unit
from kiosk.states import Asking, Choosing, Noted, Sorry, Thanks
from tests.ui.conftest import Screen

pytestmark = pytest.mark.slow  # `./setup.sh test screens`

SIZES = ((800, 480), (1024, 600), (1280, 720), (1280, 800), (1920, 1080), (720, 1280), (480, 800), (1080, 1920))
MAIN, QUICK = (*SIZES[:3], (720, 1280)), ((800, 480), (720, 1280))  # without the tests marked slow
RATINGS = (Asking(0), Asking(1, 9_000), Noted(0, 9_000), Sorry(0, 9_000), Sorry(0, 9_000, broken=True))  # with faces
STATES = (*RATINGS, Choosing("reasons", 9_000), Thanks(9_000, 0))
PANEL = (800, 480)
PX_PER_MM = 800 / 152.4  # on a 7-inch panel
X_HEIGHT = 1082 / 2048  # of Roboto's letters

LONG = Text(
    vi="Trung tâm Phục vụ hành chính công xã Nghĩa Trung Nam Thượng Đồng Bằng Sông Cửu Long và các thôn lân cận",
    en="Public Administration Service Centre of the United Highland Communes of Upper and Lower Nghia Trung Nam",
)
LONG_SETTINGS = Settings(
    unit=Unit(name=LONG, counter=LONG, hotline="1900 1009 hoặc 0204 000 000, máy lẻ 1234"),
    survey=Survey(questions=(
        Question(id="a", text=LONG, pictogram="desk", theme="plum"),
        Question(id="b", text=LONG, pictogram="dossier", theme="navy"),
    )),
)  # fmt: skip
BARE_SETTINGS = Settings(unit=Unit(hotline=""), survey=Survey(levels=(5, 3, 1), order="worst-first"))
NOTICES = ["No button panel: touch only", "Simulation: keys 1 to 5 are the buttons"]

Box = tuple[float, float, float, float]  # left, bottom, right, top


def each_size(quick: Sequence[tuple[int, int]] = QUICK, sizes: Sequence[tuple[int, int]] = SIZES) -> Any:
    """All of them, those that are not `quick` among the slow tests."""
    marks = {size: () if size in quick else (pytest.mark.slow,) for size in sizes}
    return pytest.mark.parametrize(
        "size", [pytest.param(size, marks=marks[size], id="x".join(map(str, size))) for size in sizes]
    )


@each_size(MAIN)
def test_every_word_is_whole_and_stands_free(screen: Screen, size: tuple[int, int]) -> None:
    assert_all_words_are_whole_and_stand_free(screen, size)


@each_size(sizes=((800, 480), (720, 1280), (480, 800), (1080, 1920)))
def test_long_names_and_questions_too(open_screen: Callable[..., Screen], size: tuple[int, int]) -> None:
    assert_all_words_are_whole_and_stand_free(open_screen(LONG_SETTINGS, notices=NOTICES), size)


@each_size(sizes=((800, 480), (720, 1280), (1920, 1080)))
def test_without_a_hotline_and_with_three_levels_too(open_screen: Callable[..., Screen], size: tuple[int, int]) -> None:
    assert_all_words_are_whole_and_stand_free(open_screen(BARE_SETTINGS), size)


def assert_all_words_are_whole_and_stand_free(
    screen: Screen, size: tuple[int, int], prepare: Callable[[], None] = lambda: None
) -> None:
    screen.resize(size)
    for state, language in product(STATES, languages()):
        screen.show(state, language)
        prepare()
        screen.frames()
        labels = list(visible_labels(screen))
        assert labels
        for label in labels:
            assert_whole(label)
            assert_within(ink(label), box(label.parent), label.text)
            assert_within(ink(label), (0, 0, *size), label.text)
        for one, other in combinations(labels, 2):
            assert not overlap(ink(one), ink(other)), (one.text, other.text)


@each_size()
def test_faces_and_words_share_a_card_and_nothing_else(screen: Screen, size: tuple[int, int]) -> None:
    screen.resize(size)
    for state in RATINGS:
        screen.show(state)
        cards = screen.page.ids.faces.children
        for one, other in combinations(cards, 2):
            assert not overlap(box(one), box(other))
        for card in cards:
            image, word = sorted(card.children, key=lambda child: -child.y)
            assert_within(box(card), box(screen.page.ids.faces), "card")
            assert_within(box(image), box(card), "face")
            assert not overlap(box(image), ink(word))


def test_on_a_7_inch_panel_a_face_is_22_mm_and_a_target_12(screen: Screen) -> None:
    for state in STATES:
        screen.show(state)
        if state in RATINGS:
            assert all(card.face / PX_PER_MM >= 22 for card in screen.page.ids.faces.children)
        for target in targets(screen):
            assert min(target.size) / PX_PER_MM >= 12


def test_on_an_upright_7_inch_panel_too(screen: Screen) -> None:
    screen.resize((720, 1280))
    px_per_mm = hypot(720, 1280) / (7 * 25.4)
    assert all(card.face / px_per_mm >= 22 for card in screen.page.ids.faces.children)
    assert all(min(target.size) / px_per_mm >= 11.8 for target in targets(screen))  # 16:9 is narrower than the panel


@pytest.mark.parametrize("language", languages())
def test_on_a_7_inch_panel_letters_are_large_enough(screen: Screen, language: str) -> None:
    for state in STATES:
        screen.show(state, language)
        for label in visible_labels(screen):
            assert label.font_size / PX_PER_MM >= 4, label.text
    for question in (0, 1):
        screen.show(Asking(question), language)
        assert max(label.font_size for label in visible_labels(screen)) * X_HEIGHT / PX_PER_MM >= 4


@each_size()
def test_the_five_words_have_letters_of_one_size(screen: Screen, size: tuple[int, int]) -> None:
    screen.resize(size)
    for language in languages():
        screen.show(Asking(0), language)
        assert len({card.word_size for card in screen.page.ids.faces.children}) == 1


def test_the_faces_stay_where_they_are_when_a_rating_is_noted(screen: Screen) -> None:
    before = {rating: tuple(screen.card(rating).pos) for rating in (1, 2, 3, 4, 5)}
    for state in RATINGS[1:]:
        screen.show(state)
        assert {rating: tuple(screen.card(rating).pos) for rating in before} == before


def test_each_question_has_its_own_pictogram_colour_and_number(screen: Screen) -> None:
    seen = []
    for number in (0, 1):
        screen.show(Asking(number))
        words = " ".join(label.text for label in visible_labels(screen))
        assert f"{number + 1}/2" in words
        seen.append((screen.page.question.pictogram, tuple(screen.page.ground)))
    assert seen[0][0] != seen[1][0]
    assert seen[0][1] != seen[1][1]


def test_a_notice_is_said_in_the_visitors_language(open_screen: Callable[..., Screen]) -> None:
    screen = open_screen(notices=NOTICES[:1])
    screen.show(Asking(0), "vi")
    assert any("cảm ứng" in label.text for label in visible_labels(screen))
    screen.show(Asking(0), "en")
    assert any("touch only" in label.text for label in visible_labels(screen))


def visible_labels(screen: Screen) -> Iterator[Any]:
    from kiosk.ui.fitted import Fitted

    return (widget for widget in screen.page.walk() if isinstance(widget, Fitted) and widget.sentence)


def targets(screen: Screen) -> list[Any]:
    from kiosk.ui.aids import Aid
    from kiosk.ui.choosing import ChoiceButton
    from kiosk.ui.faces import FaceCard
    from kiosk.ui.header import LanguageButton

    kinds = (FaceCard, LanguageButton, Aid, ChoiceButton)
    return [one for one in screen.page.walk() if isinstance(one, kinds) and not one.disabled]


def assert_whole(label: Any) -> None:
    """The picture of the text has every line of it, and fits the label."""
    lines = label.text.split("\n")
    assert label.texture_size[0] <= label.width + 1, label.text
    assert label.texture_size[1] <= label.height + 1, label.text
    assert abs(label.texture_size[1] - label.height) <= len(lines), f"Kivy broke a line again: {label.text}"
    assert label.ink_width <= label.width, label.text
    assert label.height <= label.room + 1, label.text
    assert "".join(label.text.split()) == "".join(label.sentence.split()), label.text


def ink(label: Any) -> Box:
    """Where the letters are: the label may be wider."""
    left = {
        "left": label.x,
        "auto": label.x,
        "center": label.center_x - label.ink_width / 2,
        "right": label.right - label.ink_width,
    }[label.halign]
    return left, label.y, left + label.ink_width, label.top


def box(widget: Any) -> Box:
    return widget.x, widget.y, widget.right, widget.top


def assert_within(inner: Box, outer: Box, what: str) -> None:
    slack = 1.5  # px: positions are not whole numbers
    assert inner[0] >= outer[0] - slack, what
    assert inner[1] >= outer[1] - slack, what
    assert inner[2] <= outer[2] + slack, what
    assert inner[3] <= outer[3] + slack, what


def overlap(one: Box, other: Box) -> bool:
    slack = 1.5
    return (
        one[0] < other[2] - slack
        and other[0] < one[2] - slack
        and one[1] < other[3] - slack
        and other[1] < one[3] - slack
    )
