"""Which log is written now, and when a successor begins. Nothing is ever deleted: old logs stay as they are."""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from kiosk.entry import Stamp, canonical, plain
from kiosk.keys import BadKey, Purpose, sign
from kiosk.votelog.ballast import Ballast
from kiosk.votelog.folder import LogFolder, all_folders, clear_drafts, make_folder
from kiosk.votelog.log import Body, NotRecorded, Place, VoteLog
from kiosk.votelog.marks import Alive, Mark, read_alive, write_alive
from kiosk.votelog.reader import Damaged, reading, tip_of

StartBody = Callable[["Archive"], dict[str, Any]]  # what `start` says, given how the last run ended


class Taken(Exception):
    """Another terminal already writes here. Two writers would fork the log, so this one does not start."""


@dataclass(frozen=True, slots=True)
class Last:
    """The last entry of the run before, when it was made (ms since that boot), and the `why` of its body, if any."""

    kind: str
    boot: str
    mono: int
    why: str | None = None


WHY = "case when json_valid(line) then json_extract(line, '$.body.why') end"  # a constant of the query below


@dataclass(frozen=True, slots=True)
class Succeeds:
    """Where the log before left off; in the first entry of its successor."""

    log: str
    seq: int
    hash: str
    sig: str | None  # the old key over the new key and this place; None if the old key can't be read
    why: str


class Archive:
    """The logs of one kiosk. Owned by the booth's thread; `doubt` and `note_alive` may be called from another."""

    def __init__(self, logs: Path, serial: str | None, start_body: StartBody) -> None:
        """Takes the folder and opens the newest log, or begins a successor. Raises `Taken`, OSError, sqlite3.Error."""
        logs.mkdir(parents=True, exist_ok=True)
        self._logs, self._serial, self._start_body = logs, serial, start_body
        self._ballast = Ballast(logs / "ballast")
        self._doubt: tuple[LogFolder, str] | None = None
        self._begun = False
        self._succeeds: Succeeds | None = None
        self._lock = _take(logs / ".lock")
        try:
            self._open()
        except BaseException:
            self._lock.close()  # who tries again would find it taken, by nobody but us
            raise

    def _open(self) -> None:
        clear_drafts(self._logs)
        self._ballast.fill()
        folders = all_folders(self._logs)
        lived = [folder for folder in folders if _last(folder) or folder.marks()][-1:]
        self.last_alive = read_alive(lived[0].alive) if lived else None
        self.last = _last(lived[0]) if lived else None
        try:
            self.log = self._open_newest(folders)
        except (OSError, sqlite3.Error):
            if not self._ballast.drop():
                raise
            self.log = self._open_newest(all_folders(self._logs))

    def begin(self, stamp: Stamp) -> Place:
        """Write the `start` entry of this run. If it can't be written now, it will be before anything else."""
        return self._insist(lambda: self._start(stamp))

    def _start(self, stamp: Stamp) -> Place:
        body = self._start_body(self)
        if self._succeeds:
            body["succeeds"] = asdict(self._succeeds)
        place = self.log.append("start", stamp, body)
        self._begun = True
        return place

    def append(self, kind: str, stamp: Stamp, body: Body) -> Place:
        """As `VoteLog.append`; if entries went missing, the entry is the first vote of a successor instead."""
        return self._insist(lambda: self._append(kind, stamp, body))

    def _insist(self, write: Callable[[], Place]) -> Place:
        try:
            return write()
        except Damaged as error:
            self._succeed(error)
        try:
            return write()
        except Damaged as error:
            raise NotRecorded(f"the successor is damaged too ({error})") from error

    def _append(self, kind: str, stamp: Stamp, body: Body) -> Place:
        if not self._begun:
            self._start(stamp)
        return self.log.append(kind, stamp, body)

    def doubt(self, why: str, folder: LogFolder | None = None) -> None:
        """This log must not go on (damage found in the background, a fork): a successor begins at the next rest.

        A doubt in a log (by default the newest) that was succeeded meanwhile says nothing about its successor.
        """
        self._doubt = (folder or self.log.folder, why)

    def rest(self, stamp: Stamp) -> None:
        """Called between visits: the place to change logs, so that no visit is torn in two."""
        doubt, self._doubt = self._doubt, None
        if doubt and doubt[0] == self.log.folder:
            try:
                self._succeed(Damaged(doubt[1]))
            except NotRecorded:
                self._doubt = doubt
                raise
            self.begin(stamp)

    def note_alive(self, stamp: Stamp) -> None:
        log = self.log
        write_alive(log.folder.alive, Alive(log.head, stamp, self._serial))

    def close(self) -> None:
        self.log.close()
        self._lock.close()

    def _open_newest(self, folders: list[LogFolder]) -> VoteLog:
        if not folders:
            return VoteLog(make_folder(self._logs), self._ballast)
        try:
            log = VoteLog(folders[-1], self._ballast)
        except (Damaged, BadKey) as error:
            return self._successor(folders[-1], error)
        if self.last_alive and self.last_alive.serial != self._serial:
            log.close()
            return self._successor(log.folder, Damaged("the card was moved to another board", log.head))
        if log.head.seq == 0 and len(folders) > 1:  # the power went out before the successor's first entry
            before = [folder for folder in folders[:-1] if _last(folder)] or folders[:-1]
            self._succeeds = _succeeds(before[-1], log, Damaged("the succession was interrupted"))
        return log

    def _succeed(self, error: Damaged) -> None:
        try:
            log = self._successor_with_room(self.log.folder, error)
        except (OSError, sqlite3.Error, Damaged) as failure:
            raise NotRecorded(f"no successor could begin ({failure})") from failure
        self.log.close()
        self.log, self._begun = log, False

    def _successor_with_room(self, old: LogFolder, error: Damaged) -> VoteLog:
        try:
            return self._successor(old, error)
        except (OSError, sqlite3.Error):
            if not self._ballast.drop():
                raise
            return self._successor(old, error)

    def _successor(self, old: LogFolder, error: Damaged | BadKey) -> VoteLog:
        folder = make_folder(self._logs)
        try:
            log = VoteLog(folder, self._ballast)
        except BaseException:
            shutil.rmtree(folder.path, ignore_errors=True)  # nothing was written to it
            raise
        self._succeeds = _succeeds(old, log, error)
        return log


