"""What the technician's screens were made of is gone when they are: nothing later speaks to the dead."""

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.states import Asking, Choosing, Noted, Sorry, Thanks, Trial, View
from tests.ui.conftest import Screen
from tests.ui.reel import Reel
from tests.ui.staff_tools import Rig, desk_for, renew

pytestmark = pytest.mark.slow  # the whole of it belongs to `./setup.sh test screens`


@pytest.fixture(scope="module")
def desk(hand: Any, reel: Reel) -> Iterator[Screen]:
    yield from desk_for(hand, reel)


def come_and_go(screen: Screen) -> None:
    door = screen.app.staff_door
    door.ask_pin()
    screen.frames(2)
    screen.app.show(View(Trial(121_000, ("button", 4)), screen.now, "en", (2,)))
    screen.frames(2)
    for page in ("trial", "state", "actions", "seals"):
        door.cover.turn_to(page)
        if page == "state":
            screen.until(lambda: door.look() or bool(door.cover.page.facts))
            screen.frames(2)
            door.cover.page.turn(1)
        screen.frames(2)
    screen.app.show(View(Asking(0), screen.now, "vi"))
    screen.frames(2)
    assert door.cover is None


def test_after_a_staff_session_nothing_listens_and_aids_and_languages_work(desk: Screen, tmp_path: Path) -> None:
    """Each stay would leave its bindings to `app.px` and `app.colour` behind, and call the dead."""
    renew(desk, Rig(tmp_path, lambda: desk.now))
    for state in (Noted(0, 9_000), Sorry(0, 9_000), Thanks(9_000, 0), Choosing("reasons", 9_000)):
        desk.show(state)  # the citizens' pages are built when they are needed, or soon: now
    desk.app.root.rest()
    come_and_go(desk)
    gc.collect()
    before = observers(desk.app)
    gc.disable()  # it would tidy up too, but nobody knows when
    come_and_go(desk)
    after = observers(desk.app)
    gc.enable()
    assert after == before
    for change in (desk.app.toggle_contrast, desk.app.toggle_large) * 2:
        change()
        desk.frames(2)
    for language in ("en", "vi"):
        desk.show(Asking(0), language)


def observers(app: Any) -> dict[str, int]:
    return {name: len(app.get_property_observers(name)) for name in ("px", "colour", "say", "language", "upright")}
