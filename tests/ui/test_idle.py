"""The idle page: comes when nobody is there, wakes at a touch, votes at a press; dims only when a clock is believed."""

import subprocess
from collections.abc import Callable
from datetime import datetime
from itertools import product
from pathlib import Path

import pytest

from assets.words import languages
from kiosk.calendar import LOCAL
from kiosk.entry import Clock
from kiosk.settings import Settings, Text, Unit
from kiosk.states import Asking, Noted, Thanks, Writing
from kiosk.ui.world import World
from tests.ui.conftest import Screen
from tests.ui.test_layout import (
    PX_PER_MM,
    assert_whole,
    assert_within,
    box,
    each_size,
    ink,
    overlap,
    visible_labels,
)

pytestmark = pytest.mark.slow  # `./setup.sh test screens`

IDLE = 60_000  # ms
MORNING = datetime(2026, 11, 23, 9, tzinfo=LOCAL)
LUNCH = datetime(2026, 11, 23, 12, tzinfo=LOCAL)
FRIDAY_NIGHT = datetime(2026, 11, 27, 22, tzinfo=LOCAL)
SEAL = "HL1:" + "4kZq9mTx" * 24
FULL = Settings(unit=Unit(mailbox="https://gopy.example/an-binh"))
CLOSED = ("closed", "đóng cửa", "nghỉ", "hết giờ")


class Place:
    """A wall clock that a test sets."""

    def __init__(self, wall: datetime, clock: Clock = "synced") -> None:
        self.wall, self.clock = wall, clock

    def world(self) -> World:
        return World(lambda: self.wall, lambda: self.clock)


@pytest.fixture
def rest(open_screen: Callable[..., Screen]) -> Callable[..., Screen]:
    """Goes idle at that time: one window, in which a visitor came and went before."""
    place, opened = Place(MORNING), list[Screen]()

    def rest_at(wall: datetime, clock: Clock = "synced", settings: Settings = FULL, language: str = "vi") -> Screen:
        place.wall, place.clock = wall, clock
        if not opened or opened[-1].app.settings is not settings:
            opened.append(open_screen(settings, world=place.world()))
        screen = opened[-1]
        screen.show(Thanks(9_000, 0))
        screen.show(Asking(0), language)
        wait(screen)
        return screen

    return rest_at


def wait(screen: Screen, ms: int = IDLE) -> None:
    screen.now += ms
    screen.app.look()
    screen.frames()


def page(screen: Screen) -> str:
    return type(screen.page).__name__


def said(screen: Screen) -> str:
    return " | ".join(label.text.replace("\n", " ").replace("\u00a0", " ") for label in visible_labels(screen))


def test_it_comes_after_a_minute_without_a_touch_and_not_before(screen: Screen) -> None:
    wait(screen, IDLE - 1)
    assert page(screen) == "Ask"
    screen.hand.up(screen.hand.down((2, 2)), (2, 2))  # somebody is there
    screen.frames()
    wait(screen, IDLE - 1)
    assert page(screen) == "Ask"
    wait(screen, 1)
    assert page(screen) == "Idle"


def test_it_never_comes_during_a_visit(screen: Screen) -> None:
    for state in (Writing(0, 3), Noted(0, 9_000), Asking(1, 9_000), Thanks(9_000, 0), Asking(0, 9_000)):
        screen.show(state)
        wait(screen)
        assert page(screen) != "Idle"


def test_a_touch_anywhere_only_wakes_it(rest: Callable[..., Screen]) -> None:
    for place in ((400, 240), (5, 5), (795, 475), (100, 150)):
        screen = rest(MORNING)
        finger = screen.hand.down(place)
        screen.frames()
        screen.hand.up(finger, place)
        screen.frames()
        assert page(screen) == "Ask"
        assert screen.door.heard == []
        wait(screen, IDLE - 1)
        assert page(screen) == "Ask"


