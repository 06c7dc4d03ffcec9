"""Bearer tokens for the ward's own systems: 256 bits, shown once, stored as a hash."""

import secrets
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import Connection, insert, select

from sync.ward.failure import Failure
from sync.ward.store.tables import tokens


class Scope(StrEnum):
    FEED = "feed"  # released votes
    EXACT = "exact"  # ... with the exact time, also where ratings are released by the day


def make_token(db: Connection, name: str, scopes: frozenset[Scope], now: int) -> str:
    if db.execute(select(tokens.c.id).where(tokens.c.name == name)).first() is not None:
        raise Failure(f'a token named "{name}" exists and cannot be shown again; choose another name')
    token = f"ward_{secrets.token_urlsafe(32)}"
    db.execute(insert(tokens).values(name=name, proof=_hash(token), scopes=" ".join(sorted(scopes)), made=now))
    return token


def scopes_of(db: Connection, token: str) -> frozenset[Scope]:
    """What the token allows; nothing if it is not known."""
    said = db.execute(select(tokens.c.scopes).where(tokens.c.proof == _hash(token))).scalar()
    return frozenset(Scope(word) for word in (said or "").split())


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
