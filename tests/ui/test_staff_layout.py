"""Nothing on the technician's screens is cut off or too small: every page, both languages, every size."""

import re
from collections.abc import Iterator
from itertools import combinations
from math import hypot
from pathlib import Path
from typing import Any

import pytest

import kiosk.ui.staff
from assets.words import catalogue, languages
from kiosk.staff import Open, Pausing
from kiosk.states import Asking, Trial, View
from sync.outcomes import Outcome
from tests.ui.conftest import Screen
from tests.ui.reel import Reel
from tests.ui.staff_tools import Rig, desk_for, renew
from tests.ui.test_layout import assert_whole, assert_within, box, ink, overlap
from tests.ui.test_tokens import COLOURS, contrast

pytestmark = pytest.mark.slow  # the whole of it belongs to `./setup.sh test screens`

SIZES = (
    (800, 480),
    (720, 1280),
    pytest.param((1024, 600), marks=pytest.mark.slow),
    pytest.param((1280, 720), marks=pytest.mark.slow),
)
PX_PER_MM = {(800, 480): 800 / 152.4, (720, 1280): hypot(720, 1280) / (7 * 25.4)}  # on a 7-inch panel
LONG = {one.name: one for one in (Outcome.CARRIED, Outcome.INTRODUCED, Outcome.STICK_GONE, Outcome.STICK_LIES)}
PAGES = ("pad", "waiting", "trial", "state", "actions", "news", "offer", *LONG, "sure", "seals")
NEWS = {
    "vi": "Máy chủ của phường không trả lời (hết giờ chờ); phiếu vẫn nằm an toàn trong máy và sẽ được gửi lại.",
    "en": "The ward's server does not answer (timed out); the votes are safe in here and will be sent again.",
}


@pytest.fixture(scope="module")
def desk(hand: Any, reel: Reel) -> Iterator[Screen]:
    yield from desk_for(hand, reel)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
def test_every_word_is_whole_every_key_stands_free_and_all_is_large_enough(
    desk: Screen, tmp_path: Path, size: tuple[int, int], language: str
) -> None:
    renew(desk, Rig(tmp_path, lambda: desk.now))
    desk.resize(size)
    for page in PAGES:
        show(desk, page, language)
        labels, keys = list(visible_labels(desk)), list(targets(desk))
        assert labels
        assert keys
        assert_free(labels, keys, size)
        if size in PX_PER_MM:
            assert_large(labels, keys, PX_PER_MM[size])


def show(screen: Screen, page: str, language: str) -> None:
    door = screen.app.staff_door
    if page in ("pad", "waiting"):
        screen.show(Asking(0), language)
        door.ask_pin()
        door.cover.digits, door.cover.door = "407140714071", Pausing(3_599_000) if page == "waiting" else Open()
    else:
        screen.app.show(View(Trial(121_000, ("button", 4)), screen.now, language, (2,)))
        screen.frames(2)
        door.cover.turn_to(dict.fromkeys(("news", "offer", "sure", *LONG), "actions").get(page, page))
    if page == "state":
        screen.until(lambda: door.look() or bool(door.cover.page.facts))
    if page == "news":
        door.cover.page.news = NEWS[language]
    if page in LONG:
        said = catalogue("delivery", language).gettext(LONG[page].sentence)
        facts = {"place": "/run/hailong/stick", "fingerprint": "ABCD-EFGH-JKLM-NPQR", "detail": "ENOSPC"}
        door.cover.page.news = said.format(n=12_345, files=12, **facts)
    if page == "offer":
        say = catalogue("delivery", language).gettext
        said = Outcome.ANSWER_FOUND.sentence
        door.cover.page.news = say(said).format(kiosk="Quầy 1 · Tư pháp – Hộ tịch", fingerprint="ABCD-EFGH-JKLM-NPQR")
        door.cover.page.offer = "ABCD-EFGH-JKLM-NPQR"
    if page == "sure":
        door.cover.page.asked = 2
    screen.frames(3)


def assert_free(labels: list[Any], keys: list[Any], size: tuple[int, int]) -> None:
    for label in labels:
        assert_whole(label)
        assert_within(ink(label), box(label.parent), label.text)
        assert_within(ink(label), (0, 0, *size), label.text)
    for key in keys:
        assert_within(box(key), (0, 0, *size), str(key))
    for one, other in combinations(labels, 2):
        assert not overlap(ink(one), ink(other)), (one.text, other.text)
    for one, other in combinations(keys, 2):
        assert not overlap(box(one), box(other)), (one, other)


def assert_large(labels: list[Any], keys: list[Any], px_per_mm: float) -> None:
    for key in keys:
        assert min(key.size) / px_per_mm >= 12, key
    for label in labels:
        assert label.font_size / px_per_mm >= 4, label.text


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
