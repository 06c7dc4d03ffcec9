"""What the screen learns of the world besides the booth: the wall clock, how far to believe it, and a voice."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from assets.words import Catalogues, installed
from kiosk.entry import Clock


class Voice(Protocol):
    """Reads aloud, beside the screen. Each call returns at once."""

    def can_read(self, language: str, name: str) -> bool: ...

    def read(self, language: str, name: str, sentence: str) -> None: ...

    def hush(self) -> None: ...


class Silence:
    """No voice: the button for it is not shown."""

    def can_read(self, language: str, name: str) -> bool:  # noqa: ARG002
        return False

    def read(self, language: str, name: str, sentence: str) -> None: ...

    def hush(self) -> None: ...


def _no_clock() -> datetime:
    return datetime.fromtimestamp(0).astimezone()


def _unsynced() -> Clock:
    return "unsynced"


@dataclass(frozen=True)
class World:
    """By itself a world without a clock that is believed, and without a voice."""

    now: Callable[[], datetime] = _no_clock  # local time
    clock_state: Callable[[], Clock] = _unsynced
    voice: Voice = field(default_factory=Silence)
    sentences: Catalogues = field(default_factory=installed)
