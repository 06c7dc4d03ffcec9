"""The staff screen's "Save to a stick": a request in the spool, and answers that change while it is being done."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from kiosk.spool import Request, reply
from sync.carry import Carrier, export_to, trust_and_export
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
        """Answered later; by another answer again and again until it is done. A request `trust` first believes the
        ward's answer on the stick whose `fingerprint` a person has confirmed."""

        def say(told: list[Told], *, going: bool = False) -> None:
            reply(folder, request.id, _body(told, going=going))

        fingerprint = str(request.more.get("fingerprint", "")) if request.what == "trust" else ""
        self._beside(lambda: self._export(say, fingerprint))

    def _export(self, say: Callable[..., None], fingerprint: str) -> None:
        if not self._is_stick(self._place):
            say([Told(Outcome.NO_STICK.name)])
            return
        carrier = Carrier(self._home, self._clock, lambda told: say([told], going=True))
        if fingerprint:
            say(trust_and_export(self._place, carrier, self._home, fingerprint))
        else:
            say(export_to(self._place, carrier, self._home))


def _body(told: list[Told], *, going: bool) -> dict[str, Any]:
    """`offer` is the fingerprint that a person is asked to confirm."""
    found = next((one for one in told if one.meant is Outcome.ANSWER_FOUND), None)
    return {
        "done": not going and told[-1].meant.fine,
        "going": going,
        "told": [msgspec.to_builtins(spell(one)) for one in told],
        "offer": found.facts["fingerprint"] if found else "",
    }
