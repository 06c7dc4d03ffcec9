"""One log's evidence about time in the database: anchors, and the stretches of its boots with their bounds."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, func, select

from sync.ward.dating import Anchor
from sync.ward.doubts import about_arrivals, about_boot, about_order
from sync.ward.reading import Remark
from sync.ward.settle import ByBoot, by_boot
from sync.ward.store.tables import anchors, boots
from sync.ward.store.upsert import upsert
from sync.ward.stretches import Known, Stretch, StretchTime, bound

SLICE = 500  # values in one IN (...)
ANCHOR = tuple(anchors.c[name] for name in Anchor.__struct_fields__)
STRETCH = tuple(boots.c[name] for name in Stretch.__struct_fields__)

_row = upsert(boots)
_set_stretch = _row.on_conflict_do_update(
    index_elements=["log", "first"],
    set_={name: _row.excluded[name] for name in Stretch.__struct_fields__ if name != "first"},
)


@dataclass(frozen=True, slots=True)
class Moved:
    """What new lines and new evidence mean for the dates of a log."""

    stretches: Sequence[Stretch]  # those around what is new, in the order of the log
    anchors: ByBoot  # of those whose dates can have changed
    again: Sequence[Stretch]  # with new evidence of their own: every press may move
    bounded: Sequence[Stretch]  # with new bounds alone: what has evidence within them stays
    remarks: Sequence[Remark]


NOTHING = Moved((), {}, (), (), ())


@dataclass(frozen=True, slots=True)
class Timeline:
    db: Connection
    log: str

    def newest(self) -> Stretch | None:
        """The stretch at the end of what is stored."""
        return next(self._stretches(order=boots.c.first.desc(), limit=1), None)

    def anchors_of(self, names: Iterable[str]) -> dict[str, list[Anchor]]:
        found: list[Anchor] = []
        for some in _slices(sorted(set(names))):
            rows = self.db.execute(select(*ANCHOR).where(anchors.c.log == self.log, anchors.c.boot.in_(some)))
            found += [Anchor(*row) for row in rows]
        return by_boot(found)

    def go_on(self, lately: Sequence[Stretch], fresh: Collection[Anchor], now: int) -> Moved:
        """`lately`: the stretches of lines that came `now`, of which the first may be stored; `fresh`: new anchors."""
        self._add_anchors(fresh)
        self._mark_returned(lately)
        for stretch in lately:
            stretch.note_arrival(now)
        boots_with_news = {anchor.boot for anchor in fresh}
        touched = {one.first: one for one in (*self._named(boots_with_news), *lately)}
        return self._rebound(touched, boots_with_news) if touched else NOTHING

    def _rebound(self, touched: dict[int, Stretch], news: Collection[str]) -> Moved:
        stretches = [touched.get(one.first, one) for one in self._around(touched)]
        stretches += [one for first, one in sorted(touched.items()) if not stretches or first > stretches[-1].first]
        before = {one.first: (one.known, one.earliest, one.latest) for one in stretches}
        evidence = self.anchors_of(one.boot for one in stretches if one.known or one.first in touched)
        known = spans(stretches, evidence)
        bound(stretches, known)
        again = [one for one in stretches if one.boot in news or before[one.first][0] != one.known]
        bounded = [one for one in stretches if one not in again and before[one.first] != _bounds(one)]
        changed = [*again, *bounded]
        self._write({one.first: one for one in (*changed, *touched.values())}.values())
        evidence |= self.anchors_of({one.boot for one in changed} - evidence.keys())
        order = _about(changed, about_order(stretches, known))
        remarks = (*_doubts(news, evidence), *about_arrivals(again, evidence), *order)
        return Moved(stretches, evidence, again, bounded, remarks)

    def _around(self, touched: Collection[int]) -> Iterator[Stretch]:
        """From the known stretch before what is touched to the known one after it: no bound reaches further."""
        known = and_(boots.c.log == self.log, boots.c.known)
        first = select(func.max(boots.c.first)).where(known, boots.c.first < min(touched))
        last = select(func.min(boots.c.first)).where(known, boots.c.first > max(touched))
        start, end = (self.db.execute(query).scalar() for query in (first, last))
        yield from self._stretches(
            boots.c.first >= (start or 0), *([boots.c.first <= end] if end else []), order=boots.c.first
        )

    def _named(self, names: Iterable[str]) -> Iterator[Stretch]:
        for some in _slices(sorted(names)):
            yield from self._stretches(boots.c.boot.in_(some), order=boots.c.first)

    def _stretches(self, *where: Any, order: Any, limit: int | None = None) -> Iterator[Stretch]:
        query = select(*STRETCH).where(boots.c.log == self.log, *where).order_by(order).limit(limit)
        yield from (Stretch(*row) for row in self.db.execute(query).all())

    def _mark_returned(self, lately: Sequence[Stretch]) -> None:
        stored = {one.boot: one.first for one in self._named({one.boot for one in lately})}
        mark_returned(lately, stored)

    def _write(self, stretches: Iterable[Stretch]) -> None:
        if rows := [{"log": self.log, **msgspec.structs.asdict(one)} for one in stretches]:
            self.db.execute(_set_stretch, rows)

    def _add_anchors(self, fresh: Collection[Anchor]) -> None:
        if rows := [{"log": self.log, **msgspec.structs.asdict(anchor)} for anchor in fresh]:
            self.db.execute(upsert(anchors).on_conflict_do_nothing(), rows)


def mark_returned(lately: Iterable[Stretch], seen: dict[str, int]) -> None:
    """`seen`: boots that were there before, with the first entry of a stretch of each; added to."""
    for one in lately:
        one.returned = one.returned or seen.setdefault(one.boot, one.first) < one.first


def spans(stretches: Iterable[Stretch], evidence: ByBoot) -> Known:
    found = ((one.first, StretchTime(one, evidence.get(one.boot, ())).span()) for one in stretches)
    return {first: span for first, span in found if span}


def _bounds(stretch: Stretch) -> tuple[bool, int | None, int]:
    return stretch.known, stretch.earliest, stretch.latest


def _doubts(news: Iterable[str], evidence: ByBoot) -> Iterator[Remark]:
    for boot in sorted(news):
        yield from about_boot(boot, evidence.get(boot, ()))


def _about(changed: Iterable[Stretch], doubts: Iterable[tuple[int, Remark]]) -> Iterator[Remark]:
    firsts = {one.first for one in changed}
    return (remark for first, remark in doubts if first in firsts)


def _slices(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (items[i : i + SLICE] for i in range(0, len(items), SLICE))
