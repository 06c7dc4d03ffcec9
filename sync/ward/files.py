"""Files for a stick: whole or not at all, and read within limits."""

import os
from contextlib import suppress
from pathlib import Path

from sync.ward.failure import Failure
from sync.wire import sync_folder
from sync.wire.carried import PART


def write_whole(file: Path, content: bytes) -> None:
    """Returns when it would survive the stick being pulled out. Raises `Failure`."""
    draft = file.with_name(file.name + PART)
    try:
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        draft.replace(file)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise Failure(f"{file}: cannot be written ({error.strerror}); say another folder") from error
    with suppress(OSError):  # a driver that can't flush a folder flushes it with the file
        sync_folder(file.parent)


def read_start(file: Path, most: int) -> bytes:
    """At most `most` + 1 bytes, so that who gets more than `most` knows that it is too long. Raises OSError."""
    with file.open("rb") as handle:
        return handle.read(most + 1)


def shown(file: Path) -> str:
    """Its name, without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else "?" for letter in file.name)[:120]
