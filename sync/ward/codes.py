"""One-time codes: made for a kiosk, stored only as a keyed hash, limited in time and in guesses.

The first two letters of the secret say which code a guess was aimed at, so that guessing closes that code and no other;
the six that follow are 30 bits against `codes.attempts` guesses.
"""

import hmac
from hashlib import sha256
from typing import Any

from nacl.signing import SigningKey
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from sync.ward.failure import Failure
from sync.ward.house import House
from sync.ward.store.tables import attempts, codes, kiosks
from sync.ward.times import DAY, HOUR
from sync.wire import Code

SELECTOR = 2


def add_kiosk(db: Connection, name: str, now: int) -> int:
    if db.execute(select(kiosks.c.id).where(kiosks.c.name == name)).first() is not None:
        raise Failure(f'a kiosk named "{name}" exists; for a new code of it: ward enrol --replace "{name}"')
    return int(db.execute(insert(kiosks).values(name=name, made=now).returning(kiosks.c.id)).scalar_one())


def find_kiosk(db: Connection, said: str) -> Row[Any]:
    """By name, or by number."""
    number = int(said) if said.isdecimal() else None
    named = db.execute(select(kiosks).where(kiosks.c.name == said)).first()
    row = named or db.execute(select(kiosks).where(kiosks.c.id == number)).first()
    if row is None:
        raise Failure(f'there is no kiosk "{said}"; `ward status` lists them')
    return row


def issue(db: Connection, house: House, kiosk: int) -> Code:
    """A new code for a kiosk. Codes of the kiosk that were never used are closed."""
    now = house.clock()
    db.execute(delete(codes).where(codes.c.kiosk == kiosk, codes.c.log.is_(None)))
    code = Code.make(house.identity)
    while _find(db, code.secret, now) is not None:
        code = Code.make(house.identity)
    row = {"kiosk": kiosk, "selector": code.secret[:SELECTOR], "proof": prove(house.key, code.secret)}
    db.execute(insert(codes).values(**row, made=now, expires=now + house.settings.codes.days * DAY, wrong=0))
    return code


def prove(key: SigningKey, secret: str) -> bytes:
    """A hash that needs the ward's key: who only has the database can't try out all codes."""
    return hmac.digest(sha256(b"hailong code v1\n" + bytes(key)).digest(), secret.encode(), "sha256")


def redeem(db: Connection, house: House, secret: str, log: str) -> int | str:
    """The kiosk that the code is for, now used up by this log; or why not, in a sentence."""
    row = _right(db, house, secret)
    if row is None:
        return _guessed_wrong(db, house, secret)
    if row.log == log:
        return int(row.kiosk)
    if why := _closed(row, house):
        return why
    db.execute(update(codes).where(codes.c.id == row.id).values(log=log))
    return int(row.kiosk)


def too_many_from(db: Connection, house: House, address: str) -> bool:
    since = house.clock() - HOUR
    recent = (attempts.c.address == address, attempts.c.at > since)
    count = db.execute(select(func.count()).select_from(attempts).where(*recent)).scalar_one()
    return bool(count >= house.settings.codes.attempts_per_address)


def note_attempt(db: Connection, address: str, now: int) -> None:
    db.execute(delete(attempts).where(attempts.c.at <= now - DAY))
    db.execute(insert(attempts).values(address=address, at=now))


def _closed(row: Row[Any], house: House) -> str:
    if row.log is not None:
        return "the code was used by another kiosk; make a new one with `ward enrol --replace`"
    if row.wrong >= house.settings.codes.attempts:
        return "the code was guessed at too often and is closed; make a new one with `ward enrol --replace`"
    if house.clock() >= row.expires:
        return "the code has expired; make a new one with `ward enrol --replace`"
    return ""


def _right(db: Connection, house: House, secret: str) -> Row[Any] | None:
    proof = prove(house.key, secret)
    return db.execute(select(codes).where(codes.c.proof == proof)).first()


def _guessed_wrong(db: Connection, house: House, secret: str) -> str:
    if (aimed_at := _find(db, secret, house.clock())) is not None:
        db.execute(update(codes).where(codes.c.id == aimed_at).values(wrong=codes.c.wrong + 1))
    return "there is no such code here; look again at the letters"


def _find(db: Connection, secret: str, now: int) -> int | None:
    """The open code that begins with the same letters."""
    still_open = (codes.c.log.is_(None), codes.c.expires > now)
    return db.execute(select(codes.c.id).where(codes.c.selector == secret[:SELECTOR], *still_open)).scalar()
