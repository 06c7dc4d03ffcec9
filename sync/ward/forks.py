"""Forked logs: what each branch holds, and a person's decision which one counts. No branch is ever deleted."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from sync.ward.audit import write_audit
from sync.ward.branches import FIRST, letter, lines_on, numbers, path
from sync.ward.failure import Failure
from sync.ward.findings import file_finding
from sync.ward.house import House
from sync.ward.reading import Remark, read_lines
from sync.ward.rebuild import count_again
from sync.ward.store.tables import branches, headers, logs


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch, as a person is shown it. It tells no rating: who decides must not be able to choose the result."""

    name: str
    first: int  # the first entry that is its own; 1 for A
    last: int
    votes: int  # of the whole branch, from entry 1 on
    came: int | None  # Unix ms; None for A, which came as it went on
    counts: bool


def find_log(db: Connection, text: str) -> Row[Any]:
    """A log by its id, or by enough of its first digits."""
    digits = text.strip().lower()
    found = db.execute(select(logs).where(func.substr(logs.c.id, 1, len(digits)) == digits)).all() if digits else []
    if len(found) != 1:
        why = "no log begins" if not found else f"{len(found)} logs begin"
        raise Failure(f"{why} with {text:.40}; `ward status` names them")
    return found[0]


def forked_logs(db: Connection) -> list[Row[Any]]:
    forked = select(branches.c.log).distinct()
    return list(db.execute(select(logs).where(logs.c.id.in_(forked)).order_by(logs.c.enrolled, logs.c.id)).all())


def branches_of(db: Connection, log: Row[Any]) -> list[Branch]:
    return [_branch(db, log, number) for number in numbers(db, log.id)]


def decide(db: Connection, house: House, log: Row[Any], branch: int, who: str) -> None:
    """From now on this branch counts; what was released so far is corrected by new rows of the feed."""
    if branch not in numbers(db, log.id):
        raise Failure(f"log {log.id} has no branch {letter(branch)}; `ward fork {log.id[:8]}` shows those it has")
    if branch == log.branch:
        raise Failure(f"branch {letter(branch)} of log {log.id} counts already")
    now, said = house.clock(), f"branch {letter(branch)} counts instead of {letter(log.branch)}"
    db.execute(update(logs).where(logs.c.id == log.id).values(branch=branch))
    count_again(db, house, db.execute(select(logs).where(logs.c.id == log.id)).one())
    write_audit(db, who, "fork", f"log {log.id}: {said}", now)
    file_finding(db, log.id, Remark("fork-decided", f"branch {letter(branch)}", f"{who}: {said}"), now)


def _branch(db: Connection, log: Row[Any], number: int) -> Branch:
    stretches = path(db, log, number)
    first, last = (stretches[-1].first, stretches[-1].last) if stretches else (1, 0)
    cast = sum(vote.kind == "vote" for vote in read_lines(0, lines_on(db, log, number)).votes)
    came = None if number == FIRST else _came(db, log.id, number)
    return Branch(letter(number), first, last, cast, came, number == log.branch)


def _came(db: Connection, log: str, number: int) -> int | None:
    brought = select(branches.c.nonce).where(branches.c.log == log, branches.c.branch == number)
    return db.execute(
        select(func.min(headers.c.received)).where(headers.c.log == log, headers.c.nonce.in_(brought))
    ).scalar()
