"""What new lines change: votes, their dates, and the dates of earlier votes that new evidence reaches."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import BigInteger, Connection, Row, and_, bindparam, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from sync.ward.dating import Anchor
from sync.ward.findings import file_findings
from sync.ward.reading import Reading, Vote, read_lines
from sync.ward.settle import WHEN, ByBoot, Calendar, VoteRow, by_boot, settle
from sync.ward.store.rows import add_rows
from sync.ward.store.tables import anchors, logs, votes, waiting

SLICE = 500  # values in one IN (...)
Change = Mapping[str, Any]

_new_votes = select(votes.c.log, votes.c.seq, bindparam("now", type_=BigInteger)).where(
    votes.c.log == bindparam("the_log"), votes.c.seq > bindparam("after")
)
_let_new_wait = insert(waiting).from_select(["log", "seq", "since"], _new_votes)


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
        self._supersede(after, [vote for vote in reading.votes if vote.visit <= after and vote.kind == "vote"])
        self._redate({anchor.boot for anchor in fresh}, evidence)
        if reading.votes:
            self._add_votes(after, settle(self.log, reading.votes, evidence, self.zone))
        self._note(reading)

    def _add_votes(self, after: int, rows: Sequence[VoteRow]) -> None:
        add_rows(self.db, votes, rows)
        self.db.execute(_let_new_wait, {"the_log": self.log, "after": after, "now": self.now})

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

    def _supersede(self, after: int, again: Sequence[Vote]) -> None:
        """What was stored earlier no longer counts where the visit went on and answered the same question again."""
        if answered := {(vote.visit, vote.question) for vote in again}:
            rows = self._counted_between(min(vote.visit for vote in again), after)
            self._change(
                {"the_seq": row.seq, "counted": False} for row in rows if (row.visit, row.question) in answered
            )

    def _counted_between(self, first: int, last: int) -> Sequence[Row[int, int, str]]:
        """A visit's votes stand behind its beginning, which is never far: no index by visit is needed."""
        counted = and_(votes.c.log == self.log, votes.c.seq.between(first, last), votes.c.counted)
        return self.db.execute(select(votes.c.seq, votes.c.visit, votes.c.question).where(counted)).all()

    def _redate(self, boots: Iterable[str], evidence: ByBoot) -> None:
        calendar = Calendar(evidence, self.zone)
        for boot in sorted(boots):
            rows = self.db.execute(select(votes).where(votes.c.log == self.log, votes.c.boot == boot)).all()
            dates = ((row, calendar.when(row)) for row in rows)
            changed = ((row.seq, *when) for row, when in dates if row[-len(WHEN) :] != when)
            self._change(dict(zip(("the_seq", *WHEN), change, strict=True)) for change in changed)

    def _change(self, changes: Iterable[Change]) -> None:
        if rows := list(changes):
            change = update(votes).where(votes.c.log == self.log, votes.c.seq == bindparam("the_seq"))
            self.db.execute(change.values({name: bindparam(name) for name in rows[0] if name != "the_seq"}), rows)
            self.wait_for_release(row["the_seq"] for row in rows)

    def _note(self, reading: Reading) -> None:
        if reading.start is not None:
            self.db.execute(update(logs).where(logs.c.id == self.log).values(start=reading.start))
        file_findings(self.db, self.log, reading.remarks, self.now)


def _slices(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (items[i : i + SLICE] for i in range(0, len(items), SLICE))
