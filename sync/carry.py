"""`kiosk-sync export`: what the ward is not known to have, as files on a stick, sealed to the ward.

Oldest log first, one file for each batch, so that one batch at a time is in memory and a stick that is too small holds
the oldest whole. What was copied is not delivered: only a receipt, or the ward's next acknowledgement, says so.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from kiosk.entry import Stamp
from kiosk.votelog.folder import LogFolder, all_folders
from kiosk.votelog.reader import Slice
from sync import files
from sync.bulletin import announce
from sync.clock import Clock
from sync.enrol import line_of_logs
from sync.home import Home
from sync.introduce import introduction
from sync.log_courier import LINES
from sync.names import batch_name, introduction_name
from sync.offline import answers_on, believe
from sync.outcomes import Outcome, Told, Trouble
from sync.own_log import OwnLog, short, tip_seq
from sync.parcel import parcel
from sync.pinned import Ward
from sync.receipts import Receipts
from sync.stick import Stick
from sync.wire import carried, fingerprint_of_log, grouped

Tell = Callable[[Told], None]


class Carried(msgspec.Struct, frozen=True):
    """`sync/carried.json`: how far each log was copied to a stick. For people; nothing is decided by it."""

    upto: dict[str, int] = {}


class Introduced(msgspec.Struct, frozen=True):
    """`sync/introduced.json`: the key that a stick has taken to the ward, for the staff screen."""

    log: str
    fingerprint: str


@dataclass(slots=True)
class Copied:
    """What has been done so far."""

    entries: int = 0
    files: int = 0
    upto: dict[str, int] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)  # what else is to be said: receipts, a log that is damaged


class Carrier:
    """Used by one thread at a time."""

    def __init__(self, home: Home, clock: Clock, tell: Tell = lambda _: None, lines: int = LINES) -> None:
        """`tell` hears how far it is, again and again. `lines`: entries in one file."""
        self._home, self._clock, self._tell, self._lines = home, clock, tell, lines

    def export(self, stick: Stick, *, everything: bool = False) -> list[Told]:
        """What became of it: the last is the result. Raises `Trouble`; what then stands on the stick is whole."""
        ward = self._home.ward()
        stick.sweep()
        if ward is None:
            return [self._offer(stick) or self._introduce(stick)]
        copied = Copied(told=list(self._receipts(stick)))
        try:
            self._copy_all(stick, ward, copied, everything)
        except Trouble as trouble:
            trouble.facts.setdefault("n", copied.entries)
            raise
        finally:
            self._note(ward, copied)
        outcome = Outcome.CARRIED if copied.files else Outcome.NOTHING_TO_CARRY
        return [*copied.told, Told(outcome.name, {"n": copied.entries, "files": copied.files})]

    def _receipts(self, stick: Stick) -> Iterator[Told]:
        """What they say, without what was known before."""
        known = {short(folder.log): self._home.memory(folder).have for folder in all_folders(self._home.logs)}
        for told in Receipts(self._home).pick_up(stick):
            if told.meant is not Outcome.RECEIPT_TAKEN or int(told.facts["have"]) > known[str(told.facts["log"])]:
                yield told

    def _copy_all(self, stick: Stick, ward: Ward, copied: Copied, everything: bool) -> None:
        folders = all_folders(self._home.logs)
        if not folders:
            raise Trouble(Outcome.NO_LOG)
        starts = [0 if everything else self._home.memory(folder).have for folder in folders]
        most = sum(max(0, tip_seq(folder) - start) for folder, start in zip(folders, starts, strict=True))
        for folder, after in zip(folders, starts, strict=True):
            for name, content, cut in self._files(folder, after, ward, copied.told):
                self._tell(Told(Outcome.CARRYING.name, {"n": copied.entries, "all": max(most, copied.entries)}))
                stick.put(name, content)
                copied.entries += len(cut.lines)
                copied.files += 1
                copied.upto[folder.log] = cut.last.seq

    def _files(self, folder: LogFolder, after: int, ward: Ward, told: list[Told]) -> Iterator[tuple[str, bytes, Slice]]:
        """One log, a batch at a time. A log that can't be signed or read on is told of, and left."""
        try:
            log = OwnLog.open(folder)
            while (cut := log.copy(after, self._lines)).lines:
                stamp = self._clock.now()
                yield batch_name(ward.kiosk, folder, cut, stamp), self._file(log, cut, stamp, ward), cut
                after = cut.last.seq
            if cut.broken:
                raise Trouble(Outcome.DAMAGED, seq=cut.last.seq, detail=cut.broken)
        except Trouble as trouble:
            if trouble.outcome not in (Outcome.NO_KEY, Outcome.DAMAGED, Outcome.UNREADABLE):
                raise
            told.append(trouble.told(log=short(folder.log)))

    def _file(self, log: OwnLog, cut: Slice, stamp: Stamp, ward: Ward) -> bytes:
        batch = parcel(log, cut, stamp, self._home.memory(log.folder).echo, self._home.logs)
        return carried(introduction(log), batch, ward.public_key)

    def _offer(self, stick: Stick) -> Told | None:
        """The ward's answer may have come back on this stick; a person must hold its fingerprint against a paper."""
        for answer in answers_on(stick, self._home):
            facts = {"kiosk": answer.admission.kiosk, "fingerprint": answer.fingerprint}
            return Told(Outcome.ANSWER_FOUND.name, {**facts})
        return None

    def _introduce(self, stick: Stick) -> Told:
        """Before the ward is known there is nobody to seal votes to, so none leave the card."""
        log = line_of_logs(self._home)[0]
        stick.put(introduction_name("", log.folder), introduction(log).bytes())
        letters = grouped(fingerprint_of_log(log.public_key))
        files.write(self._home.folder / "introduced.json", Introduced(log.id, letters))
        return Told(Outcome.INTRODUCED.name, {"fingerprint": letters})

    def _note(self, ward: Ward, copied: Copied) -> None:
        if copied.upto:
            before = files.read(self._home.folder / "carried.json", Carried) or Carried()
            files.write(self._home.folder / "carried.json", Carried({**before.upto, **copied.upto}))
        for folder in all_folders(self._home.logs) if not ward.url else []:  # else the courier tells how it is
            if (seq := copied.upto.get(folder.log)) is not None:
                announce(self._home, folder, Told(Outcome.CARRIED_UP_TO.name, {"seq": seq}), None)


def export_to(place: Path, carrier: Carrier, home: Home, *, everything: bool = False) -> list[Told]:
    """What is to be said; the last is the result. One copy at a time, whoever asks for it."""
    return _on_stick(place, home, lambda stick: carrier.export(stick, everything=everything))


def trust_and_export(place: Path, carrier: Carrier, home: Home, fingerprint: str) -> list[Told]:
    """A person has confirmed the fingerprint of an answer on the stick; then the votes can leave at once."""

    def trust(stick: Stick) -> list[Told]:
        for answer in answers_on(stick, home):
            if answer.fingerprint == fingerprint:
                ward = believe(home, answer, fingerprint)
                return [Told(Outcome.ADMITTED.name, {"kiosk": ward.kiosk}), *carrier.export(stick)]
        return [Told(Outcome.NO_ANSWER.name)]

    return _on_stick(place, home, trust)


def _on_stick(place: Path, home: Home, work: Callable[[Stick], list[Told]]) -> list[Told]:
    try:
        with files.holding(home.stick_lock), Stick(place) as stick:
            return work(stick)
    except files.Locked:
        return [Told(Outcome.STICK_BUSY.name)]
    except Trouble as trouble:
        return [trouble.told(n=0)]
