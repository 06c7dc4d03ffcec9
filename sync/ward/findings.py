"""What people should know about a log: filed once, counted when it comes again, never deleted."""

from collections.abc import Iterable

from sqlalchemy import Connection, insert
from sqlalchemy.dialects.sqlite import insert as upsert

from sync.ward.reading import Remark
from sync.ward.store.tables import audit, findings


def file_finding(db: Connection, log: str, remark: Remark, now: int) -> None:
    row = {"kind": remark.kind, "log": log, "about": remark.about, "detail": remark.detail}
    new = upsert(findings).values(**row, count=1, first=now, last=now)
    again = {"count": findings.c.count + 1, "last": now, "detail": remark.detail}
    db.execute(new.on_conflict_do_update(index_elements=["kind", "log", "about"], set_=again))


def file_findings(db: Connection, log: str, remarks: Iterable[Remark], now: int) -> None:
    for remark in remarks:
        file_finding(db, log, remark, now)


def write_audit(db: Connection, who: str, what: str, detail: str, now: int) -> None:
    db.execute(insert(audit).values(at=now, who=who, what=what, detail=detail))
