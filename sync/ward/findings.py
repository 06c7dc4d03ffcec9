"""What people should know about a log: filed once, counted when it comes again, never deleted."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from sync.ward.reading import Remark
from sync.ward.store.found import findings
from sync.ward.store.upsert import upsert

LONGEST = 200  # characters of a detail: a line can be made to say much more
MOST = 100  # findings of one kind about one log that are told apart
ONE = ["kind", "log", "about"]

_new = upsert(findings)
_again = {"count": findings.c.count + _new.excluded.count, "last": _new.excluded.last, "detail": _new.excluded.detail}
_file = _new.on_conflict_do_update(index_elements=ONE, set_=_again)


def file_finding(db: Connection, log: str, remark: Remark, now: int) -> bool:
    """Whether it is a new one. What comes from outside may be about anything: beyond some, all are about "more"."""
    known = set(
        db.execute(select(findings.c.about).where(findings.c.kind == remark.kind, findings.c.log == log)).scalars()
    )
    if remark.about not in known and len(known) >= MOST:
        remark = Remark(remark.kind, "more", remark.detail)
    file_findings(db, log, [remark], now)
    return remark.about not in known


def file_findings(db: Connection, log: str, remarks: Sequence[Remark], now: int) -> None:
    """The newest detail of each holds."""
    newest = {(remark.kind, remark.about): remark for remark in remarks}
    counts = Counter((remark.kind, remark.about) for remark in remarks)
    if rows := [_row(log, remark, counts[key], now) for key, remark in newest.items()]:
        db.execute(_file, rows)


def _row(log: str, remark: Remark, count: int, now: int) -> dict[str, Any]:
    said = {"kind": remark.kind, "log": log, "about": remark.about, "detail": remark.detail[:LONGEST]}
    return {**said, "count": count, "first": now, "last": now}
