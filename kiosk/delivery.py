"""How the delivery stands, from the small files that the courier keeps in `data/sync`. One that is missing is none.

Their sentences are ids of the catalogue `delivery`, so that the terminal need not know what can become of a delivery.
"""

import fcntl
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from assets.words import catalogue
from kiosk.network import Network

T = TypeVar("T")

FINE = {"GO_ON", "TELL"}  # nothing is wrong, or nothing more can be had and the next log goes on


class Told(msgspec.Struct, frozen=True):
    sentence: str = ""
    facts: dict[str, str | int] = {}
    then: str = "GO_ON"

    def say(self, translate: Callable[[str], str]) -> str:
        return translate(self.sentence).format_map(defaultdict(lambda: "?", self.facts))


class LogStatus(msgspec.Struct, frozen=True):
    told: Told = Told()


class Status(msgspec.Struct, frozen=True):
    enrolment: Told | None = None
    pull: Told | None = None
    logs: dict[str, LogStatus] = {}

    def troubles(self) -> list[Told]:
        told = [self.enrolment, self.pull, *(log.told for log in self.logs.values())]
        return [one for one in told if one and one.then not in FINE]


class Ward(msgspec.Struct, frozen=True):
    url: str
    kiosk: str


class Introduced(msgspec.Struct, frozen=True):
    fingerprint: str


class Surroundings(msgspec.Struct, frozen=True):
    """`can`: which requests of `kiosk/spool.py` the courier serves."""

    network: Network = Network()
    can: tuple[str, ...] = ()


def status(data: Path) -> Status:
    return _read(data / "sync" / "status.json", Status) or Status()


def sentence(data: Path, language: str) -> str:
    """What was last to be said about it, in one language: the troubles first."""
    found = status(data)
    told = found.troubles() or [log.told for log in found.logs.values()][-1:]
    translate = catalogue("delivery", language).gettext
    return " ".join(dict.fromkeys(one.say(translate) for one in told))


def told_in(answer: dict[str, Any], language: str) -> str:
    """The sentences of an answer of the courier that brings its own; "" for one that does not."""
    try:
        told = msgspec.convert(answer.get("told", []), list[Told])
    except msgspec.ValidationError:
        return ""
    return " ".join(one.say(catalogue("delivery", language).gettext) for one in told)


def ward(data: Path) -> Ward | None:
    return _read(data / "sync" / "ward.json", Ward) or _read(data / "sync" / "ward.copy.json", Ward)


def fingerprint(data: Path) -> str:
    """Of the key that was introduced to a ward by stick; "" if none was."""
    found = _read(data / "sync" / "introduced.json", Introduced)
    return found.fingerprint if found else ""


def surroundings(data: Path) -> Surroundings:
    """What the courier last saw of the network. The terminal's own service sees none."""
    return _read(data / "sync" / "network.json", Surroundings) or Surroundings()


def courier_runs(data: Path) -> bool:
    return is_held(data / "sync" / "run.lock")


def is_held(lock: Path) -> bool:
    """Whether some process holds it just now."""
    try:
        with lock.open("rb") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _read(file: Path, kind: type[T]) -> T | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
