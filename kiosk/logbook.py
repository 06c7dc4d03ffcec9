"""The log as the terminal has it: open if the disk lets it, else opened by the first entry that finds the disk back.

A disk that is full or read-only when the power comes on is no reason to stay dark: the terminal comes up, says that it
cannot record, and tries again by itself.
"""

import sqlite3
from collections.abc import Callable
from typing import Any

from kiosk import ended
from kiosk.entry import Stamp
from kiosk.settings import Settings
from kiosk.start import how_it_ended, start_body
from kiosk.votelog.archive import Archive, Taken
from kiosk.votelog.folder import LogFolder
from kiosk.votelog.log import Body, NotRecorded, Place, VoteLog

UNUSABLE = (OSError, sqlite3.Error)


class Logbook:
    """As `Archive`, opened when the disk lets it; it knows what a `start` says."""

    def __init__(self, settings: Settings, serial: str | None, now: Callable[[], Stamp]) -> None:
        self._settings, self._serial, self._now = settings, serial, now
        self._before: tuple[str, str] | None = None  # how and why the last run ended
        self._begun = False
        self.archive: Archive | None = None

    @property
    def log(self) -> VoteLog:
        """Raises `NotRecorded` as long as there is none."""
        if self.archive is None:
            raise NotRecorded("the log is not open")
        return self.archive.log

    def open(self) -> None:
        """Raises `Taken`, OSError, sqlite3.Error."""
        self.archive = Archive(self._settings.data / "logs", self._serial, self._start_body)

    def begin(self, stamp: Stamp) -> Place:
        return self._done(self._opened().begin(stamp))

    def append(self, kind: str, stamp: Stamp, body: Body) -> Place:
        return self._done(self._opened().append(kind, stamp, body))

    def rest(self, stamp: Stamp) -> None:
        if self.archive:
            self.archive.rest(stamp)

    def doubt(self, why: str, folder: LogFolder | None = None) -> None:
        if self.archive:
            self.archive.doubt(why, folder)

    def note_alive(self, stamp: Stamp) -> None:
        if self.archive:
            self.archive.note_alive(stamp)

    def close(self) -> None:
        if self.archive:
            self.archive.close()

    def _opened(self) -> Archive:
        if self.archive is None:
            try:
                self.open()
            except (*UNUSABLE, Taken) as error:
                raise NotRecorded(str(error)) from error
        assert self.archive
        return self.archive

    def _done(self, place: Place) -> Place:
        """Any entry stands behind the run's `start`, which has told why the last one ended."""
        if not self._begun:
            self._begun = True
            ended.forget(self._settings.data)
        return place

    def _start_body(self, archive: Archive) -> dict[str, Any]:
        """A successor that begins later tells the same of the run before."""
        noted = ended.read(self._settings.data)
        self._before = self._before or how_it_ended(archive.last, archive.last_alive, self._now().boot, noted)
        how, why = self._before
        return start_body(self._settings, self._serial, how, archive.last_alive, why)