@pytest.mark.parametrize("rating", [5, 4, 3, 2, 1])
def test_a_press_votes_as_always_and_its_face_dips(rating: int, rest: Callable[..., Screen]) -> None:
    screen = rest(FRIDAY_NIGHT)
    screen.show(Writing(0, rating), frames=1)
    assert page(screen) == "Ask"
    assert screen.card(rating).dipped
    assert screen.app.root.light == 1
    screen.show(Noted(0, 9_000))
    assert page(screen) == "Noted"


def test_the_same_announcement_again_does_not_wake_it(rest: Callable[..., Screen]) -> None:
    screen = rest(MORNING)
    screen.show(Asking(0))
    assert page(screen) == "Idle"


def test_outside_every_session_it_is_dimmed_and_says_when_it_goes_on(rest: Callable[..., Screen]) -> None:
    screen = rest(FRIDAY_NIGHT)
    assert screen.app.root.light == 0.35
    assert "Phiên tiếp theo: Chủ nhật 29/11, 07:30" in said(screen)
    screen = rest(LUNCH)
    assert screen.app.root.light == 0.35
    assert "Buổi chiều: 13:30–17:00" in said(screen)


def test_in_a_session_it_is_bright_and_says_todays_hours(rest: Callable[..., Screen]) -> None:
    screen = rest(MORNING)
    assert screen.app.root.light == 1
    assert "Hôm nay | Buổi sáng: 07:30–11:30 | Buổi chiều: 13:30–17:00" in said(screen)


def test_while_the_clock_is_a_guess_it_is_never_dimmed_and_says_nothing_of_today(rest: Callable[..., Screen]) -> None:
    for wall in (MORNING, LUNCH, FRIDAY_NIGHT):
        screen = rest(wall, "unsynced")
        assert screen.app.root.light == 1
        assert "Hôm nay" not in said(screen)
        assert "Phiên tiếp theo" not in said(screen)
        assert "Giờ làm việc | T2–T6: 07:30–11:30, 13:30–17:00 | CN: 07:30–11:00" in said(screen)


@pytest.mark.parametrize("clock", ["synced", "rtc", "unsynced"])
def test_nobody_is_ever_told_that_it_is_closed(clock: Clock, rest: Callable[..., Screen]) -> None:
    for wall, language in product((MORNING, LUNCH, FRIDAY_NIGHT), languages()):
        screen = rest(wall, clock, language=language)
        assert not [word for word in CLOSED if word in said(screen).lower()]


def test_the_calendar_goes_on_while_it_rests(open_screen: Callable[..., Screen]) -> None:
    place = Place(MORNING)
    screen = open_screen(FULL, world=place.world())
    screen.show(Asking(0))
    wait(screen)
    place.wall = LUNCH
    screen.app.look_at_calendar()
    assert screen.app.root.light == 0.35


def test_the_unit_its_slogans_hotline_box_and_mailbox_are_shown(rest: Callable[..., Screen]) -> None:
    words = said(rest(MORNING))
    unit = Settings().unit
    assert unit.suggestion_box
    for text in (unit.name.vi, unit.slogans[0].vi, unit.hotline, unit.suggestion_box.vi, "Hòm thư số"):
        assert text in words


def test_the_seal_stands_there_from_closing_to_opening(rest: Callable[..., Screen]) -> None:
    for wall, shown in ((FRIDAY_NIGHT, True), (MORNING, False)):
        screen = rest(wall)
        screen.app.show_seal(SEAL)
        screen.frames()
        assert (SEAL in codes(screen)) is shown


def test_thanks_shows_the_mailbox_where_there_is_one(open_screen: Callable[..., Screen]) -> None:
    for settings, shown in ((FULL, ["https://gopy.example/an-binh"]), (Settings(), [])):
        screen = open_screen(settings)
        screen.show(Thanks(9_000, 0))
        assert codes(screen) == shown


def test_a_qr_code_is_what_segno_made_of_the_text() -> None:
    """Module for module, with its quiet zone; drawn from the bottom, as textures are."""
    import segno

    from kiosk.ui.qr import QUIET, modules

    rows = modules(SEAL)
    inside = [row[QUIET:-QUIET] for row in rows[QUIET:-QUIET]]
    assert inside == [[bool(one) for one in row] for row in segno.make(SEAL, error="l", micro=False).matrix]
    assert not any(any(row) for row in (*rows[:QUIET], *rows[-QUIET:]))


