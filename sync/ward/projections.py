"""What new lines change: votes, their dates, and the dates of earlier votes that new evidence reaches."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, Row, and_, bindparam, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from sync.ward.dating import Anchor
from sync.ward.findings import file_finding
from sync.ward.reading import Reading, Vote, read_lines
from sync.ward.settle import ByBoot, by_boot, dating, settle
from sync.ward.store.tables import anchors, logs, votes, waiting

SLICE = 500  # values in one IN (...)
Change = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Projector:
    """Keeps one log's projections up within a write transaction."""

    db: Connection
    log: str
    zone: ZoneInfo
    now: int

    def take(self, after: int, lines: Sequence[str], echoed: Anchor | None) -> None:
        """`lines` follow entry `after` and are already stored; `echoed` is what their header proves about time."""
        reading = read_lines(after, lines)
        fresh = [*reading.anchors, *([echoed] if echoed else [])]
        self.add_anchors(fresh)
        evidence = self.anchors_of({vote.boot for vote in reading.votes} | {anchor.boot for anchor in fresh})
        self._supersede([vote for vote in reading.votes if vote.kind == "vote" and vote.visit <= after])
        self._redate({anchor.boot for anchor in fresh}, evidence)
        self.add_votes(settle(self.log, reading.votes, evidence, self.zone))
        self._note(reading)

    def add_votes(self, rows: Sequence[Change]) -> None:
        if rows:
            self.db.execute(insert(votes), rows)
            self.wait_for_release(row["seq"] for row in rows)

    def add_anchors(self, fresh: Sequence[Anchor]) -> None:
        if fresh:
            rows = [{"log": self.log, **msgspec.structs.asdict(anchor)} for anchor in fresh]
            self.db.execute(upsert(anchors).on_conflict_do_nothing(), rows)

    def anchors_of(self, boots: Iterable[str]) -> dict[str, list[Anchor]]:
        columns = (anchors.c.boot, anchors.c.came, anchors.c.left, anchors.c.time, anchors.c.source)
        found: list[Anchor] = []
        for some in _slices(sorted(boots)):
            rows = self.db.execute(select(*columns).where(anchors.c.log == self.log, anchors.c.boot.in_(some)))
            found += [Anchor(*row) for row in rows]
        return by_boot(found)

    def wait_for_release(self, places: Iterable[int]) -> None:
        if rows := [{"log": self.log, "seq": seq, "since": self.now} for seq in places]:
            self.db.execute(upsert(waiting).on_conflict_do_nothing(), rows)

    def _supersede(self, again: Sequence[Vote]) -> None:
        """What was stored earlier no longer counts where the visit went on and answered the same question again."""
        answered = {(vote.visit, vote.question) for vote in again}
        self._change(
            {"the_seq": row.seq, "counted": False}
            for row in self._counted_in({vote.visit for vote in again})
            if (row.visit, row.question) in answered
        )

    def _counted_in(self, visits: Iterable[int]) -> Iterator[Row[int, int, str]]:
        for some in _slices(sorted(visits)):
            counted = and_(votes.c.log == self.log, votes.c.visit.in_(some), votes.c.counted)
            rows = self.db.execute(select(votes.c.seq, votes.c.visit, votes.c.question).where(counted))
            yield from rows.all()

    def _redate(self, boots: Iterable[str], evidence: ByBoot) -> None:
        for boot in sorted(boots):
            rows = self.db.execute(select(votes).where(votes.c.log == self.log, votes.c.boot == boot)).all()
            dates = ((row, dating(row.mono, row.wall, row.clock, evidence[boot], self.zone)) for row in rows)
            self._change({"the_seq": row.seq, **new} for row, new in dates if _differs(row, new))

    def _change(self, changes: Iterable[Change]) -> None:
        if rows := list(changes):
            change = update(votes).where(votes.c.log == self.log, votes.c.seq == bindparam("the_seq"))
            self.db.execute(change.values({name: bindparam(name) for name in rows[0] if name != "the_seq"}), rows)
            self.wait_for_release(row["the_seq"] for row in rows)

    def _note(self, reading: Reading) -> None:
        if reading.start is not None:
            self.db.execute(update(logs).where(logs.c.id == self.log).values(start=reading.start))
        for remark in reading.remarks:
            file_finding(self.db, self.log, remark, self.now)


def _differs(row: Row[Any], new: Change) -> bool:
    return any(row._mapping[name] != value for name, value in new.items())


def _slices(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (items[i : i + SLICE] for i in range(0, len(items), SLICE))
