"""Where the delivery keeps what it knows: `sync/` in the data folder, beside `logs/`. All of it but the
pinned ward can be lost without harm: the ward says again what it has."""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from kiosk.votelog.folder import LogFolder
from kiosk.votelog.marks import read_mark
from sync import files
from sync.outcomes import Outcome, Told, spell
from sync.pinned import Ward, mend, read_ward, write_ward
from sync.wire import Echo


class Pending(msgspec.Struct, frozen=True):
    """An enrolment that waits for the network or for the terminal's first start."""

    url: str
    code: str
    open_to_eavesdroppers: bool = False
    refused: Told | None = None  # what the ward said; not tried again, because guesses are limited


class Memory(msgspec.Struct, frozen=True):
    """What was last heard from the ward about one log."""

    have: int = 0
    echo: Echo | None = None
    dated: str = ""  # the boot of which the ward has had an echo
    told: int = 0  # when the ward wrote the newest receipt that came on a stick, Unix ms
    forked: bool = False  # the ward holds another branch; `have` is how far it has ours beside that

    @property
    def undated(self) -> bool:
        """The ward can't date the votes of this boot before it has seen an echo of it: that does not wait."""
        return self.echo is not None and self.echo.boot != self.dated


class Moment(msgspec.Struct, frozen=True):
    """When something happened, on clocks of which only `mono` within `boot` is exact. ms."""

    boot: str
    mono: int
    wall: int


class LogStatus(msgspec.Struct, frozen=True):
    told: Told = Told(Outcome.UNTRIED.name)
    success: Moment | None = None


class Status(msgspec.Struct, frozen=True):
    """What `kiosk-sync status` and the staff screen read."""

    enrolment: Told | None = None  # why this kiosk is not enrolled
    pull: Told | None = None  # why nobody can pull
    logs: dict[str, LogStatus] = {}


@dataclass(frozen=True, slots=True)
class Home:
    data: Path

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def folder(self) -> Path:
        return self.data / "sync"

    @property
    def round_lock(self) -> Path:
        """Held while a round delivers, so that two couriers never send at once."""
        return self.folder / "round.lock"

    @property
    def stick_lock(self) -> Path:
        """Held while something is copied to a stick."""
        return self.folder / "stick.lock"

    @property
    def run_lock(self) -> Path:
        """Held as long as `kiosk-sync run` lives."""
        return self.folder / "run.lock"

    def prepare(self) -> None:
        files.make_folder(self.folder)
        mend(self.folder)

    def ward(self) -> Ward | None:
        return read_ward(self.folder)

    def pin(self, ward: Ward) -> None:
        write_ward(self.folder, ward)
        (self.folder / "pending.json").unlink(missing_ok=True)

    def pending(self) -> Pending | None:
        return files.read(self.folder / "pending.json", Pending)

    def keep_pending(self, pending: Pending) -> None:
        files.write_durably(self.folder / "pending.json", pending, mode=0o600)  # the code is a secret until used

    def memory(self, folder: LogFolder) -> Memory:
        kept = files.read(self._memory_file(folder.log), Memory)
        acked = read_mark(folder.acked)
        return kept or Memory(have=acked.seq if acked else 0)

    def remember(self, folder: LogFolder, memory: Memory) -> None:
        files.write(self._memory_file(folder.log), memory)

    def status(self) -> Status:
        return files.read(self.folder / "status.json", Status) or Status()

    def tell(self, status: Status) -> None:
        """With its sentences: the terminal shows them and does not know our outcomes."""
        spelled = {log: msgspec.structs.replace(one, told=spell(one.told)) for log, one in status.logs.items()}
        enrolment, pull = status.enrolment and spell(status.enrolment), status.pull and spell(status.pull)
        files.write(self.folder / "status.json", Status(enrolment, pull, spelled))

    def _memory_file(self, log: str) -> Path:
        return self.folder / f"{log}.json"
