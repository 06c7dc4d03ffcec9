"""The branches of a forked log: all kept, none deleted. Which one counts is for a person to decide.

Branch 0 ("A") is what came first, in `entries`. Each other one stands in `branches`, numbered in the order in which
they came, from the first entry that differs on; before that it is the branch that it left.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, literal, select

from sync.ward.chain import hash_at
from sync.ward.receive import Parcel
from sync.ward.store.tables import arrivals, branches, entries, headers
from sync.ward.store.upsert import upsert
from sync.wire import Batch, genesis, link

FIRST = 0  # the branch in `entries`


@dataclass(frozen=True, slots=True)
class Kept:
    """What has become of a batch that belongs to another branch."""

    branch: int  # 0: of none; where it begins is not known here
    last: int  # how far the ward has what was sent
    added: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Entries `first` to `last` as they stand in one branch."""

    branch: int
    first: int
    last: int


def letter(branch: int) -> str:
    """A, B, C ... as a person names them."""
    return chr(ord("A") + branch) if branch < 26 else str(branch)


def number(text: str) -> int:
    """The branch that a person named; ValueError for what names none."""
    text = text.strip().upper()
    if len(text) == 1 and text.isascii() and text.isalpha():
        return ord(text) - ord("A")
    return int(text)


def keep_branch(db: Connection, log: Row[Any], parcel: Parcel, now: int) -> Kept:
    """Keep the lines that are in no branch yet, and the signed header that vouches for them; again changes nothing."""
    header = parcel.batch.header
    places = enumerate([bytes.fromhex(header.prev), *parcel.hashes], header.after)
    known = _hashes_between(db, log, header.after, header.last)
    met = [(seq, where) for seq, hash_ in places if (where := known.get((seq, hash_))) is not None]
    if not met:
        return Kept(FIRST, 0, 0)
    seq, where = met[-1]
    fresh = slice(seq - header.after, None)
    rows = list(zip(parcel.batch.lines[fresh], parcel.hashes[fresh], strict=True))
    if not rows:
        return Kept(where, seq, 0)
    branch = where if where and not _goes_on(db, log.id, where, seq) else _next_number(db, log.id)
    keep_header(db, parcel.batch, "fork", now)
    key = {"log": log.id, "branch": branch, "nonce": parcel.batch.nonce}
    db.execute(insert(branches), [
        {**key, "seq": place, "line": line, "hash": hash_} for place, (line, hash_) in enumerate(rows, seq + 1)
    ])  # fmt: skip
    db.execute(insert(arrivals).values(log=log.id, branch=branch, seq=header.last, at=now))
    return Kept(branch, header.last, len(rows))


def knows_elsewhere(db: Connection, log: str, seq: int, hash_: bytes) -> bool:
    """Whether this is an entry of another branch than the first."""
    place = (branches.c.log == log, branches.c.seq == seq, branches.c.hash == hash_)
    return db.execute(select(branches.c.seq).where(*place)).first() is not None


def keep_header(db: Connection, batch: Batch, why: str, now: int) -> None:
    row = {"log": batch.header.log, "nonce": batch.nonce, "why": why, "received": now}
    signed = {"line": batch.signed.line, "sig": batch.signed.signature}
    db.execute(upsert(headers).values(**row, **signed).on_conflict_do_nothing())


def numbers(db: Connection, log: str) -> list[int]:
    """Every branch of a log, the first included."""
    query = select(branches.c.branch).where(branches.c.log == log).distinct().order_by(branches.c.branch)
    return [FIRST, *db.execute(query).scalars()]


def path(db: Connection, log: Row[Any], branch: int) -> list[Stretch]:
    """From entry 1 to the end of a branch: which stretch of which branch it is made of."""
    end = log.have if branch == FIRST else _last(db, log.id, branch)
    found: list[Stretch] = []
    while branch != FIRST:
        first = _first(db, log.id, branch)
        found.insert(0, Stretch(branch, first.seq, end))
        branch, end = _parent(db, log, first), first.seq - 1
    return [Stretch(FIRST, 1, end), *found] if end else found


def lines_on(db: Connection, log: Row[Any], branch: int) -> Iterator[str]:
    """Every line of a branch, from entry 1 on."""
    for stretch in path(db, log, branch):
        table = branches if stretch.branch else entries
        place = (table.c.log == log.id, table.c.seq.between(stretch.first, stretch.last))
        own = (branches.c.branch == stretch.branch,) if stretch.branch else ()
        yield from db.execute(select(table.c.line).where(*place, *own).order_by(table.c.seq)).scalars()


def arrivals_on(db: Connection, log: Row[Any], branch: int) -> Iterator[tuple[int, int]]:
    """The last entry of each batch that brought a branch here, and when that was."""
    for stretch in path(db, log, branch):
        own = (arrivals.c.log == log.id, arrivals.c.branch == stretch.branch, arrivals.c.seq >= stretch.first)
        for row in db.execute(select(arrivals.c.seq, arrivals.c.at).where(*own).order_by(arrivals.c.seq)).all():
            yield min(row.seq, stretch.last), row.at
            if row.seq >= stretch.last:
                break


def parent_hash(db: Connection, log: Row[Any], row: Row[Any]) -> bytes | None:
    """The hash of the entry before a branch's entry; None if no branch holds one that fits."""
    return next((hash_ for hash_, _ in _before(db, log, row.seq) if link(hash_, row.line) == row.hash), None)


def _parent(db: Connection, log: Row[Any], first: Row[Any]) -> int:
    fits = (branch for hash_, branch in _before(db, log, first.seq) if link(hash_, first.line) == first.hash)
    return next(fits, FIRST)


def _before(db: Connection, log: Row[Any], seq: int) -> Iterator[tuple[bytes, int]]:
    """What stands at the place before `seq`, in every branch."""
    if (ours := hash_at(db, log, seq - 1)) is not None:
        yield ours, FIRST
    place = (branches.c.log == log.id, branches.c.seq == seq - 1)
    for row in db.execute(select(branches.c.hash, branches.c.branch).where(*place)):
        yield row.hash, row.branch


def _hashes_between(db: Connection, log: Row[Any], first: int, last: int) -> dict[tuple[int, bytes], int]:
    """In which branch each entry stands. What a chain has in common with us is its beginning."""
    ours = select(entries.c.seq, entries.c.hash, literal(FIRST)).where(entries.c.log == log.id)
    theirs = select(branches.c.seq, branches.c.hash, branches.c.branch).where(branches.c.log == log.id)
    found: dict[tuple[int, bytes], int] = {}
    for query, seq in ((theirs, branches.c.seq), (ours, entries.c.seq)):
        found |= {(row[0], bytes(row[1])): row[2] for row in db.execute(query.where(seq.between(first, last)))}
    return found | {(0, genesis(log.key)): FIRST}


def _goes_on(db: Connection, log: str, branch: int, seq: int) -> bool:
    return bool(_last(db, log, branch) > seq)


def _first(db: Connection, log: str, branch: int) -> Row[Any]:
    own = (branches.c.log == log, branches.c.branch == branch)
    return db.execute(select(branches).where(*own).order_by(branches.c.seq).limit(1)).one()


def _last(db: Connection, log: str, branch: int) -> int:
    own = (branches.c.log == log, branches.c.branch == branch)
    return int(db.execute(select(func.max(branches.c.seq)).where(*own)).scalar_one())


def _next_number(db: Connection, log: str) -> int:
    return (
        int(db.execute(select(func.coalesce(func.max(branches.c.branch), 0)).where(branches.c.log == log)).scalar_one())
        + 1
    )
