"""Accounts: made, changed, closed; never deleted. Whatever an account may do ends at once when it is changed."""

import re
import secrets
import unicodedata
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from sync.ward.logins import end_logins
from sync.ward.permissions import Role
from sync.ward.speech import LANGUAGES
from sync.ward.store.people import accounts
from sync.ward.unfit import Unfit

NAME = re.compile(r"[\w.@-]{2,60}")
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another


def tidy_name(name: str) -> str:
    """As accounts are named: in small letters, however the keyboard composed them."""
    return unicodedata.normalize("NFKC", name.replace("\0", "").strip()).casefold()  # PostgreSQL takes no NUL


def any_account(db: Connection) -> bool:
    return db.execute(select(accounts.c.id).limit(1)).first() is not None


def find_account(db: Connection, name: str) -> Row[Any]:
    row = db.execute(select(accounts).where(accounts.c.name == tidy_name(name))).first()
    if row is None:
        raise Unfit("account_unknown", name=name[:60])
    return row


def all_accounts(db: Connection) -> list[Row[Any]]:
    return list(db.execute(select(accounts).order_by(accounts.c.closed.isnot(None), accounts.c.name)).all())


def add_account(db: Connection, name: str, proof: str, now: int, **about: Any) -> int:
    """`about`: person, role, unit, language, temporary."""
    name = check_name(name)
    if db.execute(select(accounts.c.id).where(accounts.c.name == name)).first():
        raise Unfit("account_exists", name=name)
    person = about.pop("person", "").strip()[:100] or name
    row = {"language": LANGUAGES[0], "temporary": False} | about
    new = insert(accounts).values(name=name, person=person, proof=proof, made=now, **row)
    return int(db.execute(new.returning(accounts.c.id)).scalar_one())


def check_name(name: str) -> str:
    if not NAME.fullmatch(tidy_name(name)):
        raise Unfit("account_name")
    return tidy_name(name)


def place_account(db: Connection, account: int, role: Role, unit: int) -> None:
    """Another role, another unit: who is logged in has to log in again."""
    db.execute(update(accounts).where(accounts.c.id == account).values(role=role, unit=unit))
    end_logins(db, account)


def close_account(db: Connection, account: int, now: int) -> None:
    db.execute(update(accounts).where(accounts.c.id == account, accounts.c.closed.is_(None)).values(closed=now))
    end_logins(db, account)


def keep_password(db: Connection, account: int, proof: str, *, temporary: bool = False) -> None:
    db.execute(update(accounts).where(accounts.c.id == account).values(proof=proof, temporary=temporary))
    end_logins(db, account)


def temporary_password() -> str:
    """Shown once to whoever hands it on: 16 letters, some 79 bits, in groups of four."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
