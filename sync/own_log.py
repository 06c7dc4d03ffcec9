"""One of this kiosk's logs with its key: what is copied out of it, and what its first entry says."""

import sqlite3
from dataclasses import dataclass
from typing import Any

import msgspec
from nacl.signing import SigningKey

from kiosk.entry import genesis, parse
from kiosk.keys import BadKey
from kiosk.votelog.folder import LogFolder
from kiosk.votelog.marks import Mark
from kiosk.votelog.reader import Damaged, Slice, follow_rows, is_damage, mark_at, read_slice, reading, tip_of
from sync.outcomes import Outcome, Trouble
from sync.wire import Succession

BYTES = 4 * 1024 * 1024  # of lines in one batch
SALVAGED = 500  # entries copied at once out of a database that SQLite calls malformed


@dataclass(frozen=True, slots=True)
class OwnLog:
    folder: LogFolder
    key: SigningKey

    @classmethod
    def open(cls, folder: LogFolder) -> "OwnLog":
        try:
            return cls(folder, folder.key())
        except BadKey as error:
            raise Trouble(Outcome.NO_KEY, log=short(folder.log), detail=str(error)) from error

    @property
    def id(self) -> str:
        return self.folder.log

    @property
    def public_key(self) -> bytes:
        return bytes(self.key.verify_key)

    @property
    def start(self) -> Mark:
        """The place before the first entry."""
        return Mark(0, genesis(self.public_key))

    def copy(self, after: int, lines: int) -> Slice:
        """Entries after `after` in memory; the read has ended. Raises `Trouble`."""
        if not self.folder.database.exists():
            return Slice(self.start, [], self.start, self.start)
        try:
            return _sound(self._read(after, lines))
        except sqlite3.Error as error:
            if is_damage(error):
                return self._salvage(after, min(lines, SALVAGED))
            raise Trouble(Outcome.UNREADABLE, log=short(self.id), detail=str(error)) from error

    def _read(self, after: int, lines: int) -> Slice:
        try:
            return read_slice(self.folder, self.public_key, after, lines, BYTES)
        except Damaged as error:  # shorter than what the ward acknowledged: the ward is told what is left
            left = error.last_good.seq if error.last_good else 0
            return read_slice(self.folder, self.public_key, left, lines, BYTES)

    def _salvage(self, after: int, lines: int) -> Slice:
        """Row by row, as far as SQLite can still follow its own pages."""
        rows, why, before = [], "", self.start
        try:
            with reading(self.folder) as db:
                before = (mark_at(db, after) if after else None) or self.start
                query = "select seq, line, hash from entries where seq > ? order by seq limit ?"
                for row in db.execute(query, (before.seq, lines)):
                    rows.append(row)  # an error in the middle must leave what was read
        except sqlite3.Error as error:
            why = str(error)
        good, last, broken = follow_rows(before, rows)
        return Slice(before, good, last, last, broken or why or None)

    def mark(self, seq: int) -> Mark | None:
        """Our own hash at `seq`; None if we have no such entry."""
        if seq == 0:
            return self.start
        try:
            with reading(self.folder) as db:
                return mark_at(db, seq)
        except sqlite3.Error as error:
            if is_damage(error):
                return None
            raise Trouble(Outcome.UNREADABLE, log=short(self.id), detail=str(error)) from error

    def succession(self) -> Succession | None:
        """What the first entry says about the log before this one."""
        lines = self.copy(0, 1).lines
        body: dict[str, Any] = parse(lines[0]).get("body", {}) if lines else {}
        try:
            return msgspec.convert(body.get("succeeds"), Succession | None)
        except (msgspec.ValidationError, AttributeError):
            return None


def tip_seq(folder: LogFolder) -> int:
    """How many entries the log has; 0 where it can't be read."""
    if not folder.database.exists():
        return 0
    try:
        with reading(folder) as db:
            tip = tip_of(db)
    except sqlite3.Error:
        return 0
    return tip.seq if tip else 0


def short(log: str) -> str:
    return log[:8]


def _sound(cut: Slice) -> Slice:
    """The same, naming a tip that a header can hold: behind the damage anything may stand."""
    if isinstance(cut.tip.hash, bytes) and len(cut.tip.hash) == 32:
        return cut
    return Slice(cut.before, cut.lines, cut.last, cut.last, cut.broken)
