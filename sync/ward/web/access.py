"""Who may ask for what: every route says by its `opt` whom it is for, and one guard asks, before anything else.

    @get("/compare", opt=login(), sync_to_thread=True, include_in_schema=False)
    def compare(who: NamedDependency[Visitor], house: NamedDependency[House]) -> Response[str]: ...

    @post("/transactions", opt=login(Action.ENTER), status_code=303)       a form; its hidden field "form" was checked
    @get("/v1/statistics", opt=token(Scope.STATISTICS))                    a machine with a bearer token

What may be seen there is the handler's duty: `who.kiosks(db)`, `who.may(action, unit)` (visitor.py). A route that says
nothing is open to nobody.
"""

from dataclasses import dataclass
from typing import Any

from sync.ward.permissions import Action, Scope

KEY = "access"


@dataclass(frozen=True, slots=True)
class Public:
    """Everybody: it tells nothing about anybody."""


@dataclass(frozen=True, slots=True)
class Signed:
    """Kiosks: the handler checks the signature in the body."""


@dataclass(frozen=True, slots=True)
class ByToken:
    scope: Scope


@dataclass(frozen=True, slots=True)
class ByLogin:
    action: Action


@dataclass(frozen=True, slots=True)
class Door:
    """The way in: nobody is known yet, but its form is checked as every other is."""


Access = Public | Signed | ByToken | ByLogin | Door
Opt = dict[str, Any]


def public() -> Opt:
    return {KEY: Public()}


def signed() -> Opt:
    return {KEY: Signed()}


def token(scope: Scope) -> Opt:
    return {KEY: ByToken(scope)}


def login(action: Action = Action.LOOK) -> Opt:
    return {KEY: ByLogin(action)}


def door() -> Opt:
    return {KEY: Door()}
