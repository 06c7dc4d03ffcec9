"""How the kiosks are: always live, whatever the release rule. It shows no rating."""

import json
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, and_, select

from sync.ward.reading import Start, read_start
from sync.ward.store.tables import entries, kiosks, logs


class Health(msgspec.Struct, frozen=True):
    """What a kiosk last said of itself; whatever it did not say, or said oddly, is None."""

    version: str | None = None
    free: int | None = None  # bytes on its disk
    wall: int | None = None  # Unix ms, by its own clock
    clock: str | None = None  # synced | rtc | unsynced


class KioskStatus(msgspec.Struct, frozen=True):
    id: int
    name: str
    logs: int
    entries: int
    waiting: int  # entries that the kiosk has named and the ward has not
    seen: int | None  # Unix ms
    start: Start | None  # what the kiosk last said about itself and its questions
    health: Health = Health()


def all_statuses(db: Connection, only: Collection[int] | None = None) -> list[KioskStatus]:
    """In the order of their numbers: two queries, however many kiosks there are."""
    which = kiosks.c.id.in_(sorted(only)) if only is not None else kiosks.c.id.is_not(None)
    of_kiosk: dict[int, list[Any]] = {}
    for row in db.execute(_logs.where(logs.c.kiosk.in_(select(kiosks.c.id).where(which)))):
        of_kiosk.setdefault(row.kiosk, []).append(row)
    names = db.execute(select(kiosks.c.id, kiosks.c.name).where(which).order_by(kiosks.c.id)).all()
    return [_status(id_, name, of_kiosk.get(id_, ())) for id_, name in names]


_logs = (
    select(logs.c.kiosk, logs.c.have, logs.c.tip_seq, logs.c.seen, logs.c.health, entries.c.line)
    .outerjoin_from(logs, entries, and_(entries.c.log == logs.c.id, entries.c.seq == logs.c.start))
    .order_by(logs.c.enrolled, logs.c.id)
)


def _status(id_: int, name: str, rows: Sequence[Row[Any]]) -> KioskStatus:
    newest = max(rows, key=_seen, default=None)
    waiting = sum(max(row.tip_seq - row.have, 0) for row in rows)
    start = max((row for row in rows if row.line is not None), key=_seen, default=None)
    return KioskStatus(
        id_, name, len(rows), sum(row.have for row in rows), waiting, newest.seen if newest else None,
        _read(start.line) if start else None, read_health(newest.health if newest else None),
    )  # fmt: skip


def _seen(row: Row[Any]) -> int:
    return int(row.seen or 0)


@lru_cache(maxsize=10_000)
def _read(line: str) -> Start | None:
    return read_start(line)


def read_health(text: str | None) -> Health:
    """Field by field: it is signed by the kiosk, but nobody has looked at it yet."""
    try:
        said = json.loads(text or "{}")
        known = {name: _fitting(said.get(name), kind) for name, kind in _HEALTH.items()}
    except (ValueError, AttributeError, RecursionError):
        return Health()
    return Health(**known)


_HEALTH = {"version": str, "free": int, "wall": int, "clock": str}


def _fitting(value: object, kind: type) -> Any:
    return value if type(value) is kind and (kind is not str or len(value) <= 60) else None  # type: ignore[arg-type]
