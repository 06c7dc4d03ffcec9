"""Nothing on the technician's screens is cut off or too small: every page, both languages, every size."""

import re
from collections.abc import Callable, Iterator
from itertools import combinations
from math import hypot
from pathlib import Path
from typing import Any

import pytest

import kiosk.ui.staff
from assets.words import languages
from kiosk.states import Asking, Trial, View
from tests.ui.conftest import Screen
from tests.ui.staff_tools import Rig
from tests.ui.test_layout import assert_whole, assert_within, box, ink, overlap
from tests.ui.test_tokens import COLOURS, contrast

SIZES = ((800, 480), (1024, 600), (1280, 720), (720, 1280))
PX_PER_MM = {(800, 480): 800 / 152.4, (720, 1280): hypot(720, 1280) / (7 * 25.4)}  # on a 7-inch panel
LEAST = {(800, 480): (12, 4), (720, 1280): (11.5, 3.7)}  # mm: targets, letters; 16:9 upright is narrower than the panel
PAGES = ("pad", "waiting", "trial", "state", "actions", "news", "sure", "seals")
NEWS = {
    "vi": "Máy chủ của phường không trả lời (hết giờ chờ); phiếu vẫn nằm an toàn trong máy và sẽ được gửi lại.",
    "en": "The ward's server does not answer (timed out); the votes are safe in here and will be sent again.",
}


@pytest.fixture
def shown(open_screen: Callable[..., Screen], tmp_path: Path) -> Callable[..., Screen]:
    rig = Rig(tmp_path, lambda: screen.now)
    screen = open_screen(staff=rig.staff)

    def show(page: str, language: str) -> Screen:
        door = screen.app.staff_door
        rig.booth.heard.clear()
        if page in ("pad", "waiting"):
            screen.show(Asking(0), language)
            door.ask_pin()
            door.cover.digits, door.cover.wait = "407140714071", 3599 if page == "waiting" else 0
        else:
            screen.app.show(View(Trial(121_000, ("button", 4)), screen.now, language, (2,)))
            screen.frames(3)
            door.cover.turn_to({"news": "actions", "sure": "actions"}.get(page, page))
            if page == "news":
                door.cover.page.news = NEWS[language]
            if page == "sure":
                door.cover.page.asked = 2
        screen.rest(0.15)
        screen.frames(4)
        return screen

    show.resize = screen.resize  # type: ignore[attr-defined]
    return show


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
def test_every_word_is_whole_and_every_key_stands_free(shown: Any, size: tuple[int, int], page: str) -> None:
    shown.resize(size)
    for language in languages():
        screen = shown(page, language)
        labels, keys = list(visible_labels(screen)), list(targets(screen))
        assert labels
        assert keys
        for label in labels:
            assert_whole(label)
            assert_within(ink(label), box(label.parent), label.text)
        for widget in (*labels, *keys):
            assert_within(box(widget) if widget in keys else ink(widget), (0, 0, *size), str(widget))
        for one, other in combinations(labels, 2):
            assert not overlap(ink(one), ink(other)), (one.text, other.text)
        for one, other in combinations(keys, 2):
            assert not overlap(box(one), box(other)), (one, other)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("size", PX_PER_MM, ids=lambda size: "x".join(map(str, size)))
def test_on_a_7_inch_panel_targets_are_12_mm_and_letters_4(shown: Any, size: tuple[int, int], page: str) -> None:
    shown.resize(size)
    target_mm, letter_mm = LEAST[size]
    for language in languages():
        screen = shown(page, language)
        for target in targets(screen):
            assert min(target.size) / PX_PER_MM[size] >= target_mm, target
        for label in visible_labels(screen):
            assert label.font_size / PX_PER_MM[size] >= letter_mm, label.text


def visible_labels(screen: Screen) -> Iterator[Any]:
    from kiosk.ui.fitted import Fitted

    return (one for one in visible(screen.app.staff_door.cover) if isinstance(one, Fitted) and one.sentence)


def targets(screen: Screen) -> Iterator[Any]:
    from kiosk.ui.staff.parts import Key
    from kiosk.ui.staff.screen import TouchCorner
    from kiosk.ui.staff.trial import LampKey, LevelTile

    kinds = Key | LampKey | LevelTile | TouchCorner
    return (one for one in visible(screen.app.staff_door.cover) if isinstance(one, kinds) and not one.disabled)


def visible(widget: Any) -> Iterator[Any]:
    if widget.opacity:
        yield widget
        for child in widget.children:
            yield from visible(child)


def test_no_colour_is_written_outside_the_tokens() -> None:
    files = list(Path(kiosk.ui.staff.__file__).parent.glob("*.kv"))
    assert files
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"#[0-9a-fA-F]{6}\b", text), file
        assert not re.search(r"rgba?: *[\d(]", text), file


TEXT = [("on_dark", "amber"), ("on_dark", "navy"), ("navy", "card"), ("navy", "pressed"), ("amber", "notice")]


@pytest.mark.parametrize(("above", "below"), [*TEXT, ("amber", "paper")])
def test_text_stands_out_7_to_1(above: str, below: str) -> None:
    assert contrast(COLOURS[above], COLOURS[below]) >= 7
