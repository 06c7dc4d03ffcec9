"""One citizen's visit, as far as it is known: where it began in the log, the last rating, the language."""

from dataclasses import dataclass
from typing import Any

from kiosk.events import Press
from kiosk.votelog.log import Place


@dataclass(slots=True)
class Visit:
    language: str
    first: Place | None = None  # the visit's first vote
    rating: int = 0  # the last one noted

    def begun_at(self, place: Place) -> Place:
        """A visit lies in one log: if a successor began in the middle, its first entry there leads."""
        return self.first if self.first and self.first.log == place.log else place

    def vote(self, place: Place, question: str, press: Press) -> dict[str, Any]:
        """The body of the entry that will stand at `place`."""
        return {
            "visit": self.begun_at(place).seq,
            "question": question,
            "rating": press.rating,
            "lang": self.language,
            "via": press.via,
        }
