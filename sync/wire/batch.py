"""A batch: one form for push, pull and stick. Header, signature, then the lines as they stand in the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any, Literal

import msgspec
from nacl.signing import SigningKey

from kiosk.entry import BadLine, follow
from kiosk.keys import Purpose
from sync.wire.signed import Malformed, Signed, open_lines, write_signed

Seq = Annotated[int, msgspec.Meta(ge=0)]
# `$` would let a newline stand at the end, so the length is said too.
Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
LogId = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$", max_length=32)]
SignatureText = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{128}$", max_length=128)]


class Mark(msgspec.Struct, frozen=True):
    """A place in a log: the hash of entry `seq` (for 0: the hash before the first)."""

    seq: Seq
    hash: Hash


class Echo(msgspec.Struct, frozen=True):
    """The ward's last reply with the kiosk's own clock around it: dates that boot within one round trip."""

    reply: str  # the ward's acknowledgement, line 1 as it came
    sig: SignatureText
    boot: str
    left: Seq  # CLOCK_BOOTTIME in ms when the request left
    came: Seq  # ... and when the reply came


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """Line 1 of a batch. Fields this version does not know are kept in the signed line and ignored."""

    v: Literal[1] = 1
    log: LogId
    after: Seq  # the batch holds the entries after + 1 ... last
    prev: Hash  # the hash of entry `after`
    last: Seq
    head: Hash  # the hash of entry `last`
    tip: Mark  # of the whole log: what is not yet sent is already committed to
    boot: str
    mono: Seq  # CLOCK_BOOTTIME in ms when the header was written
    echo: Echo | None = None
    health: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it was sent; what it claims is checked by the methods, not by having one."""

    header: Header
    signed: Signed
    lines: Sequence[str]

    @property
    def nonce(self) -> str:
        """Names this very header. The answer repeats it, so an old answer can't be passed off as a new one."""
        return sha256(self.signed.line.encode()).hexdigest()

    def check_signature(self, public_key: bytes) -> None:
        """Return if the log's key signed this header, else raise `BadSignature`."""
        self.signed.check(public_key, Purpose.BATCH)

    def check_chain(self) -> list[bytes]:
        """The hash of every line, if each is canonical, in its place, and the chain runs from prev to head."""
        previous = bytes.fromhex(self.header.prev)
        hashes = list(follow(previous, self.header.after, self.lines))
        if (hashes[-1] if hashes else previous).hex() != self.header.head:
            why = f"it or an entry up to {self.header.last} was changed: the chain does not end in the header's head"
            raise BadLine(why, self.header.after + 1)
        return hashes

    def bytes(self) -> bytes:
        return self.signed.bytes() + "".join(f"{line}\n" for line in self.lines).encode()


def pack(header: Header, lines: Sequence[str], key: SigningKey) -> Batch:
    return Batch(header, write_signed(header, Purpose.BATCH, key), lines)


def unpack(raw: bytes) -> Batch:
    """The parts of a batch, if their counts agree. Signature and chain are not yet checked."""
    signed, lines = open_lines(raw)
    header = signed.read(Header)
    if header.last != header.after + len(lines):
        raise Malformed(f"the header says entries {header.after + 1} to {header.last}, but {len(lines)} lines follow")
    if header.tip.seq < header.last or (header.tip.seq == header.last and header.tip.hash != header.head):
        raise Malformed("the tip of the log lies before the last line of the batch")
    return Batch(header, signed, lines)
