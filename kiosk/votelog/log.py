"""The only writer of a log. `append` returns when the entry would survive the power going out at that instant."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kiosk.entry import Stamp, compose, genesis, link
from kiosk.keys import sync_folder
from kiosk.votelog.ballast import Ballast
from kiosk.votelog.folder import LogFolder
from kiosk.votelog.marks import Mark
from kiosk.votelog.reader import Damaged, as_text, check_after, check_marks, is_damage


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: in which log, at which seq."""

    log: str
    seq: int


Body = dict[str, Any] | Callable[[Place], dict[str, Any]]  # a function, where the body must know its own place

# Measured in FEASIBILITY §2: small pages halve the bytes of a vote; FULL flushes the write-ahead log at every commit.
PRAGMAS = (
    "page_size = 1024",
    "journal_mode = wal",
    "synchronous = full",
    "wal_autocheckpoint = 1000",  # pages: the write-ahead log stays at about 1 MB
    "journal_size_limit = 1048576",
    "cell_size_check = on",
)


class NotRecorded(Exception):
    """The entry is not in the log and never will be. Say so to the citizen; the next press is a new attempt."""


class VoteLog:
    """One log, open for appending. Used by one thread at a time."""

    def __init__(self, folder: LogFolder, ballast: Ballast) -> None:
        """Raises `BadKey` or `Damaged` when a successor must begin, sqlite3.Error when the disk will not have it."""
        self.folder = folder
        self.key = folder.key()
        self._ballast = ballast
        self._connection: sqlite3.Connection | None = None
        self._failed = False
        start = Mark(0, genesis(bytes(self.key.verify_key)))
        self.head = max([start, *folder.marks()], key=lambda mark: mark.seq)
        self._connect()

    def append(self, kind: str, stamp: Stamp, body: Body) -> Place:
        """Where the entry stands, once it is durable. Raises `NotRecorded`, or `Damaged` if entries went missing."""
        try:
            return self._append(kind, stamp, body)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            self._failed = True
            if is_damage(error):
                raise Damaged(f"the database cannot be written ({error})") from error
            if _disk_is_full(error) and self._ballast.drop():
                return self.append(kind, stamp, body)
            raise NotRecorded(str(error)) from error

    def _append(self, kind: str, stamp: Stamp, body: Body) -> Place:
        connection = self._connection if self._connection and not self._failed else self._connect()
        place = Place(self.folder.log, self.head.seq + 1)
        line = compose(place.seq, kind, stamp, body(place) if callable(body) else body)
        digest = link(self.head.hash, line)
        # In autocommit one statement is one transaction: it returns after the flush of the write-ahead log.
        connection.execute("insert into entries (seq, line, hash) values (?, ?, ?)", (place.seq, line, digest))
        self.head = Mark(place.seq, digest)
        return place

    def _connect(self) -> sqlite3.Connection:
        """Open or reopen, and read the head again: after a failed write only the disk knows what it holds.

        The old connection is closed last: while one is open SQLite does not search the write-ahead log, where it would
        find an entry whose flush failed, that is, a press that was refused.
        """
        connection = None
        try:
            connection = open_database(self.folder)
            check_marks(connection, [self.head, *self.folder.marks()])
            self.head = check_after(connection, self.head)
        except (Damaged, sqlite3.Error, UnicodeDecodeError) as error:
            if connection:
                connection.close()
            if not isinstance(error, Damaged) and is_damage(error):
                raise Damaged(f"the database cannot be read ({error})") from error
            raise
        self.close()
        self._connection, self._failed = connection, False
        return connection

    def close(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None


def open_database(folder: LogFolder) -> sqlite3.Connection:
    """The database of a log, made if there is none yet."""
    connection = sqlite3.connect(folder.database, isolation_level=None, check_same_thread=False, timeout=5)
    connection.text_factory = as_text
    try:
        for pragma in PRAGMAS:
            connection.execute(f"pragma {pragma}")
        if not connection.execute("select 1 from sqlite_schema where name = 'entries_no_delete'").fetchone():
            from kiosk.votelog import schema  # noqa: PLC0415  0.15 s that a terminal with a log does not spend

            schema.apply(connection)
            sync_folder(folder.path)
    except (sqlite3.Error, UnicodeDecodeError):
        connection.close()
        raise
    return connection


def _disk_is_full(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
