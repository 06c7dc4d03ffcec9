"""Fingers for tests: an input provider like the one of a touch panel, so that Kivy dispatches as it does on a Pi."""

from collections import deque
from typing import Any

from kivy.base import EventLoop
from kivy.core.window import Window
from kivy.input.motionevent import MotionEvent
from kivy.input.provider import MotionEventProvider


class Finger(MotionEvent):  # type: ignore[misc]
    def __init__(self, number: int, place: tuple[float, float]) -> None:
        super().__init__("hand", number, place, is_touch=True, type_id="touch")

    def depack(self, args: tuple[float, float]) -> None:
        self.sx, self.sy = args
        self.profile = ["pos"]
        super().depack(args)


class Hand(MotionEventProvider):  # type: ignore[misc]
    """`down`, `move` and `up` take places in the window's px; they are seen at the next frame."""

    def __init__(self) -> None:
        super().__init__("hand", "")
        self._events: deque[tuple[str, Finger, tuple[float, float]]] = deque()
        self._fingers = 0
        EventLoop.add_input_provider(self)

    def down(self, place: tuple[float, float]) -> Finger:
        self._fingers += 1
        finger = Finger(self._fingers, _share(place))
        self._events.append(("begin", finger, place))
        return finger

    def down_raw(self, place: tuple[float, float]) -> Finger:
        """As mtdev reports a panel: shares of its own width and height, from its own upper left corner."""
        self._fingers += 1
        share = place[0], 1 - place[1]
        finger = Finger(self._fingers, share)
        self._events.append(("begin", finger, (share[0] * Window.width, share[1] * Window.height)))
        return finger

    def up(self, finger: Finger, place: tuple[float, float]) -> None:
        self._events.append(("update", finger, place))
        self._events.append(("end", finger, place))

    def update(self, dispatch_fn: Any) -> None:
        """Kivy dispatches after this, so what happened to one finger in one frame is a frame each here."""
        later: deque[tuple[str, Finger, tuple[float, float]]] = deque()
        seen: set[int] = set()
        for kind, finger, place in self._events:
            if finger.uid in seen:
                later.append((kind, finger, place))
            else:
                seen.add(finger.uid)
                finger.move(_share(place))
                dispatch_fn(kind, finger)
        self._events = later


def _share(place: tuple[float, float]) -> tuple[float, float]:
    return place[0] / Window.width, place[1] / Window.height
