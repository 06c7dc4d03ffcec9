"""Bearer tokens for the ward's own systems: 256 bits, shown once, stored as a hash; revoked, never deleted."""

import secrets
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from sync.ward.permissions import ROOT, Scope
from sync.ward.store.people import tokens
from sync.ward.unfit import Unfit


def make_token(db: Connection, name: str, scopes: frozenset[Scope], now: int, unit: int = ROOT) -> str:
    if not 0 < len(name) <= 100:
        raise Unfit("token_name")
    if db.execute(select(tokens.c.id).where(tokens.c.name == name)).first() is not None:
        raise Unfit("token_exists", name=name)
    token, said = f"ward_{secrets.token_urlsafe(32)}", " ".join(sorted(scopes))
    db.execute(insert(tokens).values(name=name, proof=_hash(token), scopes=said, made=now, unit=unit))
    return token


def find_token(db: Connection, token: str) -> Row[Any] | None:
    """None when it is not known, or revoked."""
    good = (tokens.c.proof == _hash(token), tokens.c.revoked.is_(None))
    return db.execute(select(tokens).where(*good)).first()


def read_scopes(row: Row[Any]) -> frozenset[Scope]:
    return frozenset(Scope(word) for word in row.scopes.split())


def all_tokens(db: Connection) -> list[Row[Any]]:
    return list(db.execute(select(tokens).order_by(tokens.c.revoked.isnot(None), tokens.c.name)).all())


def revoke_token(db: Connection, name: str, now: int) -> None:
    if not db.execute(
        update(tokens).where(tokens.c.name == name, tokens.c.revoked.is_(None)).values(revoked=now)
    ).rowcount:
        raise Unfit("token_unknown", name=name[:60])


def note_used(db: Connection, token: int, now: int) -> None:
    db.execute(update(tokens).where(tokens.c.id == token).values(used=now))


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
