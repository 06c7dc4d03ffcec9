"""Everybody but the terminal reads here. No read outlives its call, so none can hold up a press or the log's file."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from kiosk.entry import BadLine, check_place, genesis, link
from kiosk.votelog.folder import LogFolder
from kiosk.votelog.marks import Mark

Row = tuple[int, str, bytes]

CHUNK = 500  # entries read at once when a whole log is checked


class Damaged(Exception):
    """Entries that were in this log are gone or changed. It is closed as it is and a successor begins."""

    def __init__(self, why: str, last_good: Mark | None = None) -> None:
        super().__init__(why)
        self.last_good = last_good


@dataclass(frozen=True, slots=True)
class Slice:
    """Some entries in memory: every line is canonical, in its place and chained to the one before."""

    before: Mark
    lines: list[str]
    last: Mark
    tip: Mark
    broken: str | None = None  # why nothing after `last` can be had


@contextmanager
def reading(folder: LogFolder) -> Iterator[sqlite3.Connection]:
    """A connection that can't write, closed at the end. (`mode=ro` could not read a write-ahead log.)"""
    uri = folder.database.absolute().as_uri() + "?mode=rw"
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=5)) as db:
        db.text_factory = as_text
        try:
            db.execute("pragma query_only = on")
            yield db
        except UnicodeDecodeError as error:
            raise Malformed("the database's own words are not UTF-8") from error


class Malformed(sqlite3.DatabaseError):
    """Python could not even decode SQLite's message, which quotes the damaged file."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


def read_slice(folder: LogFolder, public_key: bytes, after: int, lines: int, size: int) -> Slice:
    """At most `lines` entries and about `size` bytes after entry `after`, copied out in one short read."""
    before_all = Mark(0, genesis(public_key))
    with reading(folder) as db:
        db.execute("begin")
        before = mark_at(db, after) if after else before_all
        rows, torn = _until_torn(_limited(db, after, lines, size)) if before else ([], None)
        tip = before_all if torn else tip_of(db) or before_all
    if before is None:
        raise Damaged(f"entry {after} is gone", tip)
    good, last, broken = follow_rows(before, rows)
    return Slice(before, good, last, last if torn else tip, broken or torn)


def _until_torn(rows: Iterator[Row]) -> tuple[list[Row], str | None]:
    """The rows as far as SQLite can follow its own pages, and what it says of the page where it can't."""
    good: list[Row] = []
    try:
        for row in rows:
            good.append(row)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        if not is_damage(error):
            raise
        return good, str(error)
    return good, None


def _limited(db: sqlite3.Connection, after: int, lines: int, size: int) -> Iterator[Row]:
    for row in db.execute("select seq, line, hash from entries where seq > ? order by seq limit ?", (after, lines)):
        yield row
        size -= len(row[1]) if isinstance(row[1], str) else 0
        if size <= 0:
            return


def tip_of(db: sqlite3.Connection) -> Mark | None:
    row = db.execute("select seq, hash from entries order by seq desc limit 1").fetchone()
    return Mark(*row) if row else None


def mark_at(db: sqlite3.Connection, seq: int) -> Mark | None:
    row = db.execute("select seq, hash from entries where seq = ?", (seq,)).fetchone()
    return Mark(*row) if row else None


def follow_rows(before: Mark, rows: Iterable[Row]) -> tuple[list[str], Mark, str | None]:
    """The lines as far as the chain holds, the mark of the last, and what is wrong with the first where it does not."""
    good: list[str] = []
    for row in rows:
        try:
            before = _next_mark(before, *row)
        except BadLine as error:
            return good, before, str(error)
        good.append(row[1])
    return good, before, None


def _next_mark(before: Mark, seq: int, line: str, digest: bytes) -> Mark:
    expected = before.seq + 1
    if seq != expected:
        raise BadLine("is missing", expected)
    if not isinstance(line, str):
        raise BadLine("is not text", seq)
    check_place(line, seq)
    mark = Mark(seq, link(before.hash, line))
    if mark.hash != digest:
        raise BadLine("its hash is not that of its line and the entry before", seq)
    return mark


def check_marks(db: sqlite3.Connection, marks: list[Mark]) -> None:
    """Return if the log still holds every place that it is known to have reached."""
    for mark in marks:
        if mark.seq and mark_at(db, mark.seq) != mark:
            raise Damaged(f"{mark} was in this log and is not there any more")


def check_after(db: sqlite3.Connection, known: Mark) -> Mark:
    """The head of the log, after checking every entry behind `known`."""
    while (head := _checked_chunk(db, known)) != known:
        known = head
    return head


def verify(folder: LogFolder, pause: Callable[[], None] = lambda: None) -> Mark:
    """The head of a log whose every entry was checked, from the key on. Raises `BadKey` or `Damaged`.

    `pause` is called between short reads, so that a check in the background leaves time for a press.
    """
    head = Mark(0, genesis(bytes(folder.key().verify_key)))
    try:
        with reading(folder) as db:
            if stray := db.execute("select seq from entries where seq < 1").fetchone():
                raise Damaged(f"entry {stray[0]}: stands before the first", head)
            while (reached := _checked_chunk(db, head)) != head:
                head = reached
                pause()
            check_marks(db, folder.marks())
    except sqlite3.Error as error:
        if is_damage(error):
            raise Damaged(f"the database cannot be read ({error})", head) from error
        raise
    except Damaged as error:
        error.last_good = error.last_good or head
        raise
    return head


def _checked_chunk(db: sqlite3.Connection, head: Mark) -> Mark:
    rows = db.execute("select seq, line, hash from entries where seq > ? order by seq limit ?", (head.seq, CHUNK))
    _, reached, broken = follow_rows(head, rows.fetchall())
    if broken:
        raise Damaged(broken, reached)
    return reached


def is_damage(error: Exception) -> bool:
    """The file is not (any more) a database with our table, as opposed to a disk that is full, busy or read-only."""
    code = getattr(error, "sqlite_errorcode", 0)
    unreadable = code in (sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_CORRUPTFS)  # a bad sector stays bad
    return (
        unreadable
        or isinstance(error, UnicodeDecodeError)
        or code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
    )


def as_text(data: bytes) -> str:
    """Text from the database. Damaged UTF-8 must reach our own check, which names the entry, and not raise here."""
    return data.decode("utf-8", "surrogateescape")
