"""Entries on their way into the log: what could not be written is counted, and told in one `fault` afterwards."""

from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from kiosk.entry import Stamp
from kiosk.refused import Kept, Refused
from kiosk.votelog.log import Body, NotRecorded, Place


class Journal(Protocol):
    """What the booth needs of the log."""

    def append(self, kind: str, stamp: Stamp, body: Body) -> Place: ...
    def rest(self, stamp: Stamp) -> None: ...


class Recorder:
    """Appends, and remembers what it had to refuse, and what the run before it had to."""

    def __init__(self, journal: Journal, now: Callable[[], Stamp], kept: Kept | None = None) -> None:
        self._journal, self._now, self._kept = journal, now, kept or Kept(None)
        self._refused = self._kept.find()

    def append(self, kind: str, stamp: Stamp, body: Body) -> Place | None:
        """Where the entry stands, once it is durable; None if it is not in the log and never will be."""
        try:
            return self._journal.append(kind, stamp, body)
        except NotRecorded as error:
            self._refuse(kind, stamp, str(error))
            return None

    def write(self, kind: str, stamp: Stamp, body: Body) -> None:
        """An entry that nobody waits for."""
        if self.append(kind, stamp, body):
            self.tell_refused()

    def tell_refused(self) -> None:
        """If the log works again."""
        if self._refused:
            try:
                self._journal.append("fault", self._now(), self._refused.body())
            except NotRecorded:
                return  # the next entry that is recorded tells it
            self._refused = None
            self._kept.forget()

    def fail(self, stamp: Stamp, why: str) -> None:
        """Nothing can be recorded from here on, as the start has found."""
        self._refused = self._refused or Refused(why, stamp, stamp)

    def recovers(self) -> bool:
        """Whether entries can be recorded, as far as we know; tries, if the last one could not."""
        self.tell_refused()
        return self._refused is None

    def rest(self) -> None:
        with suppress(NotRecorded):  # no successor could begin: the next rest tries again
            self._journal.rest(self._now())

    def _refuse(self, kind: str, stamp: Stamp, why: str) -> None:
        if self._refused is None:
            self._refused = Refused(why, stamp, stamp)
        self._refused.kinds[kind] += 1
        self._refused.last = stamp
        self._kept.keep(self._refused)
