"""`ward import`: files from a stick, of any kiosks, in any order, again or damaged; and the ward's receipts for them.

Each file is taken in by the same path as a push. One file is in memory at a time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import Row, select
from sqlalchemy.exc import SQLAlchemyError

from sync.ward.enrolment import Enroller, introduce
from sync.ward.files import read_start, shown, write_whole
from sync.ward.house import House
from sync.ward.intake import Intake
from sync.ward.problems import Refused
from sync.ward.report import Report
from sync.ward.settings import Limits
from sync.ward.store.tables import kiosks, logs
from sync.ward.writer import Writer
from sync.wire import (
    Ack,
    Envelope,
    Malformed,
    NotCarried,
    Purpose,
    Refusal,
    TooLarge,
    envelope_of,
    opened,
    unpack,
    write_signed,
)
from sync.wire.carried import BATCH, INTRODUCTION, LONGEST, PART, RECEIPT, fat_name

BY_HAND = Limits(body_bytes=64 * 1024 * 1024, lines=100_000)  # wider than a stranger's push may be
LATER = (Refusal.UNKNOWN_LOG, Refusal.GAP)  # what another of the files may mend
ADDRESS = "a stick"


class Unfit(Exception):
    """The file is not for this ward, or not whole: one sentence about it."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file that says in clear text that it is for us."""

    file: Path
    envelope: Envelope


class Importer:
    def __init__(self, house: House, writer: Writer) -> None:
        self._house, self._writer = house, writer
        self._intake = Intake(house, writer, BY_HAND)
        self._places: dict[tuple[Path, str], str] = {}  # folder, log -> nonce of the last batch from there

    def take(self, places: Sequence[Path]) -> Iterator[Report]:
        """One sentence for each file. Files that want another one first wait until that was taken."""
        parcels: list[Parcel] = []
        for file in _files_at(places):
            try:
                parcels.append(self._look(file))
            except Unfit as unfit:
                yield Report(f"{shown(file)}: {unfit}", ok=False)
        waiting = sorted(parcels, key=lambda it: (it.envelope.after, it.envelope.last, it.file.name))
        while waiting:
            later: list[tuple[Parcel, Report]] = []
            for parcel in waiting:
                report, again = self._take(parcel)
                if again:
                    later.append((parcel, report))
                else:
                    yield report
            if len(later) == len(waiting):
                yield from (report for _, report in later)
                return
            waiting = [parcel for parcel, _ in later]

    def write_receipts(self, folder: Path | None = None) -> Iterator[Path]:
        """What the ward has of each log that came: beside its files, or in `folder`. Raises `Failure`."""
        for (beside, log), nonce in self._places.items():
            row = self._row(log)
            if row is None:
                continue
            ack = Ack(log, row.have, bytes(row.head).hex(), self._house.clock(), nonce)
            file = (folder or beside) / f"{fat_name(row.name)}_{log[:8]}{RECEIPT}"
            write_whole(file, write_signed(ack, Purpose.RECEIPT, self._house.key).bytes())
            yield file

    def _look(self, file: Path) -> Parcel:
        if file.name.lower().endswith(PART):
            raise Unfit("a copy that was broken off in the middle; export again at the kiosk")
        if file.name.lower().endswith(INTRODUCTION):
            raise Unfit(f'an introduction without votes: ward enrol --file "{shown(file)}" --name NAME')
        try:
            envelope = envelope_of(read_start(file, LONGEST))
        except OSError as error:
            raise Unfit(f"cannot be read ({error.strerror}); is the stick still in?") from error
        except NotCarried as error:
            raise Unfit(f"{error}, or damaged at its beginning; left") from error
        if envelope.ward != bytes(self._house.key.verify_key).hex():
            raise Unfit(f"sealed to another ward (key {envelope.ward[:8]}…), which alone can open it; take it there")
        return Parcel(file, envelope)

    def _take(self, parcel: Parcel) -> tuple[Report, bool]:
        """What became of it, and whether another file may mend that."""
        name, log = shown(parcel.file), parcel.envelope.log
        before = self._row(log)
        try:
            log = self._take_in(parcel)
        except Unfit as unfit:
            return Report(f"{name}: {unfit}", ok=False), False
        except Refused as refused:
            said, again = _in_words(refused, log), refused.problem.refusal in LATER
            return Report(f"{name}: {said}", ok=False), again
        row = self._row(log)
        new = row.have - (before.have if before else 0) if row else 0
        what = f"{new} new entries" if new else "nothing new"
        return Report(f"{name}: {what} of {row.name} (log {log[:8]}), {row.have} in all" if row else name), False

    def _take_in(self, parcel: Parcel) -> str:
        """The log that was in the file. Raises `Refused`, `Unfit`."""
        try:
            raw = read_start(parcel.file, BY_HAND.body_bytes)
            signed, body = opened(raw, self._house.key, BY_HAND.body_bytes)
            batch = unpack(body)
            who = introduce(signed, ADDRESS)
        except OSError as error:
            raise Unfit(f"cannot be read ({error.strerror}); is the stick still in?") from error
        except (Malformed, NotCarried, TooLarge) as error:
            raise Unfit(f"damaged ({error}); nothing of it was taken; export again at the kiosk") from error
        if who.enrolment.log != batch.header.log:
            raise Unfit("its introduction is another log's than its batch; nothing of it was taken")
        refusal = self._writer.submit(partial(Enroller(self._house).take, who=who)).result()
        if isinstance(refusal, Refused):
            raise refusal
        self._places[parcel.file.parent, batch.header.log] = batch.nonce
        try:
            self._intake.take(body, packed=False)
        except SQLAlchemyError as error:
            raise Unfit(f"the database did not take it ({type(error).__name__}); look at the disk") from error
        return batch.header.log

    def _row(self, log: str) -> Row[int, bytes, str] | None:
        query = select(logs.c.have, logs.c.head, kiosks.c.name).join(kiosks, kiosks.c.id == logs.c.kiosk)
        with self._house.engine.connect() as db:
            return db.execute(query.where(logs.c.id == log)).first()


def _files_at(places: Sequence[Path]) -> Iterator[Path]:
    """Files as named; of a folder what a kiosk has put there. Each once."""
    seen: set[Path] = set()
    for place in places:
        for file in sorted(_ours_in(place)) if place.is_dir() else [place]:
            if (real := file.resolve()) not in seen:
                seen.add(real)
                yield file


def _ours_in(folder: Path) -> Iterator[Path]:
    for file in folder.iterdir():
        if file.name.lower().endswith((BATCH, BATCH + PART)) and not file.name.startswith("."):
            yield file


def _in_words(refused: Refused, log: str) -> str:
    problem = refused.problem
    match problem.refusal:
        case Refusal.UNKNOWN_LOG:
            return f"log {log[:8]} is not enrolled here; first: ward enrol --file INTRODUCTION --name NAME"
        case Refusal.GAP:
            have = problem.have or 0
            return (
                f"entries of log {log[:8]} before it are missing (the ward has {have}): import the older files too, "
                "or export with --all at the kiosk"
            )
        case Refusal.FORK:
            return f"holds other entries of log {log[:8]} than the ward has; both are kept, and a finding was filed"
    return f"log {log[:8]}: {refused}"
