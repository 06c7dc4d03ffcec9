"""How long to wait after trouble: exponential with jitter, and what a `Retry-After` asks for."""

from collections.abc import Callable
from email.utils import parsedate_to_datetime

FIRST, LONGEST = 2.0, 600.0  # s
LONGEST_ASKED = 3600.0  # s; a login page must not be able to silence a kiosk for years

Uniform = Callable[[float, float], float]  # random.uniform


class Backoff:
    """The n-th wait lies between half and all of 2, 4, 8, ... 600 s, so that a ward's kiosks don't return in step."""

    def __init__(self, uniform: Uniform) -> None:
        self._uniform, self._ceiling = uniform, FIRST

    def next(self, asked: float | None = None) -> float:
        """Seconds; at least what the other side asked for."""
        ceiling, self._ceiling = self._ceiling, min(2 * self._ceiling, LONGEST)
        return max(self._uniform(ceiling / 2, ceiling), min(asked or 0, LONGEST_ASKED))

    def reset(self) -> None:
        self._ceiling = FIRST


def retry_after(value: str | None, date: str | None) -> float | None:
    """Seconds from a `Retry-After` of either form. A date is read against the answer's own `Date`: ours may be wrong
    by months."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return min(float(value), LONGEST_ASKED)
    try:
        return max(0.0, (parsedate_to_datetime(value) - parsedate_to_datetime(date or "")).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
