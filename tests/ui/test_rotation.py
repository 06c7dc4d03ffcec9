"""A panel that hangs upright or upside down: the picture is turned, and a finger meets the face that it sees."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hardware.touch import TouchPanel
from kiosk.states import Asking
from tests.ui.conftest import Screen

pytestmark = pytest.mark.slow  # `./setup.sh test screens`

RATINGS = (5, 4, 3, 2, 1)
W, H = 800, 480  # the panel's own px
EVERY = 7  # px between two that are compared


@pytest.fixture
def turned(open_screen: Callable[..., Screen]) -> Iterator[Callable[[int], Screen]]:
    screen = open_screen()

    def turn(degrees: int) -> Screen:
        screen.window.rotation = degrees
        screen.window.update_viewport()  # Kivy itself does so at the start, and when the size changes
        screen.frames(3)
        screen.show(Asking(0))
        screen.frames(3)
        return screen

    yield turn
    screen.window.rotation = 0
    screen.window.update_viewport()
    screen.frames(2)


def on_the_panel(screen: Screen) -> Callable[[int, int], tuple[int, ...]]:
    """What the panel shows at x, y px from its own upper left corner, wherever the picture's top is."""
    from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels

    screen.window.dispatch("on_draw")
    pixels = glReadPixels(0, 0, W, H, GL_RGB, GL_UNSIGNED_BYTE)
    return lambda x, y: tuple(pixels[((H - 1 - y) * W + x) * 3 :][:3])


def in_the_picture(screen: Screen) -> Callable[[int, int], tuple[int, ...]]:
    """The upright picture, x, y px from its upper left corner."""
    texture = screen.app.root.export_as_image().texture
    width, _, pixels = *texture.size, bytes(texture.pixels)
    return lambda x, y: tuple(pixels[(y * width + x) * 4 :][:3])


# Where the picture's place x, y (from its upper left) is on the panel (from the panel's own), counterclockwise.
PLACES: dict[int, Callable[[int, int], tuple[int, int]]] = {
    0: lambda x, y: (x, y),
    90: lambda x, y: (y, H - 1 - x),
    180: lambda x, y: (W - 1 - x, H - 1 - y),
    270: lambda x, y: (W - 1 - y, x),
}


@pytest.mark.parametrize("degrees", PLACES)
def test_the_picture_is_turned_as_a_whole(degrees: int, turned: Callable[[int], Screen]) -> None:
    screen = turned(degrees)
    panel, picture = on_the_panel(screen), in_the_picture(screen)
    width, height = screen.window.size
    assert (width, height) == ((W, H) if degrees in (0, 180) else (H, W))
    assert screen.app.upright is (degrees in (90, 270))
    spots = [(x, y) for x in range(0, width, EVERY) for y in range(0, height, EVERY)]
    same = sum(panel(*PLACES[degrees](x, y)) == picture(x, y) for x, y in spots)
    assert same > 0.98 * len(spots)
    assert len({picture(x, y) for x, y in spots}) > 20  # a picture, not a plain ground


@pytest.mark.parametrize("degrees", PLACES)
def test_a_finger_on_a_face_as_the_panel_shows_it_is_a_press_of_that_face(
    degrees: int, turned: Callable[[int], Screen]
) -> None:
    screen = turned(degrees)
    for rating in RATINGS:
        x, y = screen.card(rating).center
        raw = PLACES[degrees](round(x), round(screen.window.height - 1 - y))
        finger = screen.hand.down_raw((raw[0] / (W - 1), raw[1] / (H - 1)))
        screen.frames()
        assert screen.door.heard == [("press", rating, "touch")]
        screen.hand.up(finger, (1, 1))
        screen.frames()
        assert screen.door.heard == [("press", rating, "touch"), ("release", rating, "touch")]
        screen.door.heard.clear()


class Provider:
    """In the place of Kivy's: which device it was given, and whether it was begun."""

    made: list["Provider"]

    def __init__(self, name: str, how: str) -> None:
        self.how, self.begun = how, 0
        Provider.made.append(self)

    def start(self) -> None:
        self.begun += 1

    def update(self, _: Any) -> None: ...

    def stop(self) -> None: ...


@pytest.fixture
def made(kivy: None, hand: Any) -> Iterator[list[Provider]]:
    from kivy.base import EventLoop

    Provider.made = []
    yield Provider.made
    for provider in Provider.made:
        EventLoop.remove_input_provider(provider)


def test_a_panel_that_comes_late_is_read_once(made: list[Provider]) -> None:
    from kiosk.ui.touch import Panels

    there: list[TouchPanel] = []
    panels = Panels(Provider, True, "", lambda: there)
    panels.look()
    assert made == []
    there += [TouchPanel(Path("/dev/input/event3"), True), TouchPanel(Path("/dev/input/event4"), False)]
    panels.look()
    panels.look()
    assert [(one.how, one.begun) for one in made] == [("/dev/input/event3", 1)]


@pytest.mark.parametrize(("touch", "environ", "provider"), [
    ("auto", {}, "mtdev"), ("auto", {"DISPLAY": ":0"}, "mouse"), ("mouse", {}, "mouse"),
    ("hidinput", {"DISPLAY": ":0"}, "hidinput"),
])  # fmt: skip
def test_exactly_one_provider_is_chosen(touch: Any, environ: dict[str, str], provider: str) -> None:
    from kiosk.ui.environment import provider_of

    assert provider_of(touch, environ) == provider
