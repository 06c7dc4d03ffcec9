"""The audit trail: who did what, when. Only ever appended to, numbered without a gap, each row hashing the one before.

The database itself refuses to change a row (triggers, see migrations/versions/accounts.py). Who can write the file past
the database can make the whole chain again: what was printed or copied of it before then shows that.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, insert, select

from sync.ward.store.people import audit

BEGINNING = sha256(b"hailong audit v1\n").digest()


def write_audit(db: Connection, who: str, what: str, detail: str, now: int) -> None:
    """Within `writing`, which lets one transaction at a time number the next row."""
    last = db.execute(select(audit.c.id, audit.c.hash).order_by(audit.c.id.desc()).limit(1)).first()
    number, previous = (last.id + 1, bytes(last.hash)) if last else (1, BEGINNING)
    link = link_audit(previous, (number, now, who, what, detail))
    db.execute(insert(audit).values(id=number, at=now, who=who, what=what, detail=detail, hash=link))


def link_audit(previous: bytes, row: tuple[int, int, str, str, str]) -> bytes:
    return sha256(previous + msgspec.json.encode(row)).digest()


def check_audit(db: Connection) -> Iterator[str]:
    """One sentence for the first row that is missing or was altered."""
    number, previous = 0, BEGINNING
    for number, row in enumerate(db.execute(select(audit).order_by(audit.c.id)), 1):
        if row.id != number:
            yield f"audit trail: row {number} is missing"
            return
        previous = link_audit(previous, (row.id, row.at, row.who, row.what, row.detail))
        if bytes(row.hash) != previous:
            yield f"audit trail: row {number} was altered, or the one before it"
            return


def count_audit(db: Connection, what: str = "") -> int:
    """Without `what`: the newest number, which is how many there are."""
    if not what:
        return int(db.execute(select(func.max(audit.c.id))).scalar() or 0)
    return int(db.execute(select(func.count()).select_from(audit).where(audit.c.what == what)).scalar_one())


def read_audit(db: Connection, what: str, part: slice) -> list[Row[Any]]:
    """The newest first."""
    query = select(audit).order_by(audit.c.id.desc()).offset(part.start).limit(part.stop - part.start)
    return list(db.execute(query.where(audit.c.what == what) if what else query).all())
