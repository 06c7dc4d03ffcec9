"""One run: a fault, what the kiosk does about it, and the judgement of the oracle."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from kiosk.votelog.archive import Taken
from sync.ward.check import check
from sync.ward.house import House
from tests.damage.card import Base, Card, counted, finding_kinds, furthest_mark, known

VOTES = 3  # in each half of each boot after the fault


class End(Enum):
    """How a run may end; and how it must not."""

    UNHARMED = "unharmed"
    SUCCEEDED = "closed, succeeded, nothing lost"
    SHORTENED = "shortened, reported"
    UNSEEN = "shortened, newer than every mark"
    STOPPED = "stopped with a sentence"
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True)
class Ending:
    end: End
    why: str = ""


class Fault:
    """`before`: done to the card as it lies there. `during`: begins before the next boot; `after` ends it, perhaps
    twice. `end`: what `before` laid out is taken away."""

    votes = VOTES

    def before(self, card: Card) -> None: ...
    def during(self, card: Card) -> None: ...
    def after(self, card: Card) -> None: ...
    def end(self, card: Card) -> None: ...


STOPS = (OSError, sqlite3.Error, Taken)  # `CannotStart`: one sentence, exit 1, and systemd tries again


def run(base: Base, fault: Fault, folder: Path) -> Ending:
    card, house = base.copy(folder)
    with closing(_Engine(house)):
        before = {one.log: max(furthest_mark(one), known(house, one.log)) for one in card.logs}
        fault.before(card)
        try:
            stopped = _live_with(card, fault)
            told = _live_after(card, house)
            return _judge(card, house, before, stopped, told)
        except Exception as crash:  # noqa: BLE001  a crash is an ending too, and the worst
            return Ending(End.WRONG, f"crash: {type(crash).__name__}: {crash}")
        finally:
            fault.after(card)
            card.off()
            fault.end(card)


class _Engine:
    def __init__(self, house: House) -> None:
        self._house = house

    def close(self) -> None:
        self._house.engine.dispose()


def _live_with(card: Card, fault: Fault) -> str:
    """A boot while the fault lasts; the sentence if the terminal would not start."""
    fault.during(card)
    try:
        card.power_on()
        card.vote(fault.votes)
        card.a_minute_passes()
        card.vote(fault.votes)
    except STOPS as error:
        return str(error) or type(error).__name__
    finally:
        fault.after(card)
        card.off()
    return ""


def _live_after(card: Card, house: House) -> dict[str, str]:
    """A boot without it, and delivery; what the courier tells, by log. The terminal must start again."""
    try:
        card.power_on()
    except STOPS as error:
        return {"": f"the terminal does not start: {error}"}
    card.vote(VOTES)
    card.a_minute_passes()
    card.vote(VOTES)
    card.deliver(house, 2)
    card.a_minute_passes()
    card.vote(1)
    return {log: told.outcome for log, told in card.deliver(house, 2).items() if not told.meant.fine}


def _judge(card: Card, house: House, before: dict[str, int], stopped: str, told: dict[str, str]) -> Ending:
    got, oracle = counted(house), card.oracle
    if wrong := _invented(got, card) or _differs(house):
        return Ending(End.WRONG, wrong)
    missing = {word: place for word, place in oracle.thanked.items() if word not in set(got)}
    if not missing:
        if len(card.logs) > 1:
            return Ending(End.SUCCEEDED)
        return Ending(End.STOPPED if stopped or "" in told else End.UNHARMED, stopped)
    if told.get("") or all(_waits(told.get(log, "")) for log, _ in missing.values()):
        return Ending(End.STOPPED, f"{told}")
    silent = {word: place for word, place in missing.items() if not _reported(card, house, place[0], told)}
    if not silent:
        return Ending(End.SHORTENED, f"{len(missing)} missing")
    if all(seq > before.get(log, 0) for log, seq in silent.values()):
        return Ending(End.UNSEEN, f"{len(silent)} missing")
    return Ending(End.WRONG, f"lost in silence: {silent}; marks {before}; told {told}; found {finding_kinds(house)}")


def _invented(got: list[str], card: Card) -> str:
    if len(got) != len(set(got)):
        return f"counted twice: {sorted(word for word in set(got) if got.count(word) > 1)}"
    if refused := card.oracle.sorry & set(got):
        return f"counted, though the citizen was told that it was not recorded: {sorted(refused)}"
    if invented := set(got) - card.oracle.thanked.keys():
        return f"counted, though nobody pressed: {sorted(invented)}"
    return ""


def _differs(house: House) -> str:
    with house.engine.connect() as db:
        return "; ".join(check(db, house))


def _waits(outcome: str) -> bool:
    """Nothing is lost: it is on the card, and a person is told why it does not leave it."""
    return outcome in ("FORGED", "NOT_ENROLLED", "UNREADABLE", "NO_KEY", "UNKNOWN_LOG", "BAD_SIGNATURE")


def _reported(card: Card, house: House, log: str, told: dict[str, str]) -> bool:
    """Whether somebody is told that this log lost something: by its successor's first entry, the courier, a finding."""
    broken = told.get(log) in ("DAMAGED", "FORKED", "BROKEN_CHAIN", "NO_KEY")
    return (
        broken
        or (len(card.logs) > 1 and bool(finding_kinds(house) & {"succeeded", "shortened", "fork"}))
        or "torn" in finding_kinds(house)
    )
