"""A whole terminal in a test: its archive, booth, panel and screen are real, only pins are mock."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from kiosk.clock import SystemClock
from kiosk.entry import Stamp
from kiosk.settings import Settings, Timing
from kiosk.states import Asking, View
from kiosk.systemd import Systemd
from kiosk.terminal import Terminal, Wishes
from kiosk.ui.environment import Display
from kiosk.votelog.folder import all_folders
from kiosk.votelog.reader import read_slice, verify
from tests.ui.reel import Reel

QUICK = Timing(noted=0.5, thanks=0.5, deaf=0.1, sorry=0.5, quiet=0.1)


class Running:
    """A terminal whose screen a test turns frame by frame. The booth has its own thread, but time stands still until
    the test lets it pass: a slow machine must not be a slow citizen.
    """

    systemd: Systemd | None = None

    def __init__(self, data: Path, hand: Any, reel: Reel, simulate: bool, systemd: Systemd | None = None) -> None:
        self.time, self._reel, self.systemd = SystemClock(battery=False).now(), reel, systemd
        self.boot(data, hand, Wishes(Display((800, 480), offscreen=True), simulate), lambda: self.time)

    def boot(self, data: Path, hand: Any, wishes: Wishes, now: Callable[[], Stamp] | None, **others: Any) -> None:
        # Without sessions nothing ever closes, so that no seal comes between the entries of a test.
        chosen = {"data": data, "timing": QUICK, "sessions": (), **others}
        settings = msgspec.structs.replace(Settings(), **chosen)
        self.hand, self.logs = hand, data / "logs"
        self.terminal = Terminal(settings, wishes, now, self.systemd)
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
        self._reel.turn_until(met, lambda: f"; the booth is in {self.state}")

    def until_page(self, name: str) -> None:
        self.until(lambda: type(self.app.root.page).__name__ == name)

    def pass_time(self, seconds: float) -> None:
        """The booth waits in real time, so it is nudged to look at the clock."""
        ms = round(seconds * 1000)
        self.time = replace(self.time, mono=self.time.mono + ms, wall=self.time.wall + ms)
        self.terminal._booth.rest()

    def rest(self, seconds: float) -> None:
        self.pass_time(seconds)
        self.frames()

    def let_run_out(self, page: str) -> None:
        """The present state's time is over."""
        self.pass_time(20)
        self.until_page(page)

    def frames(self, count: int = 4) -> None:
        self._reel.turn(count)

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
