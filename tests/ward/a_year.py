"""A year of one kiosk against the known truth: bad clocks, no network, sticks, replays, a drifting crystal.

    .venv/bin/python -m tests.ward.a_year [WEEKS] [SEED]

Real lines, chain and batches; the real ward's intake and dating on SQLite; its clock is right, as a ward's should be
(`test_attacks_on_time.py` says what happens when it is not). Prints how sure the dates are, by their evidence.
"""

import json
import math
import random
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from kiosk.entry import genesis, link
from sync.ward.check import check
from sync.ward.codes import add_kiosk, issue
from sync.ward.dating import HOUR, SECOND, Anchor
from sync.ward.enrolment import Enroller, introduce
from sync.ward.house import House, enter, found
from sync.ward.intake import Intake
from sync.ward.rebuild import rebuild
from sync.ward.settings import Release
from sync.ward.store.engine import writing
from sync.ward.store.found import findings
from sync.ward.store.tables import anchors, boots, entries, tallies, votes
from sync.ward.web.serving import open_writer
from sync.wire import Echo
from tests.ward.kiosk_double import KioskDouble

MINUTE, DAY, WEEK = 60 * SECOND, 24 * HOUR, 7 * 24 * HOUR
MONDAY = 1_767_571_200_000 - 7 * HOUR  # 5 January 2026, 00:00 in Hà Nội
SYNC_LASTS = 32_000 * SECOND  # the kernel calls itself synchronised so long after NTP's last word
STEPS_FROM = 400  # ms: below, timesyncd slews


@dataclass(frozen=True)
class Week:
    """How the office was that week. `at_boot`: what the wall clock says when the power comes."""

    name: str
    at_boot: str = "last"  # last (shutdown) | 1970 | 2036 | battery
    ntp: bool = False
    ward: bool = False
    stick: bool = False
    left_on: bool = False  # over the nights; else the power goes every evening
    trip: tuple[int, int] = (20, 500)  # ms


WEEKS = (
    Week("network and NTP", ntp=True, ward=True),
    Week("the ward's network, no NTP", at_boot="1970", ward=True),
    Week("nothing but a stick", at_boot="last", stick=True),
    Week("left on, the ward once a day", at_boot="2036", ward=True, left_on=True),
    Week("NTP, and a stick", at_boot="last", ntp=True, stick=True),
    Week("a clock battery and a stick", at_boot="battery", stick=True),
    Week("a slow network", at_boot="1970", ward=True, trip=(1000, 4000)),
    Week("nothing at all", at_boot="2036"),
)


class Chained(KioskDouble):
    """The chain is not followed from the beginning for each batch."""

    def hashes(self) -> list[bytes]:
        known = self.__dict__.setdefault("known", [genesis(self.public)])
        for line in self.lines[len(known) - 1 :]:
            known.append(link(known[-1], line))
        return known


@dataclass
class Board:
    """A Raspberry Pi's clocks. The crystal is off by `ppm`, and by what the day's and the year's warmth do to it."""

    ppm: float
    true: int
    mono: float = 0.0
    offset: float = 0.0  # wall - mono
    heard: int | None = None  # `true` of NTP's last word

    def pass_until(self, true: int) -> None:
        warmth = 4 * math.sin(2 * math.pi * true / DAY) + 3 * math.sin(2 * math.pi * true / (52 * WEEK))
        self.mono += (true - self.true) * (1 + (self.ppm + warmth) / 1e6)
        self.true = true

    @property
    def wall(self) -> int:
        return round(self.mono + self.offset)

    @property
    def synced(self) -> bool:
        return self.heard is not None and self.true - self.heard < SYNC_LASTS

    def hear_ntp(self, said: int) -> bool:
        """As systemd-timesyncd: a large offset steps the wall clock, a small one is slewed, `mono` with it."""
        off, self.heard = said - self.wall, self.true
        stepped = abs(off) >= STEPS_FROM
        self.offset += off if stepped else 0
        self.mono += 0 if stepped else off
        return stepped


