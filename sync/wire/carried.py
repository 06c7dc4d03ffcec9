"""A file on a stick: one line in clear text, then a box that only the ward can open.

The box holds, gzip'd, the log's signed introduction (two lines) and the batch as it would be pushed: each file stands
for itself, in whatever order they come. The line in clear text is not signed and proves nothing; it lets the ward say
what is wrong with a file that it cannot open, and sort the others.
"""

import re
from hashlib import sha256
from typing import Literal
from unicodedata import normalize

import msgspec
from nacl.signing import SigningKey

from kiosk.entry import canonical
from sync.wire.batch import Batch, Hash, LogId, Seq
from sync.wire.replies import PublicKey
from sync.wire.sealed import seal, unseal
from sync.wire.signed import Malformed, Signed, signature_in
from sync.wire.squeeze import gunzip, gzip

LONGEST = 1024  # bytes of the line in clear text
LONGEST_NAME = 20  # letters of a kiosk in the name of a file

BATCH, RECEIPT, INTRODUCTION, ADMISSION = ".hlb", ".hlr", ".hli", ".hla"  # how the names of our files end
PART = ".part"  # behind it, while a file is being written: such a one is never whole


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """The line in clear text. What it tells, the size of the file tells too."""

    v: Literal[1]
    form: Literal["hailong carry"]
    ward: PublicKey  # for whom
    log: LogId
    after: Seq  # the batch holds the entries after + 1 ... last
    last: Seq
    size: Seq  # bytes of the box
    sha256: Hash  # of the box


class NotCarried(ValueError):
    """Not a file of ours at all."""


def fat_name(kiosk: str) -> str:
    """The kiosk's name in the name of a file, as FAT allows it: `Quầy 1 · Tư pháp` is `quay-1-tu-phap`."""
    letters = normalize("NFD", kiosk.lower().replace("đ", "d")).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", letters)[:LONGEST_NAME].strip("-") or "kiosk"


def carried(introduction: Signed, batch: Batch, ward_key: bytes) -> bytes:
    box = seal(gzip(introduction.bytes() + batch.bytes()), ward_key)
    header = batch.header
    envelope = Envelope(
        v=1,
        form="hailong carry",
        ward=ward_key.hex(),
        log=header.log,
        after=header.after,
        last=header.last,
        size=len(box),
        sha256=sha256(box).hexdigest(),
    )
    return canonical(msgspec.to_builtins(envelope)).encode() + b"\n" + box


def envelope_of(raw: bytes) -> Envelope:
    """The line in clear text, from the first `LONGEST` bytes or more. Raises `NotCarried`."""
    line, end, _ = raw[:LONGEST].partition(b"\n")
    try:
        envelope = msgspec.json.decode(line, type=Envelope)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise NotCarried("not a file that a kiosk has written") from error
    if not end:
        raise NotCarried("not a file that a kiosk has written")
    return envelope


def opened(raw: bytes, ward_key: SigningKey, limit: int) -> tuple[Signed, bytes]:
    """The log's introduction and the bytes of the batch, neither yet checked. Raises `Malformed`, `TooLarge`."""
    envelope, box = envelope_of(raw), raw.partition(b"\n")[2]
    if len(box) < envelope.size:
        raise Malformed(f"it ends after {len(box)} of {envelope.size} bytes")
    if len(box) > envelope.size or sha256(box).hexdigest() != envelope.sha256:
        raise Malformed("its bytes are not those that were written")
    parts = gunzip(unseal(box, ward_key), limit).split(b"\n", 2)
    if len(parts) != 3:
        raise Malformed("the box does not hold an introduction and a batch")
    return _signed(*parts[:2]), parts[2]


def _signed(line: bytes, signature: bytes) -> Signed:
    try:
        return Signed(line.decode(), signature_in(signature.decode()))
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8") from error
