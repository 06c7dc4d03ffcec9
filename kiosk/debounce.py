"""Which presses count: panel and screen share one rule, so one tap can't count twice, nor a held or hammered button.

A press counts if nothing else is held down and the whole panel has been quiet for `quiet` ms since the last release.
Every press that does not count starts that quiet time again: a child hammering for a minute is one vote.
A line held for `stuck` ms is stuck: it is ignored until it is released, and does not hold up the others.
"""

from dataclasses import dataclass, field

from kiosk.states import Via

Source = tuple[Via, int]  # the button or the face of one rating


@dataclass(slots=True)
class Debounce:
    """Times in ms. Call `give_up(at)` before a press or release at `at`, so that what is stuck by then is known."""

    quiet: int
    stuck_after: int
    stuck: set[Source] = field(default_factory=set)
    _held: dict[Source, int] = field(default_factory=dict)
    _released: int | None = None

    def press(self, source: Source, at: int) -> bool:
        """True if this press counts."""
        if source in self.stuck:
            return False
        counts = not self._held and (self._released is None or at - self._released >= self.quiet)
        self._held.setdefault(source, at)
        return counts

    def release(self, source: Source, at: int) -> bool:
        """True if this line was stuck until now."""
        self._released = at  # also the second finger on one face, whose press was not counted
        self._held.pop(source, None)
        was_stuck = source in self.stuck
        self.stuck.discard(source)
        return was_stuck

    def is_back(self, source: Source) -> bool:
        """A stuck face that is touched again was let go unnoticed. A stuck button is different: its line is down."""
        via, _ = source
        back = via == "touch" and source in self.stuck
        if back:
            self.stuck.discard(source)
        return back

    def give_up(self, now: int) -> list[Source]:
        """The lines that have become stuck by now; each is told once."""
        fresh = [source for source, since in self._held.items() if now - since >= self.stuck_after]
        for source in fresh:
            del self._held[source]
        self.stuck.update(fresh)
        return fresh

    @property
    def patience_ends(self) -> int | None:
        """When the line held longest becomes stuck."""
        return min(self._held.values()) + self.stuck_after if self._held else None
