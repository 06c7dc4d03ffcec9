"""The README's picture is the real screen, as it is now."""

from collections.abc import Callable
from pathlib import Path

from kiosk.states import Asking
from kiosk.ui.world import World
from tests.ui.conftest import Screen
from tests.ui.test_aids import Voice

PICTURE = Path(__file__).parent.parent.parent / ".github/pictures/ask.png"


def test_it_shows_the_screen_as_it_is(open_screen: Callable[..., Screen]) -> None:
    """Made by `python -m kiosk.ui.pictures DIR`. Another OpenGL may round an edge otherwise, no more."""
    from kivy.core.image import Image

    screen = open_screen(world=World(voice=Voice("vi")))
    screen.resize((1280, 720))
    screen.show(Asking(0))
    now, then = screen.pixels(), bytes(Image(str(PICTURE), nocache=True).texture.pixels)
    assert len(now) == len(then)
    different = sum(abs(one - other) > 40 for one, other in zip(now, then, strict=True))
    assert different < len(now) / 200
