"""Marks: how far a log was known to reach, kept beside it. They show a log that was shortened, which its chain can't.

Small JSON files, replaced atomically. A file that can't be read is as good as none: the other marks still stand.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.entry import Stamp
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
        stamp = Stamp(document["boot"], document["mono"], document["wall"], document["clock"])
        return Alive(mark, stamp, document["serial"]) if mark else None
    except KeyError:
        return None


def _mark(document: dict[str, Any]) -> Mark | None:
    try:
        return Mark(int(document["seq"]), unhex(document["hash"], 32))
    except (KeyError, TypeError, ValueError):
        return None


def document_in(file: Path) -> dict[str, Any]:
    """All that a mark's file says; nothing if it can't be read."""
    try:
        document = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}
