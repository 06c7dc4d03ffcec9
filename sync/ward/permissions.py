"""Who may do what, and where: the one place that decides. Pure: it knows neither the database nor HTTP.

A role (of a person) or the scopes (of a token) say *what*; a unit says *where*: that unit and everything below it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

ROOT = 1  # the unit that is the ward itself; all others are below it


class Action(StrEnum):
    """What can be done. What is not named here is open to everybody, or to nobody."""

    LOOK = "look"  # released figures, health, findings, transactions, reports, and the files made of them
    ENTER = "enter"  # transactions, notes on findings, answers to messages
    AUDIT = "audit"  # read the audit trail
    EXPORT = "export"  # a log's own lines, for verification: each rating is readable there
    EXACT = "exact"  # ratings at once and with their exact times; each use is in the audit trail
    MANAGE = "manage"  # people, tokens, units, where kiosks belong
    FEED = "feed"
    STATISTICS = "statistics"
    METRICS = "metrics"


class Role(StrEnum):
    VIEWER = "viewer"
    MANAGER = "manager"
    INSPECTOR = "inspector"
    ADMINISTRATOR = "administrator"


class Scope(StrEnum):
    """What a token opens."""

    FEED = "feed"  # released votes
    EXACT = "exact"  # ... with the exact time, also where ratings are released by the day
    STATISTICS = "statistics"  # figures, as the pages show them
    METRICS = "metrics"  # how the server and the kiosks are; no rating


ROLES: Mapping[Role, frozenset[Action]] = {
    Role.VIEWER: frozenset({Action.LOOK}),
    Role.MANAGER: frozenset({Action.LOOK, Action.ENTER}),
    Role.INSPECTOR: frozenset({Action.LOOK, Action.AUDIT, Action.EXPORT, Action.EXACT}),
    Role.ADMINISTRATOR: frozenset({Action.LOOK, Action.ENTER, Action.AUDIT, Action.MANAGE}),
}
EVERYWHERE = frozenset({Role.INSPECTOR, Role.ADMINISTRATOR})  # whatever unit their account is kept under


@dataclass(frozen=True, slots=True)
class Tree:
    """Units by number, each with the one it belongs to; None for the ward itself."""

    parents: Mapping[int, int | None]

    def below(self, unit: int) -> frozenset[int]:
        """The unit and everything below it; nothing, if it is not known."""
        return frozenset(one for one in self.parents if unit in self.path(one))

    def path(self, unit: int) -> tuple[int, ...]:
        """From the unit up to the ward."""
        found: list[int] = []
        step: int | None = unit
        while step in self.parents and step is not None and step not in found:
            found.append(step)
            step = self.parents[step]
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Rights:
    actions: frozenset[Action]
    units: frozenset[int]

    def may(self, action: Action, unit: int | None = None) -> bool:
        """Without a unit: somewhere at least."""
        return action in self.actions and (unit in self.units if unit is not None else bool(self.units))


def rights_of(role: Role, unit: int, tree: Tree) -> Rights:
    return Rights(ROLES[role], tree.below(ROOT if role in EVERYWHERE else unit))


def rights_by(scopes: Iterable[Scope], unit: int, tree: Tree) -> Rights:
    """Of a token."""
    return Rights(frozenset(Action(scope) for scope in scopes), tree.below(unit))
