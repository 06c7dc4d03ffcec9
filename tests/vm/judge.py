"""A disk after a cut, read without booting it: mend the file system as the next boot would, open the log, count."""

import random
import shutil
import sqlite3
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from kiosk.keys import BadKey
from kiosk.votelog.archive import Archive
from kiosk.votelog.folder import all_folders
from kiosk.votelog.reader import Damaged, verify
from tests.vm.medium import Medium, apply
from tests.vm.volatile import Event, What


@dataclass(frozen=True, slots=True)
class Verdict:
    """One cut: how many votes had been acknowledged, how many of them are gone, and what is wrong with the log."""

    acknowledged: int
    lost: int
    problem: str | None = None

    @property
    def bad(self) -> bool:
        return bool(self.lost or self.problem)


def places(log: list[Event], cuts: int, seed: int = 1) -> list[int]:
    """Where to cut: anywhere after the first acknowledgement."""
    first = next(place for place, event in enumerate(log) if event.what is What.ACKNOWLEDGED)
    chance = random.Random(seed)
    return sorted(chance.randint(first + 1, len(log)) for _ in range(cuts))


def judge_small(disk: Path, log: list[Event], cut: int, medium: Medium, seed: int = 0) -> Verdict:
    """The small machine's disk (mini.py): a vote is acknowledged by its place in the log."""
    image = bytearray(disk.read_bytes())
    apply(log, cut, medium, image, seed=seed)
    acknowledged = [int(event.vote) for event in log[:cut] if event.what is What.ACKNOWLEDGED]
    with tempfile.TemporaryDirectory(prefix="cut-") as name:
        folder = Path(name)
        (folder / "disk").write_bytes(image)
        mend(folder / "disk")
        head, problem = log_on(folder / "disk", "/logs", folder)
    lost = sum(seq > head for seq in acknowledged)
    return Verdict(len(acknowledged), lost, problem)


def mend(disk: Path) -> None:
    subprocess.run(["e2fsck", "-fy", disk], capture_output=True, check=False)


def log_on(disk: Path, path: str, into: Path) -> tuple[int, str | None]:
    """The last entry of the one log there, as the next start finds it, and what is wrong with it."""
    take_out(disk, path, into)
    folders = all_folders(into / "logs")
    if len(folders) != 1:
        return 0, f"{len(folders)} logs"
    try:
        head = verify(folders[0])
        _start_again(into / "logs")
    except (Damaged, BadKey, sqlite3.Error, OSError) as error:
        return 0, str(error)
    return head.seq, None if len(all_folders(into / "logs")) == 1 else "a successor began"


def _start_again(logs: Path) -> None:
    Archive(logs, None, lambda _: {}).close()


def take_out(disk: Path, path: str, into: Path) -> None:
    """Copy a folder out of a file system in a file."""
    shutil.rmtree(into / Path(path).name, ignore_errors=True)
    subprocess.run(["debugfs", "-R", f"rdump {path} {into}", disk], capture_output=True, check=True)
