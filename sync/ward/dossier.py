"""The inspector's file: one log as the ward holds it, enough to check it anywhere with nothing else at hand.

NDJSON: line 1 says whose log it is, with its public key and those of the logs before and after it; line 2 is the ward's
signature of line 1; then the lines as the kiosk wrote them. Who signed and what was signed is checked on reading.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from sqlalchemy import Connection, Row, or_, select

from sync.ward.branches import letter, lines_on
from sync.ward.failure import Failure
from sync.ward.house import House
from sync.ward.store.tables import kiosks, logs
from sync.wire import (
    BadLine,
    BadSignature,
    Malformed,
    Purpose,
    Signed,
    Succession,
    canonical,
    follow,
    genesis,
    log_id,
    open_lines,
    parse,
    unhex,
    verify,
    write_signed,
)
from sync.wire.batch import Hash, LogId
from sync.wire.replies import PublicKey


class Relative(msgspec.Struct, frozen=True):
    """A log that this one succeeds, or that succeeds it."""

    log: LogId
    key: PublicKey


class Cover(msgspec.Struct, frozen=True, kw_only=True):
    """Line 1."""

    v: Literal[1] = 1
    log: LogId
    key: PublicKey
    kiosk: str  # as the ward calls it
    branch: str  # A, or another one of a forked log
    last: Annotated[int, msgspec.Meta(ge=0)]
    head: Hash
    before: tuple[Relative, ...] = ()
    after: tuple[Relative, ...] = ()
    ward: PublicKey
    made: int  # Unix ms


@dataclass(frozen=True, slots=True)
class Dossier:
    """A file that is what it claims to be."""

    cover: Cover
    hashes: Sequence[bytes]  # of entry 0 (before the first), 1, 2 ...
    vouched: str | None  # the log whose key signed that this one goes on from it


def write_dossier(db: Connection, house: House, log: Row[Any], branch: int) -> bytes:
    lines = list(lines_on(db, log, branch))
    head = ([genesis(log.key), *follow(genesis(log.key), 0, lines)])[-1]
    kiosk = db.execute(select(kiosks.c.name).where(kiosks.c.id == log.kiosk)).scalar_one()
    cover = Cover(
        log=log.id, key=log.key.hex(), kiosk=kiosk, branch=letter(branch), last=len(lines), head=head.hex(),
        before=_relatives(db, logs.c.id == log.succeeds), after=_relatives(db, logs.c.succeeds == log.id),
        ward=bytes(house.key.verify_key).hex(), made=house.clock(),
    )  # fmt: skip
    return write_signed(cover, Purpose.EXPORT, house.key).bytes() + "".join(f"{line}\n" for line in lines).encode()


def read_dossier(raw: bytes) -> Dossier:
    """Raises `Failure` that names what is wrong with the file."""
    try:
        signed, lines = open_lines(raw)
        cover = signed.read(Cover)
        hashes = _hashes(cover, lines)
        _check_signature(signed, cover)
    except (Malformed, BadLine, BadSignature) as error:
        raise Failure(f"the file is not what `ward export` wrote: {error}") from error
    return Dossier(cover, hashes, _vouched(cover, lines))


def _hashes(cover: Cover, lines: Sequence[str]) -> list[bytes]:
    key = unhex(cover.key, 32)
    if log_id(key) != cover.log:
        raise Malformed(f"log {cover.log} is not named by the key in it")
    hashes = [genesis(key), *follow(genesis(key), 0, lines)]
    if (len(lines), hashes[-1].hex()) != (cover.last, cover.head):
        raise Malformed(f"it should end at entry {cover.last}, and its chain ends otherwise, at entry {len(lines)}")
    return hashes


def _check_signature(signed: Signed, cover: Cover) -> None:
    try:
        signed.check(unhex(cover.ward, 32), Purpose.EXPORT)
    except BadSignature as error:
        raise BadSignature("line 1 is not signed by the ward that it names") from error


def _vouched(cover: Cover, lines: Sequence[str]) -> str | None:
    """What the first entry says of the log before, if that log's key has signed it."""
    said = parse(lines[0]).get("body", {}) if lines else {}
    try:
        succession = msgspec.convert(said.get("succeeds"), Succession | None)
    except (msgspec.ValidationError, AttributeError):
        return None
    keys = [unhex(one.key, 32) for one in cover.before if succession and one.log == succession.log]
    if not succession or not keys or log_id(keys[0]) != succession.log:
        return None
    place = {"hash": succession.hash, "key": cover.key, "log": succession.log, "seq": succession.seq}
    try:
        verify(keys[0], Purpose.SUCCESSION, canonical(place).encode(), succession.sig or "")
    except BadSignature:
        return None
    return succession.log


def _relatives(db: Connection, which: Any) -> tuple[Relative, ...]:
    rows: Iterator[Row[Any]] = iter(db.execute(select(logs.c.id, logs.c.key).where(or_(which)).order_by(logs.c.id)))
    return tuple(Relative(row.id, row.key.hex()) for row in rows)
