"""Where one log lies: `logs/<log id>/` with its key, its database, its place among the logs, and its marks."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from nacl.signing import SigningKey

from kiosk.entry import log_id
from kiosk.keys import create, load_of_log, sync_folder
from kiosk.votelog.marks import Mark, read_mark
from kiosk.votelog.order import place_note, places, read_place

_LOG_ID = re.compile("[0-9a-f]{32}")  # anything else (`lost+found`, somebody's copy) is no log


@dataclass(frozen=True, slots=True)
class LogFolder:
    path: Path

    @property
    def log(self) -> str:
        return self.path.name

    @property
    def database(self) -> Path:
        return self.path / "log.db"

    @property
    def alive(self) -> Path:
        """The terminal's minute note."""
        return self.path / "alive.json"

    @property
    def acked(self) -> Path:
        """What the ward has acknowledged, written by the courier."""
        return self.path / "acked.json"

    @property
    def sealed(self) -> Path:
        """What the newest seal has named: an inspector may hold a photograph of it."""
        return self.path / "sealed.json"

    @property
    def checked(self) -> Path:
        """What the terminal's check of every entry found, for whoever asks how the kiosk is."""
        return self.path / "checked.json"

    @property
    def forked(self) -> Path:
        """Written by the courier when the ward holds another branch of this log: time for a successor."""
        return self.path / "forked.json"

    def key(self) -> SigningKey:
        return load_of_log(self.path / "key", self.log)

    def marks(self) -> list[Mark]:
        """Every place that this log is known to have reached, the furthest first."""
        found = [mark for file in (self.alive, self.acked, self.sealed) if (mark := read_mark(file))]
        return sorted(found, key=lambda mark: mark.seq, reverse=True)

    @property
    def place(self) -> int | None:
        """1 for the first log of this kiosk, 2 for its successor, ...; None if the note of it is damaged."""
        return read_place(self.path / "place", self.log)


def make_folder(logs: Path) -> LogFolder:
    """A new log behind all others, with a key of its own. It appears whole or not at all, whenever the power goes."""
    draft = Path(mkdtemp(prefix=".new-", dir=logs))
    key = create(draft / "key")
    with (draft / "place").open("w", encoding="ascii") as file:
        file.write(place_note(_next_place(logs), log_id(bytes(key.verify_key))))
        file.flush()
        os.fsync(file.fileno())
    draft.chmod(0o750)
    sync_folder(draft)
    folder = LogFolder(logs / log_id(bytes(key.verify_key)))
    draft.rename(folder.path)
    sync_folder(logs)
    return folder


def all_folders(logs: Path) -> list[LogFolder]:
    """Every log of this kiosk, oldest first."""
    if not logs.is_dir():
        return []
    folders = [LogFolder(path) for path in logs.iterdir() if path.is_dir() and _LOG_ID.fullmatch(path.name)]
    order = places(
        {folder.log: folder.place for folder in folders}, {folder.log: folder.database for folder in folders}
    )
    return sorted(folders, key=lambda folder: (order[folder.log], folder.log))


def _next_place(logs: Path) -> int:
    folders = all_folders(logs)
    return max([len(folders), *(folder.place or 0 for folder in folders)]) + 1


def clear_drafts(logs: Path) -> None:
    """Throw away folders that a power cut left half made; nothing was ever written to them."""
    for draft in logs.glob(".new-*"):
        shutil.rmtree(draft)
