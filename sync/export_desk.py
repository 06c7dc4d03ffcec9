"""The staff screen's "Save to a stick": a request in the spool, and answers that change while it is being done."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from kiosk.spool import Request, reply
from sync import files
from sync.carry import Carrier, export_to, trust_and_export
from sync.clock import Clock
from sync.home import Home
from sync.outcomes import Outcome, Told, Trouble, spell
from sync.receipts import Receipts
from sync.stick import Stick
from sync.wire.carried import RECEIPT

TAKE_IT_AWAY = (Outcome.CARRIED, Outcome.NOTHING_TO_CARRY, Outcome.INTRODUCED)  # else it will be asked for again
HALF = 0.5  # s between two looks whether the stick is unmounted
PATIENCE = 40  # looks


class ExportDesk:
    """Copies in a thread, so that the other requests do not wait for a slow stick."""

    def __init__(
        self,
        home: Home,
        clock: Clock,
        place: Path,
        is_stick: Callable[[Path], bool],
        beside: Callable[[Callable[[], None]], None],
        let_go: Callable[[Path], object] = lambda _: None,
    ) -> None:
        """`is_stick`: whether something is mounted at `place`; an empty folder there is our own card. `beside` runs
        a job in a thread. `let_go` returns when the stick is unmounted, or cannot be."""
        self._home, self._clock, self._place, self._is_stick = home, clock, place, is_stick
        self._beside, self._let_go = beside, let_go
        self._seen: list[str] = []

    def look(self) -> None:
        """Take note of receipts as soon as a stick with new ones is there, whoever asks."""
        if self._is_stick(self._place):
            self._beside(self._pick_up)  # a stick that hangs must not hang the delivery
        else:
            self._seen = []

    def _pick_up(self) -> None:
        with suppress(Trouble, files.Locked), files.holding(self._home.stick_lock), Stick(self._place) as stick:
            if (names := [name for name in stick.names() if name.lower().endswith(RECEIPT)]) != self._seen:
                self._seen = names
                list(Receipts(self._home).pick_up(stick))

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
            told = trust_and_export(self._place, carrier, self._home, fingerprint)
        else:
            told = export_to(self._place, carrier, self._home)
        if told[-1].meant in TAKE_IT_AWAY:
            self._let_go(self._place)
        say(told)


def _body(told: list[Told], *, going: bool) -> dict[str, Any]:
    """`offer` is the fingerprint that a person is asked to confirm."""
    found = next((one for one in told if one.meant is Outcome.ANSWER_FOUND), None)
    return {
        "done": not going and told[-1].meant.fine,
        "going": going,
        "told": [msgspec.to_builtins(spell(one)) for one in told],
        "offer": found.facts["fingerprint"] if found else "",
    }


def let_go(place: Path, wait: Callable[[float], object]) -> None:
    """Leave the wish that root unmounts the stick (hailong-eject.path), and wait until that took the wish away.

    Every file is flushed already: where nobody hears it, the stick may be pulled out all the same.
    """
    wish = place.parent / "eject"
    if "INVOCATION_ID" not in os.environ:  # not as a service: nobody listens
        return
    with suppress(OSError):
        wish.touch()
        for _ in range(PATIENCE):
            if not wish.exists():
                return
            wait(HALF)
        wish.unlink(missing_ok=True)
