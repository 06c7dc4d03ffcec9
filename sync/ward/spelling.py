"""The spells of a log in the database, dated as its votes are."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, delete, select

from sync.ward.settle import Calendar
from sync.ward.spells import Spell
from sync.ward.store.rows import add_rows
from sync.ward.store.tables import spells
from sync.ward.stretches import Stretch

SPELL = tuple(spells.c[name] for name in Spell.__struct_fields__)
WHEN = ("began_at", "ended_at", "error")
SLICE = 500


class Moment(NamedTuple):
    """What is dated: one end of a spell."""

    seq: int
    mono: int
    wall: int
    clock: str


class DatedSpell(NamedTuple):
    spell: Spell
    began_at: int | None
    ended_at: int | None
    error: int | None

    def row(self, log: str) -> tuple[Any, ...]:
        """In the order of the table's columns."""
        return (log, *msgspec.structs.astuple(self.spell), *self[1:])


def date_spell(spell: Spell, calendar: Calendar) -> DatedSpell:
    """Its end by the same evidence as its beginning, and the monotonic clock between."""
    begin = calendar.date(Moment(spell.first, spell.began, spell.wall, spell.clock))
    wall = spell.wall + spell.ended - spell.began
    end = calendar.date(Moment(spell.last, spell.ended, wall, spell.clock))
    if begin.at is None or begin.error is None or end.at is None or end.error is None:
        return DatedSpell(spell, None, None, None)
    return DatedSpell(spell, begin.at, max(begin.at, end.at), max(begin.error, end.error))


def newest_spell(db: Connection, log: str) -> Spell | None:
    row = db.execute(select(*SPELL).where(spells.c.log == log).order_by(spells.c.first.desc()).limit(1)).first()
    return Spell(*row) if row else None


def spells_from(db: Connection, log: str, first: int) -> list[DatedSpell]:
    query = select(spells).where(spells.c.log == log, spells.c.first >= first).order_by(spells.c.first)
    return [dated(row) for row in db.execute(query)]


def spells_within(db: Connection, log: str, stretches: Iterable[Stretch]) -> list[DatedSpell]:
    """Those that began within one of these stretches."""
    found: list[DatedSpell] = []
    for one in stretches:
        query = select(spells).where(spells.c.log == log, spells.c.first.between(one.first, one.last))
        found += [dated(row) for row in db.execute(query.order_by(spells.c.first))]
    return found


def dated(row: Any) -> DatedSpell:
    return DatedSpell(Spell(*(row._mapping[column] for column in SPELL)), row.began_at, row.ended_at, row.error)


def write_spells(db: Connection, log: str, new: Sequence[DatedSpell]) -> None:
    """In the place of those that were there."""
    firsts = [one.spell.first for one in new]
    for start in range(0, len(firsts), SLICE):
        db.execute(delete(spells).where(spells.c.log == log, spells.c.first.in_(firsts[start : start + SLICE])))
    add_rows(db, spells, [one.row(log) for one in new])
