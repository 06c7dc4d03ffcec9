"""What new lines change: votes, their dates, and the dates of earlier votes that new evidence reaches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Connection, Row, Select, and_, bindparam, insert, or_, select, update

from sync.ward.calendars import add_openings, openings_of
from sync.ward.dating import Anchor
from sync.ward.doubts import about_votes
from sync.ward.findings import file_findings
from sync.ward.opening import Opening, only_changes
from sync.ward.reading import Reading, Remark, Vote, read_lines
from sync.ward.settle import WHEN, Calendar, VoteRow, settle
from sync.ward.store.rows import add_rows
from sync.ward.store.tables import logs, votes, waiting
from sync.ward.store.upsert import upsert
from sync.ward.stretches import NEVER, Stretch
from sync.ward.timeline import Timeline

Change = Mapping[str, Any]

_new_votes = select(votes.c.log, votes.c.seq, bindparam("now", type_=BigInteger)).where(
    votes.c.log == bindparam("the_log"), votes.c.seq > bindparam("after")
)
_let_new_wait = insert(waiting).from_select(["log", "seq", "since"], _new_votes)

_votes_of = select(votes).where(
    votes.c.log == bindparam("the_log"), votes.c.seq.between(bindparam("first_seq"), bindparam("last_seq"))
)
_misfits_of = _votes_of.where(  # without evidence of their own, or with some that does not surely fit new bounds
    or_(
        votes.c.source.is_(None),
        votes.c.source == "bounds",
        votes.c.at - votes.c.error - bindparam("latest", type_=BigInteger) > votes.c.mono,
        votes.c.at + votes.c.error - bindparam("earliest", type_=BigInteger) < votes.c.mono,  # null: no bound
    )
)


@dataclass(frozen=True, slots=True)
class Projector:
    """Keeps one log's projections up within a write transaction."""

    db: Connection
    log: str
    zone: ZoneInfo
    now: int

    def take(self, after: int, lines: Sequence[str], echoed: Anchor | None) -> None:
        """`lines` follow entry `after` and are already stored; `echoed` is what their header proves about time."""
        reading = read_lines(after, lines, self.timeline.newest() if lines else None)
        fresh = [*reading.anchors, *([echoed] if echoed else [])]
        moved = self.timeline.go_on([one for one in reading.stretches if one.last > after], fresh, self.now)
        openings = self._openings(reading) if moved.stretches else []
        calendar = Calendar(moved.stretches, moved.anchors, openings, self.zone)
        self._supersede(after, [vote for vote in reading.votes if vote.visit <= after and vote.kind == "vote"])
        stored = after if lines else NEVER  # without lines it may be another branch that counts, and goes on further
        for one in moved.again:
            self._redate(stored, one, calendar, _votes_of)
        for one in moved.bounded:
            self._redate(stored, one, calendar, _misfits_of)
        if reading.votes:
            rows = settle(self.log, reading.votes, calendar)
            self._add_votes(after, rows)
            self._file(about_votes(reading.votes, rows))
        self._note(reading)
        self._file(moved.remarks)

    def _openings(self, reading: Reading) -> list[Opening]:
        """The log's calendars, with those that it has just brought."""
        known = openings_of(self.db, self.log)
        fresh = list(only_changes(known[-1].sessions if known else (), reading.openings))
        add_openings(self.db, self.log, fresh)
        return known + fresh

    @property
    def timeline(self) -> Timeline:
        return Timeline(self.db, self.log)

    def _add_votes(self, after: int, rows: Sequence[VoteRow]) -> None:
        add_rows(self.db, votes, rows)
        self.db.execute(_let_new_wait, {"the_log": self.log, "after": after, "now": self.now})

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

    def _redate(self, stored: int, stretch: Stretch, calendar: Calendar, which: Select[*tuple[Any, ...]]) -> None:
        """What was stored before, where its stretch is now seen otherwise."""
        if stretch.first > stored:
            return
        place = {"the_log": self.log, "first_seq": stretch.first, "last_seq": min(stretch.last, stored)}
        bounds = {"earliest": stretch.earliest, "latest": stretch.latest}
        rows = self.db.execute(which, place | bounds if which is _misfits_of else place).all()
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
        self._file(reading.remarks)

    def _file(self, remarks: Iterable[Remark]) -> None:
        file_findings(self.db, self.log, list(remarks), self.now)
