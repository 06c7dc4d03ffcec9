"""What a technician turned at the screen, kept over a restart beside the settings, which stay as they were written."""

import json
import os
from contextlib import suppress
from pathlib import Path

import msgspec


class Adjusted(msgspec.Struct, frozen=True):
    """None: as the settings say. Percent."""

    language: str | None = None
    volume: int | None = None
    brightness: int | None = None


class Adjustments:
    """The values now, and the file that keeps them."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.now = _read(file)

    def turn(self, **values: str | int) -> None:
        """Holds for this run even where the disk does not take it."""
        self.now = msgspec.structs.replace(self.now, **values)
        with suppress(OSError):
            _write(self._file, self.now)


def _read(file: Path) -> Adjusted:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Adjusted)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return Adjusted()


def _write(file: Path, adjusted: Adjusted) -> None:
    draft = file.with_name(file.name + ".new")
    with draft.open("w", encoding="utf-8") as handle:
        json.dump(msgspec.structs.asdict(adjusted), handle)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(file)
