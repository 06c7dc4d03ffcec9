"""One thing that is known of this kiosk, in sentences of one language."""

from collections.abc import Callable
from dataclasses import dataclass

Say = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Fact:
    """`trouble` is None when nothing must be mended."""

    name: str
    value: str
    trouble: str | None = None
