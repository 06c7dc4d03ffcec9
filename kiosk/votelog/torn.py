"""What the write-ahead log still holds behind its readable end.

SQLite reads it up to the first frame whose checksum fails and takes what follows for what a power cut left of the last
transaction. One transaction may be that: nobody was thanked for it. More are entries that were lost, which no mark may
yet have named. The format is documented: https://www.sqlite.org/walformat.html
"""

import shutil
import sqlite3
import struct
from contextlib import closing, suppress
from pathlib import Path

HEADER, FRAME = 32, 24  # bytes
INDEX = struct.Struct("=16xI12x8s")  # of the index: the last readable frame, and the salts of this write-ahead log
HEAD = struct.Struct(">II")  # of a frame: its page, and for the last of a transaction how large the database is then


def look_behind(database: Path) -> int:
    """How many transactions are unreadable, asked before anything else opens the log: who closes it last throws the
    write-ahead log away. Of more than one a copy is kept beside it, which says the same to who asks later."""
    log, kept = (database.with_name(f"{database.name}-wal{end}") for end in ("", ".torn"))
    if kept.exists():
        return 2
    if not log.exists():  # an orderly end
        return 0
    torn = 0
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=rw", uri=True)) as db:
        with suppress(sqlite3.Error, UnicodeDecodeError):
            db.execute("select count(*) from sqlite_schema").fetchone()
        torn = torn_commits(database)
        if torn > 1:
            with suppress(OSError):
                shutil.copyfile(log, kept)
    return torn


def torn_commits(database: Path) -> int:
    """Transactions behind the readable end. To be asked after SQLite has read, and before it writes."""
    try:
        log = database.with_name(database.name + "-wal").read_bytes()
        readable, salts = INDEX.unpack(database.with_name(database.name + "-shm").read_bytes()[: INDEX.size])
    except (OSError, struct.error):
        return 0
    if len(log) < HEADER + FRAME:
        return 0
    page = struct.unpack(">I", log[8:12])[0]
    if readable == 0 and not _is_whole(log[:HEADER]):  # nothing was readable, not even whose frames they are
        page, salts = _size_of_first(log), log[HEADER + 8 : HEADER + 16]
    if page < 512:
        return 0
    frames = range(HEADER + readable * (FRAME + page), len(log) - FRAME, FRAME + page)
    return sum(_is_commit(log[at : at + 16], salts) for at in frames)


def _is_commit(frame: bytes, salts: bytes) -> bool:
    return HEAD.unpack(frame[:8])[1] > 0 and frame[8:16] == salts


def _is_whole(header: bytes) -> bool:
    order = ">" if header[3] & 1 else "<"
    one = two = 0
    for first, second in struct.iter_unpack(f"{order}II", header[:24]):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return struct.pack(">II", one, two) == header[24:]


def _size_of_first(log: bytes) -> int:
    """The page size that the distance between the first two frames tells: both carry the same salts."""
    salts = log[HEADER + 8 : HEADER + 16]
    again = log.find(salts, HEADER + 16)
    return again - (HEADER + 8) - FRAME if again > 0 else len(log) - HEADER - FRAME
