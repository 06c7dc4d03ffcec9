"""The bar moves in steps, an idle screen is not drawn, and other threads may speak to it."""

import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.states import Asking, Noted, Thanks, View
from tests.ui.conftest import Screen


def bar(screen: Screen):
    from kiosk.ui.timebar import TimeBar

    return next(widget for widget in screen.page.walk() if isinstance(widget, TimeBar))


def test_the_bar_shows_what_is_left_and_stops_at_nothing(screen: Screen) -> None:
    for state in (Asking(1, until=5_000), Noted(0, until=5_000), Thanks(until=5_000, deaf_until=0)):
        screen.now = 2_000
        screen.show(state, since=1_000)
        assert bar(screen).opacity == 1
        assert bar(screen).left == 0.75
        screen.now = 6_000
        screen.until(lambda: bar(screen).left == 0)


def test_the_first_question_waits_for_ever_and_shows_no_bar(screen: Screen) -> None:
    screen.show(Noted(0, until=5_000))
    screen.show(Asking(0))
    assert bar(screen).opacity == 0


def test_few_frames_are_drawn(screen: Screen) -> None:
    screen.app._sleep()  # waking.py would ask for one a second at first
    screen.frames()
    flips = []
    screen.window.bind(on_flip=flips.append)
    screen.rest(0.4)
    assert flips == []  # of hundreds
    screen.show(Asking(1, until=16_000))
    screen.rest(0.4)
    assert len(flips) <= 8
    screen.window.unbind(on_flip=flips.append)


def test_a_view_from_another_thread_is_shown(screen: Screen) -> None:
    thread = threading.Thread(target=screen.app.show, args=(View(Thanks(9_000, 0), 0, "en"),))
    thread.start()
    thread.join()
    screen.until(lambda: screen.page is screen.app.root.thanks)
    assert screen.app.language == "en"


def test_a_picture_asked_for_in_another_thread_is_there_when_the_call_returns(screen: Screen, tmp_path: Path) -> None:
    found: list[bool] = []

    def ask() -> None:
        screen.app.picture(tmp_path / "screen.png")
        found.append((tmp_path / "screen.png").read_bytes().startswith(b"\x89PNG"))

    thread = threading.Thread(target=ask)
    thread.start()
    screen.until(lambda: not thread.is_alive())
    assert found == [True]


def test_ready_is_said_once_after_the_first_frames(open_screen: Callable[..., Screen]) -> None:
    said: list[int] = []
    screen = open_screen(on_ready=lambda: said.append(1))
    screen.until(lambda: bool(said))
    screen.frames(10)
    assert said == [1]


def test_while_the_first_question_waits_the_other_pages_are_built(
    open_screen: Callable[..., Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that they are there at once; in the other tests only what is shown is built."""
    monkeypatch.setattr("kiosk.ui.app.BUILD_EVERY", 0.1)
    screen = open_screen()
    screen.rest(1)
    assert {"noted", "thanks", "sorry", "idle", "choosing"} <= set(vars(screen.app.root))


def test_ready_is_said_with_the_third_frame(screen: Screen) -> None:
    from kiosk.ui.waking import wake

    flips: list[object] = []
    said: list[int] = []
    screen.window.bind(on_flip=flips.append)
    sleep = wake(lambda: said.append(len(flips)))
    screen.until(lambda: bool(said))
    assert said == [2]  # Kivy tells those first who came last, so ours does not count the third yet
    screen.window.unbind(on_flip=flips.append)
    sleep()


@pytest.mark.slow
def test_the_command_that_counts_frames_finds_none_while_idle() -> None:
    """In a process of its own: Kivy has one window in each."""
    done = subprocess.run(
        [sys.executable, "-m", "kiosk.ui.frames", "--seconds", "1"], capture_output=True, text=True, check=True
    )
    assert "idle for 1 s: 0 frames drawn" in done.stdout
    assert re.search(r"after \d+\.\d ms", done.stdout)