def test_a_qr_code_on_the_screen_reads_the_right_way_up(rest: Callable[..., Screen]) -> None:
    from kiosk.ui.qr import QrCode, modules, whole

    screen = rest(MORNING)
    code = next(one for one in screen.page.walk(restrict=True) if isinstance(one, QrCode) and one.text)
    rows = modules(code.text)
    side = whole(min(code.size), len(rows))
    pixels, width, height = screen.pixels(), *screen.window.size
    for row, column in product(range(len(rows)), repeat=2):
        x = round(code.center_x - side / 2) + int((column + 0.5) * side / len(rows))
        y = round(code.center_y - side / 2) + int(side - (row + 0.5) * side / len(rows))
        red = pixels[4 * (x + width * (height - 1 - y))]
        assert (red < 128) is rows[row][column], (row, column)


@each_size()
def test_another_programs_eyes_read_the_seal_from_the_screen(
    size: tuple[int, int], rest: Callable[..., Screen], tmp_path: Path
) -> None:
    """A seal of the real length, as an inspector's telephone sees it: zbar finds and reads it."""
    text = "/".join(("HAILONG-SEAL-1", "A" * 32, "12345", "B" * 64, "2026-11-27", "1795000000000", "SYNCED", "C" * 128))
    rest(MORNING).resize(size)
    screen = rest(FRIDAY_NIGHT)
    screen.app.show_seal(text)
    screen.frames(6)
    pixels, (width, height) = screen.pixels(), screen.window.size
    rows = [pixels[4 * width * row : 4 * width * (row + 1) : 4] for row in range(height)]
    picture = tmp_path / "screen.pgm"
    picture.write_bytes(b"P5 %d %d 255\n" % (width, height) + b"".join(rows))
    eyes = ["zbarimg", "--quiet", "--raw", "--nodbus", str(picture)]
    assert text in subprocess.run(eyes, capture_output=True, text=True, check=True).stdout.splitlines()


@each_size()
@pytest.mark.parametrize("clock", ["synced", "unsynced"])
def test_every_word_is_whole_and_stands_free(clock: Clock, size: tuple[int, int], rest: Callable[..., Screen]) -> None:
    rest(MORNING).resize(size)
    for wall, language in product((MORNING, FRIDAY_NIGHT), languages()):
        screen = rest(wall, clock, language=language)
        screen.app.show_seal(SEAL)
        screen.frames(6)
        assert_tidy(screen, size)


def assert_tidy(screen: Screen, size: tuple[int, int]) -> None:
    labels = list(visible_labels(screen))
    for label in labels:
        assert_whole(label)
        assert_within(ink(label), (0, 0, *size), label.text)
        if size == (800, 480):
            assert label.font_size / PX_PER_MM >= 4, label.text
    for place, one in enumerate(labels):
        for other in labels[place + 1 :]:
            assert not overlap(ink(one), ink(other)), (one.text, other.text)
        for code in shown_codes(screen):
            assert not overlap(ink(one), box(code)), one.text
    for code in shown_codes(screen):
        assert_within(box(code), (0, 0, *size), "QR")


def test_a_place_without_slogans_hotline_box_or_calendar_is_tidy_too(rest: Callable[..., Screen]) -> None:
    name = Text(vi="Xã Sơn", en="Son Commune")
    bare = Settings(unit=Unit(name=name, hotline="", suggestion_box=None, slogans=()), sessions=())
    assert_tidy(rest(FRIDAY_NIGHT, settings=bare), (800, 480))


def shown_codes(screen: Screen) -> list:
    from kiosk.ui.qr import QrCode

    return [one for one in screen.page.walk(restrict=True) if isinstance(one, QrCode) and one.text]


def codes(screen: Screen) -> list[str]:
    return [one.text for one in shown_codes(screen)]
