"""One batch, inside a write transaction: what the ward has is read here, and only what follows it is added."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from sync.ward.branches import FIRST, keep_branch, keep_header, knows_elsewhere, letter
from sync.ward.chain import hash_at
from sync.ward.copies import copied
from sync.ward.dating import Anchor, echo_anchor, tells_more
from sync.ward.findings import file_finding
from sync.ward.house import House
from sync.ward.problems import problem
from sync.ward.projections import Projector
from sync.ward.reading import Remark
from sync.ward.rebuild import count_again
from sync.ward.receive import BrokenChain, Parcel
from sync.ward.store.rows import add_rows
from sync.ward.store.tables import arrivals, entries, logs
from sync.ward.stretches import DISORDER
from sync.ward.tips import last_word, note_seen, note_tip
from sync.wire import Batch, Header, Problem, Refusal, parse


@dataclass(frozen=True, slots=True)
class Held:
    """What the ward has of the log after the batch: the substance of an acknowledgement."""

    log: str
    have: int
    head: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Forked:
    """`have` and `head` are those of the branch that came first; `kept` is how far we have the one that was sent."""

    log: str
    have: int
    head: str
    kept: int
    nonce: str
    added: int = 0


@dataclass(frozen=True, slots=True)
class Ingest:
    house: House

    def take(self, db: Connection, parcel: Parcel) -> Held | Forked | Problem:
        """Take in what is new. A refusal is returned, not raised: its finding and the other branch stay."""
        header, now = parcel.batch.header, self.house.clock()
        log = _log(db, header.log)
        word = last_word(header, bytes(self.house.key.verify_key))
        note_seen(db, log, header, word, now, self.house.settings.zone)
        if _is_fork(db, log, parcel):
            return self._keep_beside(db, log, parcel, now)
        gap = _gap(log, header)
        if gap is None:
            self._append(db, log, parcel, now)
        note_tip(db, log, parcel.batch, now, word)
        return gap or _held(_log(db, header.log), parcel.batch)

    def _append(self, db: Connection, log: Row[Any], parcel: Parcel, now: int) -> None:
        fresh = slice(log.have - parcel.batch.header.after, None)
        lines, hashes = parcel.batch.lines[fresh], parcel.hashes[fresh]
        _store(db, log, lines, hashes, now)
        if remark := _backdated(log, lines):
            file_finding(db, log.id, remark, now)
        projector = Projector(db, log.id, self.house.settings.zone, now)
        counting = lines if log.branch == FIRST else ()
        projector.take(log.have, counting, self._echoed(projector, log, parcel.batch))
        for remark in copied(db, log) if lines else ():
            file_finding(db, log.id, remark, now)
        if lines and not counting:
            file_finding(
                db, log.id, Remark("uncounted", "branch A", "entries came for a branch that does not count"), now
            )

    def _keep_beside(self, db: Connection, log: Row[Any], parcel: Parcel, now: int) -> Forked:
        """Another branch: its lines are kept beside ours, and count where a person has decided that it does."""
        kept = keep_branch(db, log, parcel, now)
        if kept.branch == FIRST:
            if file_finding(
                db, log.id, Remark("fork", "elsewhere", "entries came that follow on none that are here"), now
            ):
                keep_header(db, parcel.batch, "fork", now)
        elif kept.added:
            about = f"branch {letter(kept.branch)}"
            file_finding(db, log.id, Remark("fork", about, "other entries came for places that were filled"), now)
        projector = Projector(db, log.id, self.house.settings.zone, now)
        projector.take(log.have, (), self._echoed(projector, log, parcel.batch))
        if kept.added and log.branch == kept.branch:
            count_again(db, self.house, log)
        return Forked(log.id, log.have, log.head.hex(), kept.last, parcel.batch.nonce, kept.added)

    def _echoed(self, projector: Projector, log: Row[Any], batch: Batch) -> Anchor | None:
        """What the header proves about time. A header that proves something new is kept, so it can be proved again."""
        if (echo := batch.header.echo) is None:
            return None
        anchor = echo_anchor(echo, bytes(self.house.key.verify_key), _logs_beside(projector.db, log.kiosk))
        if anchor is None:
            remark = Remark("bad-echo", "echo", "an echo was not this ward's own reply; it dates nothing")
            file_finding(projector.db, log.id, remark, projector.now)
        elif tells_more(anchor, projector.timeline.anchors_of([anchor.boot]).get(anchor.boot, [])):
            keep_header(projector.db, batch, "echo", projector.now)
            return anchor
        return None


def file_broken_chain(db: Connection, broken: BrokenChain, now: int) -> Problem:
    """Refuse the batch by the name of the first entry that does not fit."""
    log, seq = broken.batch.header.log, broken.seq
    file_finding(db, log, Remark("broken-chain", f"entry {seq}", f"a batch was refused: {broken}"), now)
    return problem(Refusal.BROKEN_CHAIN, str(broken), seq=seq)


def _log(db: Connection, name: str) -> Row[Any]:
    return db.execute(select(logs).where(logs.c.id == name)).one()


def _gap(log: Row[Any], header: Header) -> Problem | None:
    if header.after <= log.have:
        return None
    return problem(Refusal.GAP, f"the ward has entries up to {log.have}", have=log.have)


def _is_fork(db: Connection, log: Row[Any], parcel: Parcel) -> bool:
    """Chains that agree at the start and at the end of the overlap agree all through it."""
    header = parcel.batch.header
    if header.after > log.have:
        return knows_elsewhere(db, log.id, header.after, bytes.fromhex(header.prev))
    end = min(header.last, log.have)
    sent = parcel.hashes[end - header.after - 1] if end > header.after else bytes.fromhex(header.prev)
    return hash_at(db, log, header.after) != bytes.fromhex(header.prev) or hash_at(db, log, end) != sent


def _store(db: Connection, log: Row[Any], lines: Sequence[str], hashes: Sequence[bytes], now: int) -> None:
    if not lines:
        return
    places = enumerate(zip(lines, hashes, strict=True), log.have + 1)
    add_rows(db, entries, [(log.id, seq, line, hash_) for seq, (line, hash_) in places])
    have = log.have + len(lines)
    db.execute(insert(arrivals).values(log=log.id, branch=FIRST, seq=have, at=now))
    db.execute(update(logs).where(logs.c.id == log.id).values(have=have, head=hashes[-1]))


def _backdated(log: Row[Any], lines: Sequence[str]) -> Remark | None:
    """An entry behind the end that the log had named, stamped with a moment of that boot before it was named."""
    place = log.tip_seq - log.have
    if log.tip_mono is None or not 0 <= place < len(lines):
        return None
    entry = parse(lines[place])
    if entry.get("boot") != log.tip_boot or not isinstance(mono := entry.get("mono"), int):
        return None
    if mono >= log.tip_mono - DISORDER:
        return None
    detail = f"stamped {(log.tip_mono - mono) // 1000} s before the log, not yet holding it, was shown to the ward"
    return Remark("backdated", f"entry {log.tip_seq + 1}", detail)


def _held(log: Row[Any], batch: Batch) -> Held:
    return Held(log.id, log.have, log.head.hex(), batch.nonce)


def _logs_beside(db: Connection, kiosk: int) -> set[str]:
    return set(db.execute(select(logs.c.id).where(logs.c.kiosk == kiosk)).scalars())
