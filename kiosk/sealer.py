"""The keeper's duty at closing: a `seal` entry once a day, and its mark beside the log once it is durable."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any, Literal

from kiosk.calendar import WEEK, last_closing, local
from kiosk.clock import SETTLING
from kiosk.entry import Stamp
from kiosk.logbook import Logbook
from kiosk.seal import Seal, seal_body, seal_text
from kiosk.seals import seals_in
from kiosk.settings import Session
from kiosk.votelog.archive import Archive
from kiosk.votelog.folder import LogFolder, all_folders
from kiosk.votelog.marks import Mark, document_in, write_mark
from kiosk.votelog.reader import reading

Write = Callable[[Literal["seal"], dict[str, Any]], None]  # the booth's thread owns the log


class Sealer:
    """`round` is called once a minute, on the keeper's thread."""

    def __init__(
        self, archive: Archive | Logbook, sessions: Sequence[Session], now: Callable[[], Stamp], write: Write
    ) -> None:
        self._archive, self._sessions, self._now, self._write = archive, sessions, now, write
        self._made: list[Seal] = []
        self._seen: dict[str, int] = {}  # log -> the seq of the last seal found there
        self._began: datetime | None = None

    def round(self) -> None:
        try:
            self._look()
        except sqlite3.Error:
            return  # the next round tries again; what is wrong with the log, its check tells
        stamp = self._now()
        closing = newest_closing(self._sessions, local(stamp.wall))
        if closing and self._began and self._began < closing and is_due(closing.date(), self._made, stamp):
            log = self._archive.log
            head = log.head
            self._write("seal", seal_body(head.seq, head.hash, log.key, closing.date(), stamp))

    def _look(self) -> None:
        """Seals that have become durable since the last round: all of them at first."""
        folders = all_folders(self._archive.log.folder.path.parent)
        for folder in folders:
            try:
                self._look_into(folder)
            except sqlite3.Error:
                if folder == folders[-1]:
                    raise
                continue  # an old log that was given up: its successor is sealed all the same

    def _look_into(self, folder: LogFolder) -> None:
        found = list(seals_in(folder, self._seen.get(folder.log, 0)))
        for seq, seal in found:
            self._made.append(seal)
            self._seen[folder.log] = seq
        for seal in {seal.log: seal for _, seal in found}.values():  # the last of each log that one names
            _mark(LogFolder(folder.path.with_name(seal.log)), seal)
        self._began = self._began or _beginning(folder, self._now())


def _mark(folder: LogFolder, seal: Seal) -> None:
    """Beside the log that the seal names. A full disk is for the presses to tell; the entry itself stands."""
    if document_in(folder.sealed).get("seq", -1) < seal.seq:
        with suppress(OSError):
            write_mark(folder.sealed, Mark(seal.seq, bytes.fromhex(seal.hash)), text=seal_text(seal))


def _beginning(folder: LogFolder, now: Stamp) -> datetime | None:
    """When this kiosk's first entry was made, as it believed: what was closed before that is not its to seal."""
    with reading(folder) as db:
        row = db.execute("select wall from entries where seq = 1").fetchone()
    if row is None:
        return None
    return local(row[0] if row[0] <= now.wall else 0)  # a belief in the future would keep the seal away for months


def newest_closing(sessions: Sequence[Session], now: datetime) -> datetime | None:
    """The closing of today's last session, or of the day before it if that is yet to come: also after a power cut."""
    days = (now - timedelta(days=back) for back in range(WEEK + 1))
    closings = (last_closing(sessions, day) for day in days)
    return next((closing for closing in closings if closing and closing <= now), None)


def is_due(day: date, made: list[Seal], stamp: Stamp) -> bool:
    """Once a day. A day that only an uncertain clock gave is sealed again when the clock can be relied on.

    While the clock is `unsynced` a seal waits for the first quarter of an hour after boot; if no true time has come by
    then it is made all the same and says so: what it proves is the content, and a kiosk that never has a network needs
    that most. It does not use up the day.
    """
    of_day = [seal for seal in made if seal.day == day.isoformat()]
    if stamp.clock == "unsynced":
        return not of_day and stamp.mono >= SETTLING
    return not any(seal.dated for seal in of_day)
