"""A booth on the bench: a log in memory that can fail, and time that goes on only when a table says so."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from kiosk.booth import Booth
from kiosk.entry import Stamp
from kiosk.events import Call, Chosen, Event, Held, Language, Press, Release, Staff, StaffTouch, Write
from kiosk.recorder import Recorder
from kiosk.refused import Kept
from kiosk.settings import Choice, Reasons, Survey, Text, Timing
from kiosk.states import View
from kiosk.votelog.log import Body, NotRecorded, Place

STAMP = Stamp("boot", 0, 1_790_000_000_000, "synced")

# What a table's step does: (time in ms, what, ...).
TAP, DOWN, UP, HELD, WAIT, CHOOSE, IN, OUT, TOUCH, FULL = (
    "tap", "down", "up", "held", "wait", "choose", "in", "out", "touch", "full",
)  # fmt: skip
Steps = list[tuple[Any, ...]]

COUNTERS = tuple(Choice(id=f"counter-{n}", text=Text(vi=f"Quầy {n}", en=f"Counter {n}")) for n in (1, 2))
BOTH_FOLLOW_UPS = Survey(counters=COUNTERS, reasons=Reasons(shown=True))


class Journal:
    """A log in memory that can fail and can change into a successor."""

    def __init__(self) -> None:
        self.log, self.failing, self.rests = "a", 0, 0
        self.entries: list[tuple[str, dict[str, Any], Stamp]] = []

    def append(self, kind: str, stamp: Stamp, body: Body) -> Place:
        if self.failing:
            self.failing -= 1
            raise NotRecorded("disk full")
        place = Place(self.log, len(self.entries) + 1)
        self.entries.append((kind, body(place) if callable(body) else body, stamp))
        return place

    def rest(self, stamp: Stamp) -> None:
        self.rests += 1

    def votes(self) -> list[tuple[int, str, int]]:
        return [(b["visit"], b["question"], b["rating"]) for b in self.bodies("vote")]

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        return [body for one, body, _ in self.entries if one == kind]

    def kinds(self) -> list[str]:
        return [kind for kind, _, _ in self.entries]


class Bench:
    """`play` a table of steps, then look at `journal`, `views` and `booth.state`."""

    def __init__(self, survey: Survey | None = None, timing: Timing | None = None, kept: Path | None = None) -> None:
        self.journal, self.views, self.time = Journal(), list[View](), 0
        recorder = Recorder(self.journal, self._now, Kept(kept))
        self.booth = Booth(recorder, survey or Survey(), timing or Timing(), "vi", self._now, self.views.append)

    def play(self, steps: Steps) -> None:
        for time, what, *more in steps:
            match what:
                case "tap":
                    self.tap(time, *more)
                case "down":
                    self.press(time, *more)
                case "up":
                    self.release(time, *more)
                case "held":
                    self.at(time, Held(more[0], time))
                case "choose":
                    self.at(time, Chosen(*more, self._stamp(time)))
                case "in" | "out":
                    self.at(time, Staff(what == "in", self._stamp(time)))
                case "touch":
                    self.at(time, StaffTouch(time))
                case "language":
                    self.at(time, Language(*more))
                case "write":
                    self.at(time, Write(*more, self._stamp(time)))
                case "full":
                    self.journal.failing = more[0]
                case _:
                    self.at(time)

    def at(self, time: int, event: Event | None = None) -> None:
        self.time = time
        self.booth.tick(time) if event is None else self.booth.handle(event)

    def rest(self, time: int) -> None:
        """The keeper found a reason to change logs."""
        self.at(time, Call(self.booth._rest))

    def when_idle(self, time: int, until: int, do: Callable[[], None]) -> None:
        self.at(time, Call(lambda: self.booth._wait_for_idle(until, do)))

    def press(self, time: int, rating: int, via: Any = "button") -> None:
        self.at(time, Press(rating, via, self._stamp(time)))

    def release(self, time: int, rating: int, via: Any = "button") -> None:
        self.at(time, Release(rating, via, time))

    def tap(self, time: int, rating: int, via: Any = "button") -> None:
        self.press(time, rating, via)
        self.release(time + 80, rating, via)

    def _now(self) -> Stamp:
        return self._stamp(self.time)

    def _stamp(self, time: int) -> Stamp:
        return replace(STAMP, mono=time)
