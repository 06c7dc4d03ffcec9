"""A disk after a cut, read without booting it: mend the file system as the next boot would, open the log, count."""

import random
import sqlite3
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.entry import parse
from kiosk.keys import BadKey
from kiosk.votelog.archive import Archive
from kiosk.votelog.folder import all_folders
from kiosk.votelog.marks import read_alive
from kiosk.votelog.reader import Damaged, reading, verify
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
    apply(log, cut, medium, image, seed)
    acknowledged = [int(event.vote) for event in log[:cut] if event.what is What.ACKNOWLEDGED]
    with tempfile.TemporaryDirectory(prefix="cut-") as name:
        folder = Path(name)
        (folder / "disk").write_bytes(image)
        subprocess.run(["e2fsck", "-fy", folder / "disk"], capture_output=True, check=False)
        entries, problem = entries_on(folder / "disk", "/logs", folder)
    head = entries[-1]["seq"] if entries else 0
    return Verdict(len(acknowledged), sum(seq > head for seq in acknowledged), problem)


def judge_system(disk: Path, log: list[Event], cut: int) -> Verdict:
    """The installed system's disk, mended: the votes must begin with what was acknowledged, in that order."""
    acknowledged = [int(event.vote) for event in log[:cut] if event.what is What.ACKNOWLEDGED]
    with tempfile.TemporaryDirectory(prefix="cut-") as name:
        entries, problem = entries_on(disk, "/var/lib/hailong/logs", Path(name))
    kept = [entry["body"]["rating"] for entry in entries if entry["kind"] == "vote"]
    return Verdict(len(acknowledged), len(acknowledged) - in_common(acknowledged, kept), problem)


def in_common(one: list[int], other: list[int]) -> int:
    """How far two lists are the same from the beginning."""
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def entries_on(disk: Path, path: str, into: Path) -> tuple[list[dict[str, Any]], str | None]:
    """The entries of the one log there, as the next start finds it, and what is wrong with it."""
    take_out(disk, path, into)
    logs = into / "logs"
    try:
        (folder,) = all_folders(logs)
        verify(folder)
        alive = read_alive(folder.alive)
        Archive(logs, alive.serial if alive else None, lambda _: {}).close()  # the next start
        if len(all_folders(logs)) != 1:
            return [], "a successor began"
        with reading(folder) as db:
            return [parse(line) for (line,) in db.execute("select line from entries order by seq")], None
    except (Damaged, BadKey, sqlite3.Error, OSError, ValueError) as error:
        return [], f"{type(error).__name__}: {error}"


def take_out(disk: Path, path: str, into: Path) -> None:
    """Copy a folder out of a file system in a file."""
    subprocess.run(["debugfs", "-R", f"rdump {path} {into}", disk], capture_output=True, check=True)
