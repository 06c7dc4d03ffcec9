"""A scripted visit for machines without a display: presses the simulator's keys, pictures each screen.

It reacts to what the booth announces and changes nothing: the presses go through mock pins, panel, booth and log.
"""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import SimpleQueue

from kiosk.states import Asking, Noted, Sorry, State, Thanks, View, Writing

TAP = 0.12  # s that a finger rests on a button
LOOK = 0.6  # s before a picture, so that it shows the screen at rest


class Rehearsal(threading.Thread):
    """One visit with the given ratings, a picture of every screen in `folder`, then `done`."""

    def __init__(
        self,
        ratings: Sequence[int],
        folder: Path,
        key: Callable[[str, bool], None],
        picture: Callable[[Path], None],
        done: Callable[[], None],
    ) -> None:
        super().__init__(name="rehearsal", daemon=True)
        self._ratings, self._folder, self._key, self._picture, self._done = ratings, folder, key, picture, done
        self._views: SimpleQueue[View] = SimpleQueue()

    def see(self, view: View) -> None:
        """From the booth's thread."""
        self._views.put(view)

    def run(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        while not self._is_over(state := self._views.get().state):
            if isinstance(state, Asking):
                self._tap(str(self._ratings[state.question % len(self._ratings)]))
        self._done()

    def _is_over(self, state: State) -> bool:
        if not isinstance(state, Writing):
            time.sleep(LOOK)
            self._picture(self._folder / f"{_name(state)}.png")
        return isinstance(state, Thanks | Sorry)

    def _tap(self, key: str) -> None:
        self._key(key, True)
        time.sleep(TAP)
        self._key(key, False)


def _name(state: State) -> str:
    match state:
        case Asking(question) | Noted(question):
            return f"{question + 1}-{type(state).__name__.lower()}"
        case _:
            return type(state).__name__.lower()
