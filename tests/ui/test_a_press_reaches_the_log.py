"""The whole terminal, off-screen: fingers on the glass and lines pulled to ground become rows in the log."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec
import pytest

from kiosk.clock import SystemClock
from kiosk.settings import Settings, Timing
from kiosk.states import Asking, Noted, View
from kiosk.terminal import TOUCH_ONLY, Terminal, Wishes
from kiosk.ui.environment import Display
from kiosk.votelog.folder import all_folders
from kiosk.votelog.reader import read_slice, verify

QUICK = Timing(noted=0.5, thanks=0.5, deaf=0.1, sorry=0.5, quiet=0.1)


class Running:
    """A terminal whose screen a test turns frame by frame. The booth has its own thread, but time stands still until
    the test lets it pass: a slow machine must not be a slow citizen.
    """

    def __init__(self, data: Path, hand: Any, simulate: bool) -> None:
        self.time = SystemClock(battery=False).now()
        settings = msgspec.structs.replace(Settings(), data=data, timing=QUICK)
        self.hand, self.logs = hand, data / "logs"
        self.terminal = Terminal(settings, Wishes(Display((800, 480), offscreen=True), simulate), lambda: self.time)
        self.app: Any = self.terminal.open_screen()
        type(self.app)._running_app = self.app
        self.app._run_prepare()
        self.views: list[View] = []
        self.terminal._listeners.append(self.views.append)
        self.terminal.start()
        self.until(lambda: self.state == Asking(0))

    @property
    def state(self) -> Any:
        return self.terminal._booth.state

    @property
    def key(self) -> Callable[[str, bool], None]:
        assert self.terminal._keys
        return self.terminal._keys.key

    def until(self, met: Callable[[], bool]) -> None:
        from kivy.base import EventLoop

        end = monotonic() + 20
        while not met():
            assert monotonic() < end, f"it never came to that; the booth is in {self.state}"
            EventLoop.idle()

    def until_page(self, name: str) -> None:
        self.until(lambda: type(self.app.root.page).__name__ == name)

    def pass_time(self, seconds: float) -> None:
        ms = round(seconds * 1000)
        self.time = replace(self.time, mono=self.time.mono + ms, wall=self.time.wall + ms)

    def let_run_out(self, page: str) -> None:
        """The present state's time is over; the booth looks at the clock within half a second."""
        self.pass_time(20)
        self.until_page(page)

    def frames(self, count: int = 4) -> None:
        from kivy.base import EventLoop

        for _ in range(count):
            EventLoop.idle()

    def touch(self, rating: int) -> None:
        self.frames()
        place = self.app.root.page.ids.faces.card(rating).center
        with self.answered():
            finger = self.hand.down(place)
            self.frames()
            self.hand.up(finger, place)

    def press(self, key: str) -> None:
        with self.answered():
            self.key(key, True)
            self.key(key, False)

    @contextmanager
    def answered(self) -> Iterator[None]:
        """A press that counts, and what the booth says to it: written, then noted or sorry."""
        before = len(self.views)
        yield
        self.until(lambda: len(self.views) >= before + 2)
        self.frames()
        self.pass_time(0.2)

    def end(self) -> None:
        self.terminal.end()
        self.app.root.get_parent_window().remove_widget(self.app.root)
        self.app.dispatch("on_stop")

    def entries(self) -> list[dict[str, Any]]:
        (folder,) = all_folders(self.logs)
        verify(folder)
        return [json.loads(line) for line in read_slice(folder, bytes(folder.key().verify_key), 0, 99, 10**6).lines]

    def votes(self) -> list[tuple[int, str, int, str]]:
        bodies = [entry["body"] for entry in self.entries() if entry["kind"] == "vote"]
        return [(body["visit"], body["question"], body["rating"], body["via"]) for body in bodies]


@pytest.fixture
def start(hand: Any, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    running: list[Running] = []

    def start_one(simulate: bool = True) -> Running:
        running.append(Running(tmp_path, hand, simulate))
        return running[-1]

    yield start_one
    for one in running:
        one.end()


def test_five_then_four_is_one_visit_of_two_votes(start: Callable[..., Running]) -> None:
    terminal = start()
    terminal.press("5")
    terminal.let_run_out("Ask")
    terminal.press("4")
    terminal.let_run_out("Thanks")
    assert terminal.votes() == [(2, "procedure", 5, "button"), (2, "attitude", 4, "button")]


@pytest.mark.parametrize("rating", [5, 4, 3, 2, 1])
def test_a_touch_on_a_face_is_a_vote_of_that_rating(rating: int, start: Callable[..., Running]) -> None:
    terminal = start()
    terminal.touch(rating)
    assert terminal.votes() == [(2, "procedure", rating, "touch")]


def test_touch_and_button_share_one_visit_and_a_correction(start: Callable[..., Running]) -> None:
    terminal = start()
    terminal.touch(2)
    assert isinstance(terminal.state, Noted)
    terminal.press("4")
    assert terminal.votes() == [(2, "procedure", 2, "touch"), (2, "procedure", 4, "button")]


def test_the_screen_follows_the_booth(start: Callable[..., Running]) -> None:
    terminal = start()
    terminal.until_page("Ask")
    for after in ("Ask", "Thanks"):
        terminal.press("1")
        terminal.until_page("Noted")
        terminal.let_run_out(after)
    terminal.let_run_out("Ask")


def test_a_log_that_cannot_be_written_says_sorry_and_thanks_nobody(
    start: Callable[..., Running], tmp_path: Path
) -> None:
    terminal = start()
    terminal.until(lambda: terminal.terminal._keeper._checked is not None)  # its check must not miss the key below
    terminal.terminal._archive.log.close()
    away = tmp_path / "logs"
    away.rename(tmp_path / "away")
    terminal.press("5")
    terminal.until_page("Sorry")
    (tmp_path / "away").rename(away)
    terminal.let_run_out("Ask")
    terminal.press("3")
    terminal.until_page("Noted")
    assert [rating for _, _, rating, _ in terminal.votes()] == [3]
    assert [entry["kind"] for entry in terminal.entries()] == ["start", "vote", "fault"]


def test_without_pins_the_terminal_works_by_touch_and_says_so(
    start: Callable[..., Running], capsys: pytest.CaptureFixture[str]
) -> None:
    """This machine has no GPIO lines, as a Pi with a missing lgpio has none."""
    terminal = start(simulate=False)
    assert terminal.terminal._notices == [TOUCH_ONLY]
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "touch" in said
    terminal.touch(3)
    assert terminal.votes() == [(2, "procedure", 3, "touch")]


def test_the_log_tells_how_the_last_run_ended(start: Callable[..., Running], tmp_path: Path, hand: Any) -> None:
    first = Running(tmp_path, hand, simulate=True)
    first.press("5")
    first.end()
    starts = [entry["body"] for entry in start().entries() if entry["kind"] == "start"]
    assert [body["ended"] for body in starts] == ["first", "stop"]
    assert starts[0]["alive"] is None
    assert starts[1]["alive"]["boot"]
    assert starts[0]["survey"]["questions"][1]["id"] == "attitude"
