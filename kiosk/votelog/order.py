"""Which log came after which. Each has a note of its place; where one is damaged, the logs' own first entries tell.

An older log that went on as if it were the newest would be written a second time over. So the note proves itself, and a
log whose place nobody knows counts as the newest: if it can't be opened, a successor begins, and nothing goes on twice.
"""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from hashlib import sha256
from pathlib import Path


def place_note(place: int, log: str) -> str:
    return f"{place} {sha256(f'hailong place {place} {log}'.encode()).hexdigest()[:16]}\n"


def read_place(note: Path, log: str) -> int | None:
    """1 for the first log of this kiosk, 2 for its successor, ...; None if the note is missing or damaged."""
    try:
        place = int(note.read_text("ascii").partition(" ")[0])
        return place if note.read_text("ascii") == place_note(place, log) else None
    except (OSError, ValueError):
        return None


def places(known: Mapping[str, int | None], databases: Mapping[str, Path]) -> dict[str, int]:
    """The place of every log, by the notes that are good and by what the logs say of each other."""
    found = {log: place for log, place in known.items() if place is not None}
    if len(found) < len(known):
        before = {log: _predecessor(database) for log, database in databases.items()}
        while (more := _told(before, found)) and not more.keys() <= found.keys():
            found = {**more, **found}
    last = max(found.values(), default=0)
    return found | {log: last + 1 for log in known if log not in found}


def _told(before: Mapping[str, str | None], found: Mapping[str, int]) -> dict[str, int]:
    """One step along the successions: "" came before the first log."""
    after = {log: found[old] + 1 for log, old in before.items() if old and old in found}
    first = {log: 1 for log, old in before.items() if old == ""}
    older = {old: found[log] - 1 for log, old in before.items() if log in found and old in before and old}
    return older | first | after


def _predecessor(database: Path) -> str | None:
    """The log that the first entry says it succeeds; "" if none; None if it can't be read."""
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=rw", uri=True)) as db:
            row = db.execute("select line from entries where seq = 1").fetchone()
        succeeds = json.loads(row[0])["body"].get("succeeds") if row else {}
        return str(succeeds["log"]) if succeeds else "" if row else None
    except (sqlite3.Error, OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
