"""Many cuts of one large disk: the medium grows from cut to cut, and what a check changes on it is taken back."""

import mmap
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.vm.medium import LAG, Bytes, Medium, Piece, certain_until, survivors, writes
from tests.vm.volatile import Event


class Growing:
    """A copy of the disk `base` in `folder`; cuts are asked for in the order in which they happen."""

    def __init__(self, base: Path, log: list[Event], medium: Medium, folder: Path, lag: float = LAG) -> None:
        self.disk, self._undo = folder / "medium.raw", folder / "undo"
        self._log, self._medium, self._lag = log, medium, lag
        self._certain = 0
        subprocess.run(["cp", "--sparse=always", base, self.disk], check=True)

    @contextmanager
    def after(self, cut: int, seed: int = 0) -> Iterator[Path]:
        """The disk as it is after a cut before log[cut], with its file system mended, as the next boot does."""
        certain = certain_until(self._log, cut, self._medium, self._lag)
        before: list[Piece] = []
        with self._open() as image:
            _lay(image, writes(self._log, self._certain, certain))
            for place, data in survivors(self._log, certain, cut, self._medium, seed):
                before.append((place, image[place : place + len(data)]))
                image[place : place + len(data)] = data
        self._certain = certain
        try:
            self._undo.unlink(missing_ok=True)
            subprocess.run(["e2fsck", "-fy", "-z", self._undo, self.disk], capture_output=True, check=False)
            yield self.disk
        finally:
            subprocess.run(["e2undo", self._undo, self.disk], capture_output=True, check=True)
            with self._open() as image:
                _lay(image, reversed(before))

    def keep(self, cut: int, to: Path) -> None:
        """The same disk for a machine that boots from it and mends it by itself."""
        certain = certain_until(self._log, cut, self._medium, self._lag)
        with self._open() as image:
            _lay(image, writes(self._log, self._certain, certain))
            _lay(image, survivors(self._log, certain, cut, self._medium, seed=cut))
        shutil.move(self.disk, to)

    @contextmanager
    def _open(self) -> Iterator[mmap.mmap]:
        with self.disk.open("r+b") as file, mmap.mmap(file.fileno(), 0) as image:
            yield image


def _lay(image: Bytes, pieces: Iterator[Piece]) -> None:
    for place, data in pieces:
        image[place : place + len(data)] = data
