"""The other branch of a forked log, kept beside the first. Which one counts is for a person to decide."""

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert as upsert

from sync.ward.receive import Parcel
from sync.ward.store.tables import branches, entries, headers
from sync.wire import Batch


def keep_branch(db: Connection, parcel: Parcel, now: int) -> None:
    """Keep the lines that differ from ours and the signed header that vouches for them; again changes nothing."""
    header = parcel.batch.header
    keep_header(db, parcel.batch, "fork", now)
    ours = _our_hashes(db, header.log, header.after, header.last)
    rows = [
        {"log": header.log, "seq": seq, "hash": hash_, "line": line, "nonce": parcel.batch.nonce}
        for seq, (line, hash_) in enumerate(zip(parcel.batch.lines, parcel.hashes, strict=True), header.after + 1)
        if ours.get(seq) != hash_
    ]
    if rows:
        db.execute(upsert(branches).on_conflict_do_nothing(), rows)


def keep_header(db: Connection, batch: Batch, why: str, now: int) -> None:
    row = {"log": batch.header.log, "nonce": batch.nonce, "why": why, "received": now}
    signed = {"line": batch.signed.line, "sig": batch.signed.signature}
    db.execute(upsert(headers).values(**row, **signed).on_conflict_do_nothing())


def _our_hashes(db: Connection, log: str, after: int, last: int) -> dict[int, bytes]:
    place = (entries.c.log == log, entries.c.seq > after, entries.c.seq <= last)
    return {row.seq: row.hash for row in db.execute(select(entries.c.seq, entries.c.hash).where(*place))}
