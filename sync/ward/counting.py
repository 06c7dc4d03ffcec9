"""Released answers, counted by whatever a page asks: from the tallies, or from the feed as of an earlier release.

    count(db, Selection(this_week(today)), "kiosk", "question")      {(1, "procedure"): Figures, ...}
    visits(db, Selection(span, release=212), "day")                  {("2026-11-18",): 7, ...}

A key is made of the names in the order given: kiosk, question, day, session, hour. Figures of different questions are
never added up: where "question" is not among the names, `Selection.question` has to be.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import BigInteger, ColumnElement, Connection, FromClause, Select, func, select

from sync.ward.figures import Figures, Span
from sync.ward.store.found import flags
from sync.ward.store.tables import feed, kiosks, logs, tallies
from sync.ward.times import NO_DAY

Name = Literal["kiosk", "question", "day", "session", "hour"]
Key = tuple[Any, ...]
NOTHING = Figures({})


@dataclass(frozen=True, slots=True)
class Selection:
    """Which answers. `span` None: those that belong to no day, since their time is uncertain."""

    span: Span | None
    kiosks: frozenset[int] | None = None  # None: all
    question: str | None = None
    session: str | None = None
    release: int | None = None  # as of this one; None: the newest
    flagged: bool = False  # only those that a finding is about


def count(db: Connection, selection: Selection, *by: Name) -> dict[Key, Figures]:
    if "question" not in by and selection.question is None:
        raise ValueError("answers to different questions are not added up")
    counts: dict[Key, dict[int, int]] = {}
    for *key, rating, n in db.execute(_summed(selection, (*by, "rating"))):
        counts.setdefault(tuple(key), {})[rating] = n
    return {key: Figures(levels) for key, levels in counts.items()}


def visits(db: Connection, selection: Selection, *by: Name) -> dict[Key, int]:
    """Every visit answers the first question it is asked, so that it is the one with most answers of its day."""
    place: tuple[Name, ...] = ("kiosk", "day", "session", *(name for name in by if name == "hour"))
    of_each = _summed(selection, (*place, "question")).subquery()
    where = [of_each.c[name] for name in place]
    most = select(*where, func.max(of_each.c.n).label("n")).group_by(*where).subquery()
    names = [most.c[name] for name in by]
    rows = db.execute(select(*names, _sum(most.c.n)).group_by(*names)).all()
    return {tuple(key): n for *key, n in rows if n}


def merge(figures: Iterable[Figures]) -> Figures:
    """Of one question, several places or periods together."""
    total = Counter[int]()
    for one in figures:
        total.update(one.counts)
    return Figures(total)


def grouped(counted: Mapping[Key, Figures], group: Callable[[Key], Key]) -> dict[Key, Figures]:
    """Counted anew under coarser keys, such as the week of a day."""
    parts: dict[Key, list[Figures]] = {}
    for key, figures in counted.items():
        parts.setdefault(group(key), []).append(figures)
    return {key: merge(some) for key, some in parts.items()}


def _summed(selection: Selection, by: Iterable[str]) -> Select[Any]:
    whole = selection.release is None and not selection.flagged
    source = tallies if whole else _from_feed(selection)
    columns = [source.c[name] for name in by]
    n = _sum(source.c.n).label("n")
    return select(*columns, n).where(*_conditions(source, selection)).group_by(*columns)


def _sum(n: ColumnElement[int]) -> ColumnElement[int]:
    """PostgreSQL would answer with a decimal."""
    return func.sum(n).cast(BigInteger)


def _from_feed(selection: Selection) -> FromClause:
    """What the tallies are, or were: of every place its newest revision of that time."""
    older = feed.alias("older")
    same = [older.c.log == feed.c.log, older.c.seq == feed.c.seq]
    if selection.release is not None:
        same.append(older.c.release <= selection.release)
    newest = select(func.max(older.c.revision)).where(*same).scalar_subquery()
    about = select(flags.c.seq).where(flags.c.log == feed.c.log, flags.c.seq == feed.c.seq).exists()
    shown = {name: feed.c[f"shown_{name}"].label(name) for name in ("day", "session", "hour")}
    key = (logs.c.kiosk, feed.c.question, feed.c.rating, *shown.values())
    states = select(*key, func.count().label("n")).join_from(feed, logs, logs.c.id == feed.c.log)
    states = states.where(feed.c.counted, feed.c.revision == newest, *([about] if selection.flagged else []))
    return states.group_by(*key).subquery()


def _conditions(source: FromClause, selection: Selection) -> list[ColumnElement[bool]]:
    days, one = source.c.day, selection
    when = days.between(one.span.first.isoformat(), one.span.last.isoformat()) if one.span else days == NO_DAY
    # The kiosks are always said, so that their days are looked up, not searched for.
    which = source.c.kiosk.in_(sorted(one.kiosks) if one.kiosks is not None else select(kiosks.c.id))
    said = (("question", one.question), ("session", one.session))
    return [which, when, *(source.c[name] == value for name, value in said if value is not None)]
