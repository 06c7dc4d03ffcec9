"""Who is logged in. The browser holds a secret, the database its hash. A login ends unused, or after a day's work."""

import hmac
import secrets
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from sync.ward.settings import Logins
from sync.ward.store.people import accounts, logins
from sync.ward.times import HOUR, MINUTE


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def form_token(secret: str) -> str:
    """What every form carries: only who holds the cookie's secret can make it."""
    return hmac.digest(secret.encode(), b"hailong form v1", "sha256").hex()


def begin_login(db: Connection, account: int, now: int, limits: Logins) -> str:
    """The secret for the cookie. Logins that are over are cleared away by the way."""
    secret = new_secret()
    row = {"proof": _proof(secret), "account": account, "made": now, "seen": now, "expires": now + limits.hours * HOUR}
    db.execute(delete(logins).where(logins.c.expires <= now))
    db.execute(insert(logins).values(**row))
    return secret


def find_login(db: Connection, secret: str, now: int, limits: Logins) -> Row[Any] | None:
    """The account of the login with this secret, and when it was last seen; None when there is none, or it is over."""
    query = (
        select(accounts, logins.c.seen)
        .join_from(logins, accounts, accounts.c.id == logins.c.account)
        .where(logins.c.proof == _proof(secret), logins.c.expires > now, accounts.c.closed.is_(None))
        .where(logins.c.seen > now - limits.idle_minutes * MINUTE)
    )
    return db.execute(query).first()


def note_seen(db: Connection, secret: str, now: int) -> None:
    db.execute(update(logins).where(logins.c.proof == _proof(secret)).values(seen=now))


def end_login(db: Connection, secret: str) -> None:
    db.execute(delete(logins).where(logins.c.proof == _proof(secret)))


def end_logins(db: Connection, account: int) -> None:
    db.execute(delete(logins).where(logins.c.account == account))


def _proof(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
