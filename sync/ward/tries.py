"""Wrong passwords: each makes the pause before the next try longer, up to a limit. No account is ever locked for ever.

A try counts as wrong before the password is looked at, so that many at once gain nothing. What is asked during a pause
is refused unread, and makes the pause no longer: who guesses from one address cannot keep the owner out.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from sync.ward.store.people import tries
from sync.ward.times import DAY, HOUR

SECOND = 1000


@dataclass(frozen=True, slots=True)
class Patience:
    free: int  # wrong tries without a pause
    most: int  # ms, the longest pause
    memory: int  # ms after which all is forgotten

    def pause(self, wrong: int) -> int:
        """ms: 1 s after the last free one, and twice as long with each."""
        return min(self.most, SECOND << min(wrong - self.free, 30)) if wrong >= self.free else 0


ACCOUNT = Patience(free=3, most=60 * SECOND, memory=DAY)
ADDRESS = Patience(free=10, most=900 * SECOND, memory=HOUR)  # a whole office may share one


@dataclass(frozen=True, slots=True)
class Try:
    wait: int  # ms; 0: go on, and it counts as wrong until `was_right`. Else nothing was changed
    before: int  # when the last wrong one came from this address


def begin_try(db: Connection, name: str, address: str, now: int) -> Try:
    db.execute(delete(tries).where(tries.c.last <= now - DAY))
    both = ((_account(name), ACCOUNT), (_address(address), ADDRESS))
    known = [(whose, patience, _wrong(db, whose, patience, now)) for whose, patience in both]
    left = max(last + patience.pause(wrong) - now for _, patience, (wrong, last) in known)
    before = known[1][2][1]
    if left > 0:
        return Try(left, before)
    for whose, _, (wrong, _last) in known:
        _keep(db, whose, wrong + 1, now)
    return Try(0, before)


def was_right(db: Connection, name: str, address: str, begun: Try) -> None:
    """The account starts anew; of the address only this try is taken back, or one own account would open all others."""
    db.execute(delete(tries).where(tries.c.whose == _account(name)))
    this = update(tries).where(tries.c.whose == _address(address))
    db.execute(this.values(wrong=tries.c.wrong - 1, last=begun.before))


def _wrong(db: Connection, whose: str, patience: Patience, now: int) -> tuple[int, int]:
    row = db.execute(select(tries).where(tries.c.whose == whose).with_for_update()).first()
    return (row.wrong, row.last) if row and row.last > now - patience.memory else (0, 0)


def _keep(db: Connection, whose: str, wrong: int, now: int) -> None:
    changed = db.execute(update(tries).where(tries.c.whose == whose).values(wrong=wrong, last=now))
    if not changed.rowcount:
        db.execute(insert(tries).values(whose=whose, wrong=wrong, last=now))


def _account(name: str) -> str:
    return f"account {name[:100]}"


def _address(address: str) -> str:
    return f"address {address[:100]}"
