"""Lines of one kiosk that come again from another: a line names no log, but a boot of the kernel is one board's."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from sync.ward.reading import Remark
from sync.ward.store.tables import logs, votes


def copied(db: Connection, log: Row[Any]) -> Iterator[Remark]:
    """`log` is the row as it was before the batch; the batch's votes are already stored."""
    fresh = select(votes.c.boot).where(votes.c.log == log.id, votes.c.seq > log.have).distinct()
    for boot in db.execute(fresh).scalars():
        elsewhere = or_(votes.c.log < log.id, votes.c.log > log.id)  # both sides of its own place in the index
        there = select(votes.c.log).where(votes.c.boot == boot, elsewhere).distinct()
        for other in db.execute(select(logs.c.id).where(logs.c.id.in_(there), logs.c.kiosk != log.kiosk)).scalars():
            yield Remark("copied", f"boot {boot:.40}", f"its votes are of a boot of the board that wrote log {other}")
