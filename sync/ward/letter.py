"""Enrolment without a network: an introduction on a stick, a person who compares a fingerprint, an answer back."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, select

from sync.ward.carry import ADDRESS
from sync.ward.codes import add_kiosk, find_kiosk
from sync.ward.enrolment import MOST_BYTES, Enroller, Introduction, introduce, known_log
from sync.ward.failure import Failure
from sync.ward.files import read_start, shown, write_whole
from sync.ward.house import House
from sync.ward.problems import Refused
from sync.ward.store.tables import kiosks
from sync.wire import (
    Admission,
    BadCode,
    Malformed,
    Purpose,
    Signed,
    fingerprint_of_log,
    grouped,
    read_fingerprint,
    read_signed,
    write_signed,
)
from sync.wire.carried import ADMISSION, fat_name


@dataclass(frozen=True, slots=True)
class Letter:
    """An introduction that the log's own key has signed."""

    signed: Signed
    who: Introduction

    @property
    def log(self) -> str:
        return self.who.enrolment.log

    @property
    def fingerprint(self) -> str:
        return grouped(fingerprint_of_log(self.who.key))

    def check(self, typed: str) -> None:
        """Return if these are the letters that the kiosk shows, else raise `Failure`."""
        try:
            letters = grouped(read_fingerprint(typed))
        except BadCode as error:
            raise Failure(f"{error}; type it as the kiosk's staff screen shows it") from error
        if letters != self.fingerprint:
            raise Failure(
                f"the file has the fingerprint {self.fingerprint}, not {letters}: it is not from that kiosk, or "
                "somebody has exchanged it; nothing was enrolled"
            )


def read_letter(file: Path) -> Letter:
    try:
        signed = read_signed(read_start(file, MOST_BYTES))
        return Letter(signed, introduce(signed, ADDRESS))
    except OSError as error:
        raise Failure(f"{shown(file)}: cannot be read ({error.strerror}); is the stick still in?") from error
    except (Malformed, Refused) as error:
        raise Failure(
            f"{shown(file)}: is no introduction, or is damaged ({error}); at the kiosk: kiosk-sync export DIR"
        ) from error


def admit(db: Connection, house: House, letter: Letter, name: str | None, replace: str | None) -> str:
    """The kiosk's name. The same again gives the same: an answer may get lost on its way."""
    known = known_log(db, letter.log)
    if known is None:
        kiosk = add_kiosk(db, name, house.clock()) if name else int(find_kiosk(db, replace or "").id)
        Enroller(house).let_in(db, letter.who, kiosk)
        return _name(db, kiosk)
    belongs = _name(db, known.kiosk)
    if belongs != (name or str(find_kiosk(db, replace or "").name)):
        raise Failure(f'log {letter.log} is enrolled as "{belongs}" already; for a new answer: --replace "{belongs}"')
    return belongs


def write_answer(house: House, letter: Letter, kiosk: str, folder: Path) -> Path:
    """Signed by the ward's key, which it names; the kiosk believes it by the fingerprint that a person brings."""
    identity, nonce = house.identity, sha256(letter.signed.line.encode()).hexdigest()
    answer = Admission(log=letter.log, kiosk=kiosk, time=house.clock(), nonce=nonce, key=identity.key, ca=identity.ca)
    file = folder / f"{fat_name(kiosk)}_{letter.log[:8]}{ADMISSION}"
    write_whole(file, write_signed(answer, Purpose.ENROL, house.key).bytes())
    return file


def _name(db: Connection, kiosk: int) -> str:
    return str(db.execute(select(kiosks.c.name).where(kiosks.c.id == kiosk)).scalar_one())
