"""Who asks: a person who logged in, a token's system, or whoever sits at this computer while there are no accounts."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from sync.ward.failure import Failure
from sync.ward.permissions import Action, Rights, Role
from sync.ward.store.tables import kiosks


class NotSeen(Failure):
    """Not there, or not for this visitor: which of the two is not told."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A handler gets it as `who: NamedDependency[Visitor]`, if its route is open by `login` or `token` (web/access.py).

    `who.may(Action.ENTER)`        somewhere at least: whether a page offers it
    `who.may(Action.ENTER, unit)`  for what belongs to this unit
    `who.kiosks(db)`               the kiosks of all the units that may be seen: every query about kiosks, votes,
                                   figures, findings, transactions is limited to these
    `who.check_kiosk(db, id)`      raises NotSeen (404) for any other
    `who.language`                 "vi" or "en": of the account, or as `?lang=` says
    `who.form`                     the value of the hidden field "form" in every form that changes something
    `who.name`                     for the audit trail
    """

    name: str
    person: str
    rights: Rights
    unit: int
    language: str
    role: Role | None = None  # None: no person
    form: str = ""
    account: int | None = None  # None: no person
    temporary: bool = False  # the password has to be changed first

    def may(self, action: Action, unit: int | None = None) -> bool:
        return self.rights.may(action, unit)

    def kiosks(self, db: Connection) -> frozenset[int]:
        rows = db.execute(select(kiosks.c.id, kiosks.c.unit))
        return frozenset(row.id for row in rows if row.unit in self.rights.units)

    def check_kiosk(self, db: Connection, kiosk: int) -> None:
        if kiosk not in self.kiosks(db):
            raise NotSeen(f"there is no kiosk {kiosk}")
