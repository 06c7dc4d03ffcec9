"""A simulated year as a kiosk's lines: each power cut is a boot whose `start` says when the terminal was last alive."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sync.ward.opening import Session
from sync.ward.sample.year import Visit, Year, moment
from tests.ward.a_year import Chained
from tests.ward.detection import sessions

MINUTE = 60_000


def lines_of(year: Year, kiosk: Chained) -> None:
    """Appends them; the clock is synchronised all the time."""
    Life(kiosk, moment(year.first, 1)).live(year)


@dataclass
class Life:
    kiosk: Chained
    at: int
    boots: int = 0

    def live(self, year: Year) -> None:
        self.boot(None)
        visits = iter([*year.visits, None])
        visit = next(visits)
        for begins, ends in cuts(year):
            while visit is not None and visit.at < begins:
                self.visit(visit)
                visit = next(visits)
            self.pass_until(begins)
            alive = self.stamp()
            self.pass_until(ends)
            self.boot(alive)
        while visit is not None:
            self.visit(visit)
            visit = next(visits)

    def pass_until(self, at: int) -> None:
        self.kiosk.pass_time(max(0, at - self.kiosk.wall))

    def boot(self, alive: dict[str, Any] | None) -> None:
        self.boots += 1
        self.kiosk.boot, self.kiosk.mono = f"{self.boots:08}-1111-4111-8111-{self.kiosk.log[:12]}", 30_000
        self.kiosk.wall = max(self.kiosk.wall, self.at) if alive else self.at
        held = [self.said(one) for one in sessions()]
        self.kiosk.start(sessions=held, ended="power" if alive else "first", alive=alive)

    @staticmethod
    def said(one: Session) -> dict[str, Any]:
        name = {"vi": one.name.vi, "en": one.name.en}
        return {"name": name, "days": list(one.days), "from": one.from_, "to": one.to}

    def stamp(self) -> dict[str, Any]:
        return {"boot": self.kiosk.boot, "mono": self.kiosk.mono, "wall": self.kiosk.wall, "clock": "synced"}

    def visit(self, visit: Visit) -> None:
        first = None
        for press in visit.presses:
            self.kiosk.pass_time(press.at - self.kiosk.wall)  # never back: `append` takes less than people do
            seq = self.kiosk.vote(press.rating, first, press.question, "trial" if visit.trial else "vote")
            self.kiosk.pass_time(-1000)  # what `append` passed by itself
            first = first or seq


def cuts(year: Year) -> Iterator[tuple[int, int]]:
    """Overlapping ones put together."""
    end = 0
    begin = 0
    for begins, ends in sorted(year.off):
        if begins > end:
            if end:
                yield begin, end
            begin = begins
        end = max(end, ends)
    if end:
        yield begin, end
