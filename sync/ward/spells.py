"""When a kiosk could take votes, as its log says it: pure, on each boot's own monotonic clock.

A spell begins with a `start` and lasts as long as the log shows the terminal alive: its later entries, the `stop`, or
the `alive` of the next `start` (the note that the terminal leaves itself every minute). A technician's visit, whose
presses are trials, and the time when nothing could be recorded are no part of it.
"""

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec

from sync.ward.dating import Stamped
from sync.ward.stretches import DISORDER

LONGEST = 400 * 86_400_000  # ms without an entry; a kiosk seals its log every day


class Line(Stamped, Protocol):
    """An entry, its body not yet read."""

    @property
    def kind(self) -> str: ...
    @property
    def boot(self) -> str: ...
    @property
    def body(self) -> msgspec.Raw: ...


class Spell(msgspec.Struct, order=True):
    """`began` to `ended` on the monotonic clock of `boot`, ms; `wall` and `clock` are of the entry that began it."""

    first: int  # the entry that began it
    boot: str
    began: int
    wall: int
    clock: str
    last: int  # the last entry that showed it alive
    ended: int
    open: bool = True  # what comes next may show that it went on

    def goes_on(self, entry: Line) -> bool:
        return self.open and entry.boot == self.boot and entry.mono >= self.ended - DISORDER

    def lives(self, entry: Line) -> None:
        self.last, self.ended = entry.seq, max(self.ended, entry.mono)

    def close(self, at: int) -> None:
        self.ended, self.open = max(self.began, at), False


def take(spells: list[Spell], entry: Line) -> None:
    """The next entry of the log; `spells` ends with the one before it, which may go on."""
    newest = spells[-1] if spells else None
    if entry.kind == "start":
        _start(spells, newest, entry)
    elif newest is not None and newest.goes_on(entry):
        _within(spells, newest, entry)
    elif newest is not None and _is_back(newest, entry):
        spells.append(_new(entry))


def _start(spells: list[Spell], newest: Spell | None, entry: Line) -> None:
    """Where the terminal noted how long it had lived, that is how long; else its last entry is all that is known."""
    if newest is not None and newest.open:
        boot, mono = _stamp(_said(entry).get("alive"))
        noted = boot == newest.boot and mono - newest.ended < LONGEST
        newest.close(max(newest.ended, mono) if noted else newest.ended)
    spells.append(_new(entry))


def _within(spells: list[Spell], newest: Spell, entry: Line) -> None:
    said = _said(entry) if entry.kind in ("fault", "staff") else {}
    if said.get("fault") == "not-recorded":  # it is told when the log works again
        boot, mono = _stamp(said.get("first"))
        newest.close(min(newest.ended, mono) if boot == newest.boot else newest.began)
        spells.append(_new(entry))
        return
    newest.lives(entry)
    if entry.kind == "stop" or said.get("staff") == "in":
        newest.open = False


def _is_back(newest: Spell, entry: Line) -> bool:
    """The technician has left."""
    return entry.boot == newest.boot and entry.kind == "staff" and _said(entry).get("staff") == "out"


def _new(entry: Line) -> Spell:
    return Spell(entry.seq, entry.boot, entry.mono, entry.wall, entry.clock, entry.seq, entry.mono)


def _said(entry: Line) -> Mapping[str, Any]:
    """A body may say what it likes; only its form is sure."""
    body = msgspec.json.decode(entry.body)
    return body if isinstance(body, dict) else {}


def _stamp(said: object) -> tuple[str | None, int]:
    match said:
        case {"boot": str(boot), "mono": int(mono)} if mono >= 0:
            return boot, mono
    return None, 0
