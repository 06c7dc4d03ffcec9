"""A terminal's technician for tests: a booth that answers with trials, means that remember, a PIN."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import replace
from pathlib import Path
from typing import Any

from kiosk.entry import Stamp
from kiosk.pin import Guard, make
from kiosk.settings import Settings
from kiosk.staff import Level, Means, Seal, Staff
from kiosk.ui.staff.samples import LAMPS, SEAL, Fact, facts, sample_staff
from tests.ui.conftest import Door, Screen
from tests.ui.reel import Reel

PIN = "4071"
LINE = make(PIN)


class Booth(Door):
    """The booth's side of the screen and of the technician's pages."""

    def staff(self, inside: bool) -> None:
        self.heard.append(("staff", inside))

    def staff_touch(self) -> None:
        self.heard.append(("touch",))

    def write(self, kind: str, body: dict[str, Any]) -> None:
        self.heard.append((kind, body))

    @property
    def told(self) -> list[tuple[Any, ...]]:
        """All but the touches."""
        return [what for what in self.heard if what != ("touch",)]


class Steps(Executor):
    """Threads for tests: at once, or while `held` only when `go` is called."""

    def __init__(self) -> None:
        self.held = False
        self._waiting: list[Callable[[], None]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self._waiting.append(lambda: future.set_result(fn(*args, **kwargs)))
        if not self.held:
            self.go()
        return future

    def go(self) -> None:
        while self._waiting:
            self._waiting.pop(0)()


class Rig:
    """Every means there is, and what was done with them."""

    def __init__(self, folder: Path, now: Callable[[], int], **others: Any) -> None:
        self.threads = Steps()
        self.booth, self.done = Booth(), list[Any]()
        self.levels = {"volume": 60, "brightness": 90}
        self.said: dict[str, str] = {}
        self.offers: dict[str, str] = {}
        means = Means(
            facts=facts,
            lamps=LAMPS,
            light=self.done.append,
            sound=lambda: self.done.append("sound"),
            send=lambda: "request-1",
            export=lambda: "request-2",
            offer=lambda request: self.offers.get(request, ""),
            trust=lambda fingerprint: self.done.append(("trust", fingerprint)) or "request-4",
            can=lambda: {"deliver", "export"},
            reply=lambda request, language: self.said.get(request),
            volume=self._level("volume"),
            brightness=self._level("brightness", least=10),
            language=self.done.append,
            restart=self._restart,
            seals=lambda: [Seal("2026-11-20", SEAL), Seal("2026-11-19", SEAL[:-1] + "B")],
        )
        self.staff = Staff(
            Guard(LINE, folder / "pin.json"),
            self.booth,
            replace(means, **others),
            lambda: Stamp("boot", now(), 0, "unsynced"),
            self.threads,
        )

    def _restart(self) -> str:
        self.done.append("restart")
        return "request-3"

    def _level(self, name: str, least: int = 0) -> Level:
        return Level(name, lambda: self.levels[name], lambda value: self.levels.update({name: value}), least)


def desk_for(hand: Any, reel: Reel) -> Iterator[Screen]:
    """One screen for all the tests of a file: each brings its own technician by `renew`."""
    screen = Screen(Settings(), hand, reel, staff=sample_staff())
    screen.resize((800, 480))
    yield screen
    screen.close()


def renew(screen: Screen, rig: Rig) -> None:
    """What it shows next is for the test to say: every drawing less is time saved."""
    screen.now = 1_000
    screen.app.staff_door.uncover()
    screen.app.staff_door.staff = rig.staff
    screen.door.heard.clear()


__all__ = ["LAMPS", "LINE", "PIN", "SEAL", "Booth", "Fact", "Rig", "desk_for", "renew"]
