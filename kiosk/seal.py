"""The daily seal: what the log holds at closing, signed, small enough for a QR that an inspector photographs.

It names a place in the log (log id, seq, hash) and the day with the clock's state, and no totals. Deterministic: the
same place and day give the same text. `check` needs no log, so an inspector's own computer can tell who made it.
"""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from nacl.signing import SigningKey

from kiosk.entry import MAX_INTEGER, Clock, Stamp, canonical, log_id
from kiosk.keys import BadSignature, Purpose, sign, unhex, verify

PREFIX = "HAILONG-SEAL-1"
DIGITS = len(str(MAX_INTEGER))


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
    def dated(self) -> bool:
        """Whether the day can be relied on."""
        return self.clock != "unsynced"


def seal_body(seq: int, digest: bytes, key: SigningKey, day: date, stamp: Stamp) -> dict[str, Any]:
    """The body of a `seal` entry: the head of this key's log as it was just before."""
    log = log_id(bytes(key.verify_key))
    body = {"log": log, "seq": seq, "hash": digest.hex(), "day": day.isoformat(),
            "wall": stamp.wall, "clock": stamp.clock}  # fmt: skip
    return {**body, "sig": sign(key, Purpose.SEAL, _signed(body))}


def from_body(body: dict[str, Any]) -> Seal:
    try:
        seal = Seal(**{name: body[name] for name in Seal.__slots__})
        unhex(seal.log, 16), unhex(seal.hash, 32), unhex(seal.sig, 64)
        date.fromisoformat(seal.day)
        if seal.clock not in ("synced", "rtc", "unsynced") or not (_is_number(seal.seq) and _is_number(seal.wall)):
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
    if not all(number.isascii() and number.isdigit() and len(number) <= DIGITS for number in (seq, wall)):
        raise BadSeal(f"entry and time of a seal are numbers of at most {DIGITS} digits")
    return from_body({"log": log, "seq": int(seq), "hash": digest, "day": day, "wall": int(wall), "clock": clock,
                      "sig": sig})  # fmt: skip


def _is_number(value: object) -> bool:
    """One that the signed form can hold; true is none."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_INTEGER


def _signed(body: dict[str, Any]) -> bytes:
    return canonical({name: value for name, value in body.items() if name != "sig"}).encode()
