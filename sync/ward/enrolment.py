"""`POST /v1/kiosks`: a log introduces itself, with a one-time code or as the successor of a log that is known."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from sync.ward.audit import write_audit
from sync.ward.chain import hash_at
from sync.ward.codes import note_attempt, redeem, too_many_from
from sync.ward.findings import file_finding
from sync.ward.house import House
from sync.ward.problems import Refused, refuse
from sync.ward.reading import Remark
from sync.ward.store.tables import kiosks, logs
from sync.wire import (
    BadSignature,
    Enrolment,
    Malformed,
    Purpose,
    Refusal,
    Signed,
    Succession,
    canonical,
    genesis,
    log_id,
    read_signed,
    unhex,
    verify,
)

RETRY = 3600  # s
MOST_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True)
class Introduction:
    """An enrolment that its own key has signed, and where it came from."""

    enrolment: Enrolment
    address: str

    @property
    def key(self) -> bytes:
        return unhex(self.enrolment.key, 32)


def read_introduction(body: bytes, address: str) -> Introduction:
    if len(body) > MOST_BYTES:
        raise refuse(Refusal.TOO_LARGE, "an enrolment is two short lines", limit=MOST_BYTES)
    try:
        signed = read_signed(body)
        return introduce(signed, address)
    except Malformed as error:
        raise refuse(Refusal.MALFORMED, str(error)) from error


def introduce(signed: Signed, address: str) -> Introduction:
    introduction = Introduction(signed.read(Enrolment), address)
    if introduction.enrolment.log != log_id(introduction.key):
        raise Malformed("the log is not named by this key")
    try:
        signed.check(introduction.key, Purpose.ENROL)
    except BadSignature as error:
        raise refuse(Refusal.BAD_SIGNATURE, f"the enrolment: {error}") from error
    return introduction


@dataclass(frozen=True, slots=True)
class Enroller:
    house: House

    def take(self, db: Connection, who: Introduction) -> str | Refused:
        """The kiosk's name. A refusal is returned, not raised: what was noted about it stays."""
        kiosk = self._kiosk_of(db, who.enrolment)
        if isinstance(kiosk, Refused):
            return kiosk
        if known_log(db, who.enrolment.log) is None:
            _add_log(db, who, kiosk, self.house.clock())
        return str(db.execute(select(kiosks.c.name).where(kiosks.c.id == kiosk)).scalar_one())

    def let_in(self, db: Connection, who: Introduction, kiosk: int) -> None:
        """Without a code: a person has compared the fingerprint of its key. Again changes nothing."""
        if known_log(db, who.enrolment.log) is None:
            _add_log(db, who, kiosk, self.house.clock())

    def take_guarded(self, db: Connection, who: Introduction) -> str | Refused:
        """As `take`, for strangers: who has guessed wrong too often from one address has to wait."""
        if too_many_from(db, self.house, who.address):
            return refuse(Refusal.TOO_MANY, f"from {who.address}; wait an hour", retry_after=RETRY)
        outcome = self.take(db, who)
        if isinstance(outcome, Refused):
            note_attempt(db, who.address, self.house.clock())
        return outcome

    def _kiosk_of(self, db: Connection, enrolment: Enrolment) -> int | Refused:
        """The kiosk that this log belongs to, by what is already known, by code, or by succession."""
        known = known_log(db, enrolment.log)
        if known is not None:
            return int(known.kiosk)
        if enrolment.code is not None:
            kiosk = redeem(db, self.house, enrolment.code.upper(), enrolment.log)
            return refuse(Refusal.BAD_CODE, kiosk) if isinstance(kiosk, str) else kiosk
        if enrolment.succeeds is not None:
            return self._succeed(db, enrolment, enrolment.succeeds)
        return refuse(Refusal.UNKNOWN_LOG, "a new log needs a code from `ward enrol`, or the log that it succeeds")

    def _succeed(self, db: Connection, enrolment: Enrolment, succession: Succession) -> int | Refused:
        old, now = known_log(db, succession.log), self.house.clock()
        if old is None:
            return refuse(Refusal.UNKNOWN_LOG, f"the log {succession.log} that it succeeds is not known here")
        if not _signed_by_old(old, enrolment, succession):
            detail = f"log {enrolment.log} claimed to succeed it, without this log's signature; it was refused"
            file_finding(db, old.id, Remark("false-successor", enrolment.log, detail), now)
            return refuse(Refusal.BAD_SIGNATURE, "the old log's key has not signed the new one; a new code is needed")
        file_finding(db, old.id, Remark("succeeded", enrolment.log, _story(db, old, enrolment, succession)), now)
        return int(old.kiosk)


def _signed_by_old(old: Row[Any], enrolment: Enrolment, succession: Succession) -> bool:
    said = {"hash": succession.hash, "key": enrolment.key, "log": succession.log, "seq": succession.seq}
    try:
        verify(old.key, Purpose.SUCCESSION, canonical(said).encode(), succession.sig or "")
    except BadSignature:
        return False
    return True


def _story(db: Connection, old: Row[Any], enrolment: Enrolment, succession: Succession) -> str:
    """What a person should know: did the old log end where it had said it was?"""
    lost = max(old.tip_seq, old.have) - succession.seq
    missing = f"; it had named {lost} entries more" if lost > 0 else ""
    ours = hash_at(db, old, succession.seq)
    beside = " of the other branch" if ours is not None and ours.hex() != succession.hash else ""
    return f"log {enrolment.log} goes on from its entry {succession.seq}{beside}{missing}"


def known_log(db: Connection, log: str) -> Row[Any] | None:
    return db.execute(select(logs).where(logs.c.id == log)).first()


def _add_log(db: Connection, who: Introduction, kiosk: int, now: int) -> None:
    enrolment = who.enrolment
    succeeds = enrolment.succeeds.log if enrolment.succeeds else None
    row = {"id": enrolment.log, "kiosk": kiosk, "key": who.key, "head": genesis(who.key), "succeeds": succeeds}
    db.execute(insert(logs).values(**row, enrolled=now, have=0, tip_seq=0))
    write_audit(db, f"kiosk at {who.address}", "enrol", f"log {enrolment.log} for kiosk {kiosk}", now)
