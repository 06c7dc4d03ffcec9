"""How the kiosks are: always live, whatever the release rule. It shows no rating."""

from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from sync.ward.reading import Start, read_start
from sync.ward.store.tables import entries, kiosks, logs


class KioskStatus(msgspec.Struct, frozen=True):
    id: int
    name: str
    logs: int
    entries: int
    waiting: int  # entries that the kiosk has named and the ward has not
    seen: int | None  # Unix ms
    start: Start | None  # what the kiosk last said about itself and its questions


def all_statuses(db: Connection) -> list[KioskStatus]:
    names = db.execute(select(kiosks.c.id, kiosks.c.name).order_by(kiosks.c.id)).all()
    rows = db.execute(select(logs).order_by(logs.c.enrolled, logs.c.id)).all()
    return [_status(db, id_, name, [row for row in rows if row.kiosk == id_]) for id_, name in names]


def _status(db: Connection, id_: int, name: str, rows: list[Row[Any]]) -> KioskStatus:
    seen = max((row.seen for row in rows if row.seen is not None), default=None)
    waiting = sum(max(row.tip_seq - row.have, 0) for row in rows)
    return KioskStatus(id_, name, len(rows), sum(row.have for row in rows), waiting, seen, _newest_start(db, rows))


def _newest_start(db: Connection, rows: list[Row[Any]]) -> Start | None:
    """Of the log that was heard of last."""
    started = [row for row in rows if row.start is not None]
    if not started:
        return None
    newest = max(started, key=lambda row: row.seen or 0)
    place = (entries.c.log == newest.id, entries.c.seq == newest.start)
    return read_start(db.execute(select(entries.c.line).where(*place)).scalar_one())
