"""Marks: how far a log was known to reach, kept beside it. They show a log that was shortened, which its chain can't.

Small JSON files, replaced atomically. A file that can't be read is as good as none: the other marks still stand.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from kiosk.entry import MAX_INTEGER, Clock, Stamp, plain
from kiosk.keys import sync_folder, unhex


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a log: entry `seq` and its chain hash (for 0: the hash before the first)."""

    seq: int
    hash: bytes

    def __str__(self) -> str:
        return f"entry {self.seq} ({self.hash.hex()[:8]})"


@dataclass(frozen=True, slots=True)
class Alive:
    """The minute note: when the terminal last lived, on which board, and how far its log reached."""

    mark: Mark
    stamp: Stamp
    serial: str | None


def write_mark(file: Path, mark: Mark, **more: Any) -> None:
    """Replace `file`; returns when the new one would survive a power cut."""
    document = {"seq": mark.seq, "hash": mark.hash.hex(), **more}
    draft = file.with_name(file.name + ".new")
    draft.unlink(missing_ok=True)  # of a run as another user, cut short
    with draft.open("w", encoding="utf-8") as handle:
        json.dump(document, handle)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(file)
    sync_folder(file.parent)


def read_mark(file: Path) -> Mark | None:
    document = document_in(file)
    return _mark(document) if document else None


def write_alive(file: Path, alive: Alive) -> None:
    stamp = alive.stamp
    write_mark(
        file, alive.mark, boot=stamp.boot, mono=stamp.mono, wall=stamp.wall, clock=stamp.clock, serial=alive.serial
    )


def read_alive(file: Path) -> Alive | None:
    document = document_in(file)
    mark = _mark(document) if document else None
    try:
        boot, clock, serial = document["boot"], document["clock"], document["serial"]
        mono, wall = _integer(document["mono"]), _integer(document["wall"])
        if not mark or not isinstance(boot, str) or clock not in get_args(Clock) or not isinstance(serial, str | None):
            return None
        return Alive(mark, Stamp(plain(boot), mono, wall, clock), serial)
    except (KeyError, ValueError):
        return None


def _mark(document: dict[str, Any]) -> Mark | None:
    try:
        seq = _integer(document["seq"])
        return Mark(seq, unhex(document["hash"], 32)) if seq >= 0 else None
    except (KeyError, TypeError, ValueError):
        return None


def _integer(value: object) -> int:
    """What a line and SQLite can hold; a damaged file may say anything."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MAX_INTEGER:
        raise ValueError("not an integer of a line")
    return value


def document_in(file: Path) -> dict[str, Any]:
    """All that a mark's file says; nothing if it can't be read."""
    try:
        document = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}
