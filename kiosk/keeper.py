"""Watches over the log beside the booth: the minute note of being alive, the check of old entries, reported forks."""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from kiosk.entry import Stamp
from kiosk.keys import BadKey
from kiosk.logbook import Logbook
from kiosk.votelog.archive import Archive
from kiosk.votelog.folder import LogFolder
from kiosk.votelog.log import NotRecorded
from kiosk.votelog.marks import Mark, write_mark
from kiosk.votelog.reader import Damaged, verify

MINUTE = 60.0  # s between two notes
PAUSE = 0.02  # s between two reads of the check: it has all day, a press has not


class Keeper(threading.Thread):
    """`ask_rest` tells the booth that the log wants a moment between visits; `duties` are others' once a minute."""

    def __init__(
        self,
        archive: Archive | Logbook,
        now: Callable[[], Stamp],
        ask_rest: Callable[[], None],
        duties: Sequence[Callable[[], None]] = (),
    ) -> None:
        super().__init__(name="keeper")
        self._archive, self._now, self._ask_rest, self._duties = archive, now, ask_rest, duties
        self._ended = threading.Event()
        self._checked: LogFolder | None = None

    def run(self) -> None:
        while not self._ended.is_set():
            self.round()
            self._ended.wait(MINUTE)

    def round(self) -> None:
        """Everything that is due once a minute."""
        try:
            folder = self._archive.log.folder
        except NotRecorded:
            return  # the disk has not let the log be opened yet
        self._note()
        for duty in self._duties:
            duty()
        if folder.forked.exists():
            self._doubt(folder, "the ward holds another branch of this log")
        elif folder != self._checked:
            self._check(folder)

    def end(self) -> None:
        self._ended.set()
        if self.ident:  # it begins with the first frame, which a short run may not have seen
            self.join()

    def _note(self) -> None:
        try:
            self._archive.note_alive(self._now())
        except OSError:
            return  # a full disk; the presses themselves tell whether the log can be written

    def _check(self, folder: LogFolder) -> None:
        """Every entry of this log, once a run."""
        try:
            head = verify(folder, self._pause)
        except (Damaged, BadKey) as error:
            self._tell(folder, getattr(error, "last_good", None) or Mark(0, bytes(32)), str(error))
            self._doubt(folder, str(error))
        except (Stopped, sqlite3.Error):
            return  # the next round tries again
        else:
            self._tell(folder, head, None)
        self._checked = folder

    def _tell(self, folder: LogFolder, mark: Mark, problem: str | None) -> None:
        """For `kiosk check` and the staff screen."""
        stamp = self._now()
        with suppress(OSError):
            write_mark(folder.checked, mark, wall=stamp.wall, clock=stamp.clock, problem=problem)

    def _doubt(self, folder: LogFolder, why: str) -> None:
        self._archive.doubt(why, folder)
        self._ask_rest()

    def _pause(self) -> None:
        if self._ended.wait(PAUSE):
            raise Stopped


class Stopped(Exception):
    """The terminal ends; the check does too."""
