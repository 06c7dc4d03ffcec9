"""Participation and coverage of whatever a page asks, in one call: how many of those who came answered, and whether
they could.

    reach(db, Selection(this_week(today)), "kiosk")      {(1,): Reach(participation=..., coverage=...), ...}
    reach(db, Selection(span, release=212))              {(): Reach(...)}

Both are of whole days that are over and released. Of the selection its span, kiosks and release count; its question,
session and hours do not: files are stated by day. A selection without a span has neither.

participation = visits / files handled at the counter, over the days of which both are known: `days` of them; of
`silent` further days with visits nobody has stated the files. More visits than files is no 120 %, but a mistake or
something worse: `exceeds`, and `share` is then None.

coverage = minutes able to take votes / minutes of opening sessions (see coverage.py); `known` False is "chưa rõ".
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, NamedTuple

from sqlalchemy import BigInteger, Connection, func, select

from sync.ward.counting import Selection, visits
from sync.ward.coverage import Coverage
from sync.ward.figures import Span
from sync.ward.files_handled import Channel, stated
from sync.ward.stated import holds, which_kiosks
from sync.ward.store.days import coverage

By = Literal["kiosk", "day"]
NOTHING = Coverage()


@dataclass(frozen=True, slots=True)
class Participation:
    visits: int = 0  # on days of which the files are stated
    files: int = 0
    days: int = 0  # kiosk-days of which the files are stated
    silent: int = 0  # kiosk-days with visits of which they are not
    online: int = 0  # files that nobody handed in at the counter; in no formula

    @property
    def exceeds(self) -> bool:
        return self.visits > self.files

    @property
    def share(self) -> float | None:
        """None: nothing to divide by, or more visits than files."""
        return None if self.exceeds or not self.files else self.visits / self.files


@dataclass(frozen=True, slots=True)
class Reach:
    participation: Participation = Participation()
    coverage: Coverage = NOTHING


NONE = Reach()


class _Day(NamedTuple):
    kiosk: int
    day: str

    def key(self, by: Iterable[By]) -> tuple[Any, ...]:
        return tuple(self.kiosk if name == "kiosk" else self.day for name in by)


def reach(db: Connection, selection: Selection, *by: By) -> dict[tuple[Any, ...], Reach]:
    """A key is made of the names in the order given: the number of a kiosk, a day as ISO text."""
    if selection.span is None:
        return {}
    found: dict[tuple[Any, ...], Reach] = {key: Reach(coverage=one) for key, one in _covered(db, selection, by).items()}
    for key, one in _participation(db, selection, by).items():
        found[key] = replace(found.get(key, NONE), participation=one)
    return found


def _covered(db: Connection, selection: Selection, by: tuple[By, ...]) -> dict[tuple[Any, ...], Coverage]:
    columns = [coverage.c[name] for name in by]
    sums = [func.sum(coverage.c[name]).cast(BigInteger) for name in Coverage._fields]
    query = select(*columns, *sums).where(holds(coverage, selection.release), *_within(selection))
    rows = db.execute(query.group_by(*columns)).all()
    return {tuple(row[: len(by)]): Coverage(*map(int, row[len(by) :])) for row in rows if row[-1] is not None}


def _within(selection: Selection) -> Iterable[Any]:
    span = selection.span or Span(date.max, date.min)
    yield coverage.c.kiosk.in_(which_kiosks(selection.kiosks))
    yield coverage.c.day.between(span.first.isoformat(), span.last.isoformat())


def _participation(db: Connection, selection: Selection, by: tuple[By, ...]) -> dict[tuple[Any, ...], Participation]:
    counter, online = _files(db, selection)
    came = {_Day(*key): n for key, n in _visits(db, selection).items()}
    sums: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * 5)
    for one in came.keys() | counter.keys() | online.keys():
        has, n = one in counter, came.get(one, 0)
        part = (n if has else 0, counter.get(one, 0), int(has), int(bool(n) and not has), online.get(one, 0))
        sums[one.key(by)] = [a + b for a, b in zip(sums[one.key(by)], part, strict=True)]
    return {key: Participation(*values) for key, values in sums.items()}


def _files(db: Connection, selection: Selection) -> tuple[dict[_Day, int], dict[_Day, int]]:
    found: dict[Channel, dict[_Day, int]] = {channel: {} for channel in Channel}
    if selection.span is not None:
        for place, files in stated(db, selection.span, selection.kiosks, selection.release).items():
            found[place.channel][_Day(place.kiosk, place.day.isoformat())] = files
    return found[Channel.COUNTER], found[Channel.ONLINE]


def _visits(db: Connection, selection: Selection) -> dict[tuple[Any, ...], int]:
    return visits(db, replace(selection, question=None, session=None), "kiosk", "day")
