"""A folder on a stick. A file stands there under its own name only once it was written whole, flushed and read back.

Everything goes through one handle of the folder: when the stick is pulled out, nothing can land in the empty folder
under it, on our own card.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from sync.outcomes import Outcome, Trouble
from sync.wire.carried import PART

PIECE = 256 * 1024  # bytes read or written at once
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)
NO_SYNC = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP)  # a driver that can't flush a folder flushes it with the file


class System:
    """What is asked of the kernel: one method for each step at which a stick can fail."""

    def create(self, name: str, folder: int) -> int:
        return os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644, dir_fd=folder)

    def open(self, name: str, folder: int) -> int:
        return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)

    def write(self, handle: int, data: memoryview) -> int:
        return os.write(handle, data)

    def read(self, handle: int, size: int) -> bytes:
        return os.read(handle, size)

    def flush(self, handle: int) -> None:
        os.fsync(handle)

    def forget(self, handle: int) -> None:
        """What is read next comes from the stick, not from memory."""
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)

    def rename(self, old: str, new: str, folder: int) -> None:
        os.replace(old, new, src_dir_fd=folder, dst_dir_fd=folder)

    def remove(self, name: str, folder: int) -> None:
        os.unlink(name, dir_fd=folder)

    def names(self, folder: int) -> list[str]:
        return os.listdir(folder)

    def close(self, handle: int) -> None:
        os.close(handle)


class Stick:
    """Use as a context manager. Whatever fails is a `Trouble` with one sentence; what stands there already stays."""

    def __init__(self, place: Path, system: System | None = None) -> None:
        self.place = place
        self._system = system or System()
        self._folder = -1

    def __enter__(self) -> Self:
        try:
            self._folder = os.open(self.place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise Trouble(Outcome.NO_FOLDER, place=str(self.place)) from error
        except OSError as error:
            raise self._trouble(error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            os.close(self._folder)

    def names(self) -> list[str]:
        """In order."""
        with self._guarded():
            return sorted(self._system.names(self._folder))

    def get(self, name: str, most: int) -> bytes:
        """At most `most` + 1 bytes: who gets more than `most` knows that it is too long."""
        with self._guarded():
            handle = self._system.open(name, self._folder)
            try:
                if not stat.S_ISREG(os.fstat(handle).st_mode):
                    return b""
                return b"".join(self._pieces(handle, most + 1))
            finally:
                self._system.close(handle)

    def put(self, name: str, content: bytes) -> None:
        """Returns when the file would survive the stick being pulled out now. What had this name is replaced."""
        draft = name + PART
        with self._guarded(draft):
            self._remove(draft)
            self._write(draft, content)
            if not self._reads_back(draft, content):
                self._remove(draft)
                raise Trouble(Outcome.STICK_LIES, place=str(self.place))
            self._system.rename(draft, name, self._folder)
            self._flush_folder()
        self._check_still_there()

    def sweep(self) -> None:
        """Throw away what an earlier copy left half written."""
        for name in self.names():
            if name.endswith(PART):
                self._remove(name)

    def _write(self, name: str, content: bytes) -> None:
        handle = self._system.create(name, self._folder)
        try:
            left = memoryview(content)
            while left:
                left = left[self._system.write(handle, left[:PIECE]) :]
            self._system.flush(handle)
        finally:
            self._system.close(handle)

    def _reads_back(self, name: str, content: bytes) -> bool:
        handle = self._system.open(name, self._folder)
        try:
            self._system.forget(handle)
            place = 0
            for piece in self._pieces(handle, len(content) + 1):
                if content[place : place + len(piece)] != piece:
                    return False
                place += len(piece)
            return place == len(content)
        finally:
            self._system.close(handle)

    def _pieces(self, handle: int, left: int) -> Iterator[bytes]:
        while left > 0 and (piece := self._system.read(handle, min(left, PIECE))):
            left -= len(piece)
            yield piece

    def _flush_folder(self) -> None:
        try:
            self._system.flush(self._folder)
        except OSError as error:
            if error.errno not in NO_SYNC:
                raise

    def _remove(self, name: str) -> None:
        with suppress(OSError):
            self._system.remove(name, self._folder)

    def _check_still_there(self) -> None:
        """Our handle still reaches a stick that was taken away by force; whoever looks at the place must see it too."""
        with self._guarded():
            ours, seen = os.fstat(self._folder), self.place.stat()
        if (ours.st_dev, ours.st_ino) != (seen.st_dev, seen.st_ino):
            raise Trouble(Outcome.STICK_GONE, place=str(self.place), detail="ENODEV")

    @contextmanager
    def _guarded(self, draft: str = "") -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if draft:
                self._remove(draft)
            raise self._trouble(error) from error

    def _trouble(self, error: OSError) -> Trouble:
        """Anything unforeseen is taken for a stick that is gone: looking at it is the remedy too."""
        outcome = Outcome.STICK_GONE
        if error.errno in READ_ONLY:
            outcome = Outcome.STICK_READ_ONLY
        if error.errno in FULL or (error.errno == errno.EPERM and self._has_no_room()):
            outcome = Outcome.STICK_FULL
        return Trouble(outcome, place=str(self.place), detail=errno.errorcode.get(error.errno or 0, "?"))

    def _has_no_room(self) -> bool:
        """Some drivers say only that they may not."""
        try:
            return os.fstatvfs(self._folder).f_bavail == 0
        except OSError:
            return False
