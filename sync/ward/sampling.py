"""Sample kiosks for whoever wants to see the charts at once: a simulated year through the real intake, removable."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version

from sqlalchemy import ColumnElement, Connection, Table, delete, insert, or_, select

from sync.ward.audit import write_audit
from sync.ward.codes import add_kiosk
from sync.ward.enrolment import Enroller, introduce
from sync.ward.files_handled import Author, Channel, Place, changes, state
from sync.ward.house import House
from sync.ward.intake import Intake
from sync.ward.sample import simulate
from sync.ward.sample.year import DAYS, Strategy, Year
from sync.ward.sampled_log import SAMPLE, SampledLog
from sync.ward.store.columns import metadata
from sync.ward.store.engine import writing
from sync.ward.store.tables import entries, kiosks, logs, releases
from sync.ward.times import local
from sync.ward.writer import Writer
from sync.wire import Enrolment, Purpose, write_signed

MARK = "(dữ liệu mẫu)"  # in the name of every sample kiosk


@dataclass(frozen=True, slots=True)
class Counter:
    vi: str
    en: str
    base: int  # visits on a working day
    strategy: Strategy
    seed: int

    @property
    def name(self) -> str:
        return f"{self.vi.split(' · ')[0]} {MARK}"

    @property
    def title(self) -> dict[str, str]:
        return {"vi": f"{self.vi} {MARK}", "en": f"{self.en} (sample data)"}


COUNTERS = (
    Counter("Quầy 1 · Tư pháp – Hộ tịch", "Counter 1 · Justice, civil status", 13, Strategy.HONEST, 1),
    Counter("Quầy 3 · Đất đai – Xây dựng", "Counter 3 · Land, construction", 6, Strategy.HONEST, 2),
    Counter("Quầy 4 · Chính sách xã hội", "Counter 4 · Social policy", 6, Strategy.BURSTS, 3),
)


def add_samples(house: House, writer: Writer, who: str) -> list[str]:
    """The names of the kiosks that were added; those that are there already stay as they are."""
    with house.engine.connect() as db:
        known = set(db.execute(select(kiosks.c.name)).scalars())
    added = [one for one in COUNTERS if one.name not in known]
    first = _first_day(local(house.clock(), house.settings.zone).date())
    for counter in added:
        log = SampledLog(counter.title, version("hailong-kiosk"))
        year = simulate(counter.base, counter.strategy, counter.seed, first)
        log.tell(year, house.clock())
        kiosk = _enrol(house, log, counter.name, who)
        _send(Intake(house, writer), log)
        _state_files(house, kiosk, year)
    return [counter.name for counter in added]


def remove_samples(house: House, who: str) -> list[str]:
    """Take away every trace but the audit trail. A real kiosk's log begins without the mark, and is never touched."""
    with writing(house.engine) as db:
        found = [row for row in db.execute(select(kiosks.c.id, kiosks.c.name)).all() if _is_sample(db, row.id)]
        for row in found:
            _forget(db, row.id)
            write_audit(db, who, "sample-remove", row.name, house.clock())
        if found:  # the figures are others from here on
            db.execute(insert(releases).values(made=house.clock()))
    return [row.name for row in found]


def _first_day(today: date) -> date:
    """A Monday, so that its last week is this one."""
    first = today - timedelta(days=DAYS)
    return first + timedelta(days=-first.weekday() % 7)


def _enrol(house: House, log: SampledLog, name: str, who: str) -> int:
    said = Enrolment(log=log.log, key=bytes(log.key.verify_key).hex(), code=None)
    with writing(house.engine) as db:
        kiosk = add_kiosk(db, name, house.clock())
        Enroller(house).let_in(db, introduce(write_signed(said, Purpose.ENROL, log.key), "sample"), kiosk)
        write_audit(db, who, "sample-add", name, house.clock())
        return kiosk


def _send(intake: Intake, log: SampledLog) -> None:
    for batch in log.batches():
        intake.take(batch.bytes(), packed=False)


def _state_files(house: House, kiosk: int, year: Year) -> None:
    """As an official would, up to yesterday."""
    today = local(house.clock(), house.settings.zone).date()
    said = {Place(kiosk, day, Channel.COUNTER): files for day, files in year.files.items() if day < today}
    with writing(house.engine) as db:
        state(db, changes({}, said), Author("sample", "sample"), house.clock())


def _is_sample(db: Connection, kiosk: int) -> bool:
    """Every log of it says so in its first line, which its own key has signed."""
    first = select(entries.c.line).join_from(logs, entries, entries.c.log == logs.c.id).where(logs.c.kiosk == kiosk)
    lines = db.execute(first.where(entries.c.seq == 1)).scalars().all()
    return bool(lines) and all(json.loads(line)["body"].get(SAMPLE) is True for line in lines)


def _forget(db: Connection, kiosk: int) -> None:
    """From every table that names the kiosk or one of its logs, those that others refer to last."""
    of_it = db.execute(select(logs.c.id).where(logs.c.kiosk == kiosk)).scalars().all()
    for table in reversed(metadata.sorted_tables):
        if conditions := list(_about(table, kiosk, of_it)):
            db.execute(delete(table).where(or_(*conditions)))
    db.execute(delete(kiosks).where(kiosks.c.id == kiosk))


def _about(table: Table, kiosk: int, of_it: Sequence[str]) -> Iterator[ColumnElement[bool]]:
    """Rows about the kiosk or its logs, and rows about such rows."""
    yield from _names(table, kiosk, of_it)
    for key in table.foreign_keys:
        parent = key.column.table
        if parent is not logs and (about := list(_names(parent, kiosk, of_it))):
            yield key.parent.in_(select(key.column).where(or_(*about)))


def _names(table: Table, kiosk: int, of_it: Sequence[str]) -> Iterator[ColumnElement[bool]]:
    if "log" in table.c:
        yield table.c.log.in_(of_it)
    if "kiosk" in table.c:
        yield table.c.kiosk == kiosk
