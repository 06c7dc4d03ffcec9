"""The tip: with every batch a log commits to its whole length, also to what it has not yet sent.

The ward remembers the highest tip. A later one that is lower, or other entries in its place, show that the log was
shortened or rewritten after the kiosk had spoken for it.
"""

from contextlib import suppress
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, Row, update

from sync.ward.branches import keep_header
from sync.ward.chain import hash_at
from sync.ward.findings import file_finding
from sync.ward.reading import Remark
from sync.ward.silence import note_contact
from sync.ward.store.tables import logs
from sync.wire import Ack, BadSignature, Batch, Header, Malformed, Purpose, Signed


def note_tip(db: Connection, log: Row[Any], batch: Batch, now: int, word: int | None) -> None:
    """`log` is the row as it was before the batch; the batch's lines are already stored. `word`: see `last_word`."""
    for remark in filter(None, (_shortened(db, log, batch.header, word), _contradicted(db, log, batch.header))):
        if file_finding(db, log.id, remark, now):  # said again every five minutes it proves no more
            keep_header(db, batch, "tip", now)
    if batch.header.tip.seq > log.tip_seq:
        _remember(db, batch.header)


def last_word(header: Header, ward_key: bytes) -> int | None:
    """When the ward said what the header echoes, Unix ms: the header was written after that. None if it echoes none."""
    if header.echo is None:
        return None
    reply = Signed(header.echo.reply, header.echo.sig)
    for purpose in (Purpose.ACK, Purpose.PULL):
        with suppress(BadSignature, Malformed):
            reply.check(ward_key, purpose)
            return reply.read(Ack).time
    return None


def note_seen(db: Connection, log: Row[Any], header: Header, word: int | None, now: int, zone: ZoneInfo) -> None:
    """Alive is who says something newer than all before: an old batch sent again makes no dead kiosk look alive."""
    if _is_news(log, header, word):
        note_contact(db, log, now, zone)
        heard = {"seen": now, "health": msgspec.json.encode(header.health).decode()}
        spoken = {"tip_boot": header.boot, "tip_mono": header.mono}
        db.execute(update(logs).where(logs.c.id == log.id).values(**heard, **spoken))


def _is_news(log: Row[Any], header: Header, word: int | None) -> bool:
    """A log only ever grows; a header that echoes our newest word is newer than it; within a boot the clock runs on."""
    if log.seen is None or header.tip.seq > log.tip_seq or _is_after(log, word):
        return True
    return bool(header.tip.seq == log.tip_seq and header.boot == log.tip_boot and header.mono > log.tip_mono)


def _is_after(log: Row[Any], word: int | None) -> bool:
    return bool(word is not None and log.seen is not None and word >= log.seen)


def _shortened(db: Connection, log: Row[Any], header: Header, word: int | None) -> Remark | None:
    if header.tip.seq >= log.tip_seq or (not _is_after(log, word) and _is_older(db, log, header)):
        return None
    detail = f"the log has named entry {log.tip_seq}, and now says that it ends at {header.tip.seq}"
    return Remark("shortened", f"entry {log.tip_seq}", detail)


def _is_older(db: Connection, log: Row[Any], header: Header) -> bool:
    """A repeated or late batch (a stick from last week) is no shortening: it only says what was true then."""
    if header.boot == log.tip_boot:
        return bool(header.mono <= log.tip_mono)
    ours = hash_at(db, log, header.tip.seq)
    return ours is None or ours.hex() == header.tip.hash  # None: it will be seen when the entry is here


def _contradicted(db: Connection, log: Row[Any], header: Header) -> Remark | None:
    """Whether what the log names now, or has sent now, differs from what it named or sent before."""
    stored, named = hash_at(db, log, header.tip.seq), hash_at(db, log, log.tip_seq)
    if stored is not None and stored.hex() != header.tip.hash:
        return Remark("fork", f"tip {header.tip.seq}", "the log names another entry than the one it has sent")
    if log.tip_hash is None:
        return None
    same_place = header.tip.seq == log.tip_seq and header.tip.hash != log.tip_hash.hex()
    if same_place or (named is not None and named != log.tip_hash):
        return Remark("fork", f"tip {log.tip_seq}", "the log holds another entry than the one it had named before")
    return None


def _remember(db: Connection, header: Header) -> None:
    tip = {"tip_seq": header.tip.seq, "tip_hash": bytes.fromhex(header.tip.hash)}
    db.execute(update(logs).where(logs.c.id == header.log).values(**tip))