def _succeeds(old: LogFolder, log: VoteLog, error: Damaged | BadKey) -> Succeeds:
    end = (error.last_good if isinstance(error, Damaged) else None) or _end_of(old)
    place = {"log": old.log, "seq": end.seq, "hash": end.hash.hex()}
    signed = canonical({**place, "key": bytes(log.key.verify_key).hex()}).encode()
    try:
        signature = sign(old.key(), Purpose.SUCCESSION, signed)
    except BadKey:
        signature = None
    return Succeeds(old.log, end.seq, end.hash.hex(), signature, plain(str(error)))


def _last(folder: LogFolder) -> Last | None:
    """The last entry, if it can be read: a `stop` if the last run ended in order."""
    try:
        with reading(folder) as db:
            row = db.execute(f"select kind, boot, mono, {WHY} from entries order by seq desc limit 1").fetchone()  # noqa: S608
    except sqlite3.Error:
        return None
    return Last(*row) if row and row[0] and isinstance(row[1], str) and isinstance(row[2], int) else None


def _end_of(folder: LogFolder) -> Mark:
    """The last entry that can be read, else the furthest that was ever known."""
    try:
        with reading(folder) as db:
            if tip := tip_of(db):
                return tip
    except sqlite3.Error:
        pass
    return next(iter(folder.marks()), Mark(0, bytes(32)))


def _take(file: Path) -> IO[bytes]:
    lock = file.open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise Taken(f"another terminal already writes in {file.parent}") from error
    with suppress(OSError):  # who holds it is for `kiosk restart`, and no reason not to start
        os.ftruncate(lock.fileno(), 0)
        os.write(lock.fileno(), f"{os.getpid()}\n".encode())
    return lock
