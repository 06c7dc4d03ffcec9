"""Units: the ward itself, and what is below it. Every kiosk, account and token belongs to one; none is ever deleted."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from sync.ward.codes import find_kiosk
from sync.ward.failure import Failure
from sync.ward.permissions import ROOT, Tree
from sync.ward.store.people import units
from sync.ward.store.tables import kiosks
from sync.ward.unfit import Unfit


@dataclass(frozen=True, slots=True)
class Unit:
    id: int
    name: str  # "" is the ward itself, whose name stands in ward.toml
    depth: int  # 0 is the ward itself


def read_tree(db: Connection) -> Tree:
    return Tree({row.id: row.parent for row in db.execute(select(units.c.id, units.c.parent))})


def all_units(db: Connection) -> list[Unit]:
    """Each behind the one it belongs to, by name."""
    rows = db.execute(select(units).order_by(units.c.name, units.c.id)).all()

    def under(parent: int | None, depth: int) -> list[Unit]:
        own = [row for row in rows if row.parent == parent]
        return [unit for row in own for unit in (Unit(row.id, row.name, depth), *under(row.id, depth + 1))]

    return under(None, 0)


def find_unit(db: Connection, said: str) -> int:
    """By number, or by a name that only one unit has."""
    named = list(db.execute(select(units.c.id).where(units.c.name == said.strip(), units.c.id != ROOT)).scalars())
    number = int(said) if said.isdecimal() and len(said) < 10 else 0
    found = named or list(db.execute(select(units.c.id).where(units.c.id == number)).scalars())
    if len(found) != 1:
        raise Unfit("unit_several" if found else "no_such_unit", name=said[:60])
    return int(found[0])


def add_unit(db: Connection, name: str, parent: int) -> int:
    name = name.strip()
    if not 0 < len(name) <= 100:
        raise Unfit("unit_name")
    if db.execute(select(units.c.id).where(units.c.name == name, units.c.parent == parent)).first():
        raise Unfit("unit_exists", name=name)
    return int(db.execute(insert(units).values(name=name, parent=parent).returning(units.c.id)).scalar_one())


def move_unit(db: Connection, unit: int, parent: int) -> None:
    """With everything below it. Who sees the new place sees its past as well."""
    if unit == ROOT or parent in read_tree(db).below(unit):
        raise Unfit("unit_circle")
    db.execute(update(units).where(units.c.id == unit).values(parent=parent))


def move_kiosk(db: Connection, kiosk: str, unit: int) -> str:
    """The kiosk's name. Its past goes with it: who sees the unit sees all that the kiosk ever released."""
    try:
        row = find_kiosk(db, kiosk)
    except Failure as error:
        raise Unfit("kiosk_unknown", name=kiosk[:60]) from error
    db.execute(update(kiosks).where(kiosks.c.id == row.id).values(unit=unit))
    return str(row.name)


def names(db: Connection, ward: str) -> dict[int, str]:
    """Every unit's name by its number; the first is the ward's own."""
    return {unit.id: unit.name or ward for unit in all_units(db)}
