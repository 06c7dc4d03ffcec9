"""Which presses count: panel and screen share one rule, so one tap can't count twice, nor a held or hammered button.

A press counts if nothing else is held down and the whole panel has been quiet for `quiet` ms since the last release.
Every press that does not count starts that quiet time again: a child hammering for a minute is one vote.
"""

from dataclasses import dataclass, field

from kiosk.states import Via

Source = tuple[Via, int]  # the button or the face of one rating


@dataclass(slots=True)
class Debounce:
    """Times in ms. A line held longer than `stuck` no longer holds up the others."""

    quiet: int
    stuck: int
    _held: dict[Source, int] = field(default_factory=dict)
    _released: int | None = None

    def press(self, source: Source, at: int) -> bool:
        """True if this press counts."""
        counts = self._is_quiet(at)
        self._held.setdefault(source, at)
        return counts

    def release(self, source: Source, at: int) -> None:
        if self._held.pop(source, None) is not None:
            self._released = at

    def _is_quiet(self, at: int) -> bool:
        if any(at - since < self.stuck for since in self._held.values()):
            return False
        return self._released is None or at - self._released >= self.quiet
