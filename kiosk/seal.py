"""The daily seal: what the log holds at closing, signed, small enough for a QR that an inspector photographs.

It names a place in the log (log id, seq, hash) and the day with the clock's state, and no totals. Deterministic: the
same place and day give the same text. `check` needs no log, so an inspector's own computer can tell who made it.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from nacl.signing import SigningKey

from kiosk.calendar import WEEK, last_closing
from kiosk.entry import Clock, Stamp, canonical, log_id, parse
from kiosk.keys import BadSignature, Purpose, sign, unhex, verify
from kiosk.settings import Session
from kiosk.votelog.folder import LogFolder, all_folders
from kiosk.votelog.marks import Mark, document_in
from kiosk.votelog.reader import reading

PREFIX = "HAILONG-SEAL-1"
SETTLING = 15 * 60_000  # ms after boot in which a network may still bring the true time


class BadSeal(ValueError):
    """The text is no seal: mistyped, cut short, or of another version. Photograph it again."""


@dataclass(frozen=True, slots=True)
class Seal:
    """`day` is the local day that was closed; `wall` (ms) and `clock` say when the seal was made, as far as known."""

    log: str
    seq: int
    hash: str
    day: str
    wall: int
    clock: Clock
    sig: str

    def check(self, public_key: bytes) -> None:
        """Return if this log's own key made the seal, else raise `BadSignature`."""
        if log_id(public_key) != self.log:
            raise BadSignature("the seal is of another log")
        verify(public_key, Purpose.SEAL, _signed(asdict(self)), self.sig)

    @property
    def mark(self) -> Mark:
        return Mark(self.seq, bytes.fromhex(self.hash))

    @property
    def dated(self) -> bool:
        """Whether the day can be relied on."""
        return self.clock != "unsynced"


def seal_body(head: Mark, log: str, key: SigningKey, day: date, stamp: Stamp) -> dict[str, Any]:
    """The body of a `seal` entry: the log's `head` as it was just before."""
    body = {"log": log, "seq": head.seq, "hash": head.hash.hex(), "day": day.isoformat(),
            "wall": stamp.wall, "clock": stamp.clock}  # fmt: skip
    return {**body, "sig": sign(key, Purpose.SEAL, _signed(body))}


def from_body(body: dict[str, Any]) -> Seal:
    try:
        seal = Seal(**{name: body[name] for name in Seal.__slots__})
        unhex(seal.log, 16), unhex(seal.hash, 32), unhex(seal.sig, 64)
        date.fromisoformat(seal.day)
        if seal.seq < 0 or seal.clock not in ("synced", "rtc", "unsynced"):
            raise BadSeal("not a seal")
    except (KeyError, TypeError, ValueError) as error:
        raise BadSeal("not a seal") from error
    return seal


def seal_text(seal: Seal) -> str:
    """One line of capitals, digits, - and /: what a QR code holds in its densest form."""
    fields = (PREFIX, seal.log, seal.seq, seal.hash, seal.day, seal.wall, seal.clock, seal.sig)
    return "/".join(str(field) for field in fields).upper()


def read_text(text: str) -> Seal:
    """The seal in a text, however it was wrapped or typed. Raises `BadSeal`."""
    fields = "".join(text.split()).lower().split("/")
    if len(fields) != 8 or fields[0] != PREFIX.lower():
        raise BadSeal(f"a seal begins with {PREFIX} and has 8 parts between slashes")
    _, log, seq, digest, day, wall, clock, sig = fields
    if not (seq.isascii() and seq.isdigit() and wall.isascii() and wall.isdigit()):
        raise BadSeal("entry and time of a seal are numbers")
    return from_body({"log": log, "seq": int(seq), "hash": digest, "day": day, "wall": int(wall), "clock": clock,
                      "sig": sig})  # fmt: skip


def _signed(body: dict[str, Any]) -> bytes:
    return canonical({name: value for name, value in body.items() if name != "sig"}).encode()


# The seals that there are


def seals_in(folder: LogFolder, after: int = 0) -> Iterator[tuple[int, Seal]]:
    """Every seal entry of a log behind entry `after`, with its seq; all read before the first is handed out."""
    with reading(folder) as db:
        rows = db.execute("select seq, line from entries where seq > ? and kind = 'seal' order by seq", (after,))
        found = rows.fetchall()
    for seq, line in found:
        with suppress(ValueError):  # a damaged line; the check of the log names it
            yield seq, from_body(parse(line)["body"])


def newest(logs: Path) -> Seal | None:
    """What the idle page shows, from a small file: no log is read."""
    for folder in reversed(all_folders(logs)):
        with suppress(ValueError):
            return read_text(str(document_in(folder.sealed).get("text", "")))
    return None


def all_seals(logs: Path) -> list[Seal]:
    """Of every log, oldest first."""
    return [seal for folder in all_folders(logs) for _, seal in seals_in(folder)]


# When one is due


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
