"""The staff screen's "Save to a stick": a request in the spool, and answers that change while it is being done."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from kiosk.spool import Request, reply
from sync.carry import Carrier, export_to
from sync.clock import Clock
from sync.home import Home
from sync.outcomes import Outcome, Told, spell


class ExportDesk:
    """Copies in a thread, so that the other requests do not wait for a slow stick."""

    def __init__(
        self,
        home: Home,
        clock: Clock,
        place: Path,
        is_stick: Callable[[Path], bool],
        beside: Callable[[Callable[[], None]], None],
    ) -> None:
        """`is_stick`: whether something is mounted at `place`; an empty folder there is our own card. `beside` runs
        a job in a thread."""
        self._home, self._clock, self._place, self._is_stick = home, clock, place, is_stick
        self._beside = beside

    def take(self, folder: Path, request: Request) -> None:
        """Answered later; by another answer again and again until it is done."""

        def say(told: list[Told], *, going: bool = False) -> None:
            reply(folder, request.id, _body(told, going=going))

        self._beside(lambda: self._export(say))

    def _export(self, say: Callable[..., None]) -> None:
        if not self._is_stick(self._place):
            say([Told(Outcome.NO_STICK.name)])
            return
        carrier = Carrier(self._home, self._clock, lambda told: say([told], going=True))
        say(export_to(self._place, carrier, self._home))


def _body(told: list[Told], *, going: bool) -> dict[str, Any]:
    return {
        "done": not going and told[-1].meant.fine,
        "going": going,
        "told": [msgspec.to_builtins(spell(one)) for one in told],
    }