@dataclass
class Year:
    """The story, told once with one seed; `truth` is when each vote was pressed."""

    house: House
    intake: Intake
    now: list[int]
    weeks: int
    visits: int  # a day at most
    chance: random.Random
    kiosk: Chained = field(default_factory=Chained)
    truth: dict[int, int] = field(default_factory=dict)
    have: int = 0
    echo: Echo | None = None
    sent: list[bytes] = field(default_factory=list)
    boots: int = 0

    def __post_init__(self) -> None:
        self.board = Board(self.chance.uniform(-40, 40), self.now[0])
        self.was_synced = False

    def live(self) -> None:
        self.boot(Week("the first day, in the workshop", ntp=True, ward=True))
        self.push(WEEKS[0])
        for number in range(self.weeks):
            self.live_week(WEEKS[number % len(WEEKS)], MONDAY + number * WEEK)
        end = WEEKS[0]
        self.pass_until(MONDAY + self.weeks * WEEK + 8 * HOUR)
        self.boot(end)
        self.push(end)
        self.push(end)  # with the echo of the first

    def live_week(self, week: Week, monday: int) -> None:
        for day in range(5):
            morning = monday + day * DAY + 7 * HOUR + self.chance.randrange(30 * MINUTE)
            self.pass_until(morning)
            if day == 0 or not week.left_on:
                self.boot(week)
            for moment, what in sorted(self.plan(week, morning)):
                self.pass_until(moment)
                what(week)
        if week.stick:
            self.carry()

    def plan(self, week: Week, morning: int) -> Iterator[tuple[int, Any]]:
        """What happens on a day. The power goes without a word, so that is no event."""
        visits = sorted(self.chance.randrange(9 * HOUR) for _ in range(self.chance.randint(1, self.visits)))
        for number, moment in enumerate(visits):
            yield morning + MINUTE + moment + number, self.visit
        if week.ntp:
            for hours in range(9):
                yield morning + hours * HOUR + self.chance.randrange(20 * MINUTE), self.hear_ntp
        if week.ward:
            for _ in range(1 if week.left_on else 4):
                yield morning + self.chance.randrange(9 * HOUR), self.push
        if self.chance.random() < 0.2:
            yield morning + self.chance.randrange(9 * HOUR), self.set_by_hand

    # What happens

    def pass_until(self, true: int) -> None:
        self.board.pass_until(max(true, self.board.true))
        self.now[0] = self.board.true

    def boot(self, week: Week) -> None:
        last, ppm = self.board.wall, self.board.ppm
        self.board = Board(ppm, self.now[0])
        wall = {"last": last, "1970": 0, "2036": 2_082_758_400_000, "battery": self.now[0] + 40 * SECOND}[week.at_boot]
        self.boots += 1
        self.kiosk.boot = f"{self.boots:08}-1111-4111-8111-111111111111"
        self.battery, self.was_synced = week.at_boot == "battery", False
        self.board.offset = wall
        self.pass_until(self.now[0] + 12 * SECOND)
        self.stamp()
        self.kiosk.start()

    def stamp(self) -> None:
        board = self.board
        self.kiosk.mono, self.kiosk.wall = round(board.mono), board.wall
        self.kiosk.clock = "synced" if board.synced else "rtc" if self.battery else "unsynced"

    def visit(self, _week: Week) -> None:
        first = None
        for question in ("procedure", "attitude"):
            self.stamp()
            self.truth[len(self.kiosk.lines) + 1] = self.now[0]
            first = self.kiosk.vote(self.chance.randint(1, 5), first, question) if first else self.kiosk.vote(5)
            self.pass_until(self.now[0] + self.chance.randint(1, 12) * SECOND)

    def hear_ntp(self, _week: Week) -> None:
        """Once in a while a server is wrong; the next word of another sets it right."""
        wrong = self.chance.choice((-3, 3)) * HOUR if self.chance.random() < 0.01 else 0
        self.tell_clock(self.board.hear_ntp(self.now[0] + wrong + self.chance.randint(-100, 100)))

    def set_by_hand(self, _week: Week) -> None:
        if not self.board.synced and not self.battery:
            self.board.offset += self.chance.choice((-1, 1)) * self.chance.randint(1, 400) * DAY / 3
            self.tell_clock(True)

    def tell_clock(self, stepped: bool) -> None:
        """As `kiosk/timekeeper.py`, within its minute."""
        if stepped or (self.board.synced and not self.was_synced):
            self.pass_until(self.now[0] + self.chance.randrange(MINUTE))
            self.stamp()
            self.kiosk.append("clock", {"before": 0, "after": 0, "was": "unsynced"})
        self.was_synced = self.board.synced

    def push(self, week: Week) -> None:
        """A batch, and what the courier remembers of the answer."""
        self.stamp()
        left = self.kiosk.mono
        body = self.pack()
        go, come = (self.chance.randint(*week.trip) // 2 for _ in range(2))
        self.pass_until(self.now[0] + go)
        reply = self.intake.take(body, packed=False)
        self.pass_until(self.now[0] + come)
        self.stamp()
        self.echo = self.kiosk.echo(reply.bytes(), left, self.kiosk.mono)
        self.have = len(self.kiosk.lines)
        if self.chance.random() < 0.1:
            self.intake.take(self.chance.choice(self.sent), packed=False)  # an old batch again

    def pack(self) -> bytes:
        self.stamp()
        self.sent.append(self.kiosk.batch(after=self.have, echo=self.echo).bytes())
        return self.sent[-1]

    def carry(self) -> None:
        """Friday's export comes to the ward days later, and its receipt back only every other time."""
        body, have = self.pack(), len(self.kiosk.lines)
        self.pass_until(self.now[0] + self.chance.randrange(DAY // 2, 2 * DAY))
        self.intake.take(body, packed=False)
        self.have = have if self.chance.random() < 0.5 else self.have


@dataclass(frozen=True)
class Dated:
    """One vote as the ward dates it, beside the truth. ms."""

    by: str
    true: int
    at: int | None
    error: int
    day: str

    @property
    def off(self) -> int:
        return abs((self.at or 0) - self.true)


def evidence(row: Any, echoes: list[Anchor]) -> str:
    """What a date stands on."""
    if row.source != "echo":
        return {"clock": "NTP entry", "wall": "NTP, own clock", "rtc": "battery", "bounds": "neighbours"}.get(
            row.source, "nothing"
        )
    before = [one for one in echoes if one.came <= row.mono]
    after = [one for one in echoes if one.came > row.mono]
    slow = all(one.came - one.left > 550 for one in echoes)
    sides = "two echoes" if before and after else "one echo"
    return f"{sides}, slow network" if slow else sides


def tell(weeks: int, seed: int, visits: int, folder: Path) -> tuple[list[Dated], list[str]]:
    """Live so many weeks; every vote with its date, and every complaint that there is."""
    now = [MONDAY - 2 * DAY]
    found(folder / "ward", "a year", Release.DAILY, ("localhost",), lambda: now[0])
    with enter(folder / "ward", lambda: now[0]) as house, open_writer(house) as writer:
        year = Year(house, Intake(house, writer), now, weeks, visits, random.Random(seed))
        with writing(house.engine) as db:
            code = issue(db, house, add_kiosk(db, "Quầy 1", now[0]))
            Enroller(house).take(db, introduce(year.kiosk.enrolment(code.secret), "here"))
        year.live()
        return dates(year), complaints(year)


def dates(year: Year) -> list[Dated]:
    with year.house.engine.connect() as db:
        rows = db.execute(select(votes).order_by(votes.c.seq)).all()
        echoes: dict[str, list[Anchor]] = {}
        for row in db.execute(select(anchors).where(anchors.c.source == "echo")):
            echoes.setdefault(row.boot, []).append(Anchor(*row[1:]))
    return [
        Dated(evidence(row, echoes.get(row.boot, [])), year.truth[row.seq], row.at, row.error or 0, row.day)
        for row in rows
    ]


def complaints(year: Year) -> list[str]:
    """Nothing lost, nothing out of order, every figure the same when made again."""
    house, said = year.house, list[str]()
    with house.engine.connect() as db:
        if list(db.execute(select(entries.c.line).order_by(entries.c.seq)).scalars()) != year.kiosk.lines:
            said.append("the ward's lines are not the kiosk's")
        if (n := db.execute(select(func.count()).select_from(votes)).scalar()) != len(year.truth):
            said.append(f"{len(year.truth)} votes were pressed, the ward has {n}")
        said += check(db, house)
        kinds = set(db.execute(select(findings.c.kind)).scalars())
        said += [f"finding {kind}" for kind in kinds - {"ntp-contradicts"}]
        before = [sorted(map(tuple, db.execute(select(table))), key=str) for table in (votes, anchors, boots, tallies)]
    with writing(house.engine) as db:
        rebuild(db, house)
        after = [sorted(map(tuple, db.execute(select(table))), key=str) for table in (votes, anchors, boots, tallies)]
        if after[:3] != before[:3]:
            said.append("made again, the dates are others")
        said += check(db, house)
    return said


def wrong(found: list[Dated]) -> list[Dated]:
    """Dates that miss the truth by more than they state, or that state more than they may."""
    limits = {"two echoes": SECOND, "one echo": 5 * SECOND}
    off = [one for one in found if one.at is not None and one.off > one.error]
    return off + [one for one in found if one.by in limits and one.error > limits[one.by]]


def table(found: list[Dated]) -> Iterator[str]:
    yield f"{'evidence':24}{'votes':>7}{'':>6}   {'stated error, s':^28}   {'true error, s':^24}   day known"
    yield f"{'':37}   {'p50':>8}{'p99':>10}{'max':>10}   {'p50':>7}{'p99':>8}{'max':>9}"
    for by in sorted({one.by for one in found}, key=lambda name: _at(sorted(_of(found, name, "error")), 0.5)):
        of = [one for one in found if one.by == by]
        stated, true = sorted(one.error for one in of), sorted(one.off for one in of)
        spans = "".join(f"{_at(stated, q) / SECOND:>{w},.0f}" for q, w in ((0.5, 8), (0.99, 10), (1, 10)))
        offs = "".join(f"{_at(true, q) / SECOND:>{w},.2f}" for q, w in ((0.5, 7), (0.99, 8), (1, 9)))
        dated = of[0].at is not None
        days = sum(one.day != "" for one in of) / len(of)
        figures = f"{spans}   {offs}" if dated else f"{'-':>28}   {'-':>24}"
        yield f"{by:24}{len(of):>7,}{len(of) / len(found):>6.0%}   {figures}   {days:>6.0%}"


def _of(found: list[Dated], by: str, what: str) -> list[int]:
    return [getattr(one, what) if one.at is not None else 10**15 for one in found if one.by == by]


def _at(ordered: list[int], share: float) -> int:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main() -> None:
    weeks, seed = ([int(word) for word in sys.argv[1:]] + [52, 1][len(sys.argv) - 1 :])[:2]
    with tempfile.TemporaryDirectory() as folder:
        found, said = tell(weeks, seed, 15, Path(folder))
    print(f"{weeks} weeks, seed {seed}: {len(found)} votes, {json.dumps(said) if said else 'nothing lost or moved'}")
    print(*table(found), sep="\n")
    missed = wrong(found)
    print(f"dates that miss the truth by more than they state, or state more than they may: {len(missed)}")
    for one in missed[:5]:
        print(one)
    sys.exit(bool(said or missed))


if __name__ == "__main__":
    main()
