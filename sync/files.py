"""Small files, replaced whole or not at all, and locks that end with the process that holds them."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import get_ident
from typing import TypeVar

import msgspec

from kiosk.keys import sync_folder

T = TypeVar("T")

LOCK_PAUSE = 0.1  # s


class Locked(Exception):
    """Another process holds the lock. Say so in one sentence and end."""


def write(file: Path, document: msgspec.Struct, mode: int = 0o640) -> None:
    """Replace `file`, if it can be written: what is lost can be asked from the ward again, so it is not synced either,
    and a full disk holds no vote back."""
    with suppress(OSError):
        _drafted(file, document, mode, sync=False).replace(file)


def write_durably(file: Path, document: msgspec.Struct, mode: int = 0o640) -> None:
    """Replace `file`; returns when the new one would survive a power cut."""
    _drafted(file, document, mode, sync=True).replace(file)
    sync_folder(file.parent)


def read(file: Path, kind: type[T]) -> T | None:
    """What the file says; one that is missing, cut short or of another form is as good as none."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except (FileNotFoundError, IsADirectoryError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _drafted(file: Path, document: msgspec.Struct, mode: int, *, sync: bool) -> Path:
    # A name of its own for each writer: courier and server may write the same file at the same moment.
    draft = file.with_name(f".{file.name}.{os.getpid()}.{get_ident()}")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as out:
        out.write(msgspec.json.encode(document))
        _give_to_owner_of(file.parent, handle)
        if sync:
            out.flush()
            os.fsync(handle)
    return draft


def make_folder(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        _give_to_owner_of(folder.parent, handle)
        os.close(handle)


def _give_to_owner_of(folder: Path, handle: int) -> None:
    """A technician types `sudo kiosk-sync`; the service must still be able to read what that wrote."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.fchown(handle, owner.st_uid, owner.st_gid)


@contextmanager
def holding(file: Path, patience: float = 0, wait: Callable[[float], object] = lambda _: None) -> Iterator[None]:
    """Hold the lock on `file`, after waiting for it at most `patience` seconds. Raises `Locked`."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o640)
    try:
        _give_to_owner_of(file.parent, handle)
        while not _taken(handle):
            if patience <= 0:
                raise Locked(str(file))
            patience -= LOCK_PAUSE
            wait(LOCK_PAUSE)
        yield
    finally:
        os.close(handle)


def is_held(file: Path) -> bool:
    """Whether some process holds the lock just now."""
    with suppress(OSError):
        handle = os.open(file, os.O_RDWR)
        try:
            return not _taken(handle)
        finally:
            os.close(handle)
    return False


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
