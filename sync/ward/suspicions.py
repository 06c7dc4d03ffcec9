"""Signals of one kiosk as findings in the database: new ones filed, those that go on kept up, their votes flagged."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, insert, literal, select, update

from sync.ward.detect.seen import Place
from sync.ward.detect.signals import Episode, Fact, Kind, Signal, begin
from sync.ward.findings import LONGEST
from sync.ward.house import House
from sync.ward.speech import load_speech
from sync.ward.store.found import findings, flags
from sync.ward.store.tables import logs, votes
from sync.ward.store.upsert import upsert
from sync.ward.wording import seen

KINDS = tuple(Kind)


class Said(msgspec.Struct, frozen=True):
    """The column `said`."""

    facts: dict[str, Fact] = {}
    days: tuple[date, ...] = ()
    places: tuple[Place, ...] = ()


class Suspicions:
    """Of one kiosk, within one transaction."""

    def __init__(self, db: Connection, house: House, kiosk: int) -> None:
        self._db, self._house, self._kiosk, self.new = db, house, kiosk, 0
        query = select(findings).where(findings.c.kiosk == kiosk, findings.c.kind.in_(KINDS))
        rows = db.execute(query.order_by(findings.c.about)).all()
        self._known: list[tuple[int, Episode]] = [(row.id, episode_of(row)) for row in rows]

    def take(self, signals: Iterable[Signal]) -> None:
        for signal in signals:
            known = next((one for one in self._known if one[1].takes(signal)), None)
            if known is None:
                self._file(begin(signal))
            else:
                self._go_on(*known, signal)

    def _go_on(self, number: int, episode: Episode, signal: Signal) -> None:
        before = _state(episode), episode.last
        episode.go_on(signal)
        if before != (_state(episode), episode.last):
            more = {"count": findings.c.count + 1} if episode.last > before[1] else {}
            values = {**_state(episode), **more, "last": self._house.clock()}
            self._db.execute(update(findings).where(findings.c.id == number).values(values))
            self._flag(number, signal.places)

    def _file(self, episode: Episode) -> None:
        now = self._house.clock()
        log = episode.places[0].log if episode.places else self._log()
        row = {"kind": str(episode.kind), "log": log, "about": episode.first.isoformat(), "kiosk": self._kiosk}
        times = {"count": 1, "first": now, "last": now}
        number = self._db.execute(
            insert(findings).values(**row, **times, **_state(episode)).returning(findings.c.id)
        ).scalar_one()
        self._known.append((number, episode))
        self._flag(number, episode.places)
        self.new += 1

    def _flag(self, number: int, places: Iterable[Place]) -> None:
        for place in places:
            seqs = select(votes.c.log, votes.c.seq, literal(number)).where(
                votes.c.log == place.log, votes.c.seq.between(place.first, place.last)
            )
            new = upsert(flags).from_select(["log", "seq", "finding"], seqs)
            self._db.execute(new.on_conflict_do_nothing())

    def _log(self) -> str:
        query = select(logs.c.id).where(logs.c.kiosk == self._kiosk).order_by(logs.c.enrolled.desc(), logs.c.id)
        return str(self._db.execute(query.limit(1)).scalar_one())


def episode_of(row: Row[Any]) -> Episode:
    said = _said.decode(row.said)
    return Episode(
        Kind(row.kind), date.fromisoformat(row.about), date.fromisoformat(row.seen), date.fromisoformat(row.since),
        date.fromisoformat(row.until), said.places, said.days, said.facts,
    )  # fmt: skip


def _state(episode: Episode) -> dict[str, str]:
    said = Said(dict(episode.facts), episode.days, episode.places)
    return {
        "since": episode.since.isoformat(),
        "until": episode.until.isoformat(),
        "seen": episode.last.isoformat(),
        "said": msgspec.json.encode(said).decode(),
        "detail": seen(load_speech("en"), episode.kind, episode.facts)[:LONGEST],
    }


_said = msgspec.json.Decoder(Said)
