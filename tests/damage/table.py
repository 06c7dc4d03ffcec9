"""Every fault so often, and a table of how the runs ended: `python -m tests.damage.table [FACTOR]`.

The disk's faults need a small library that is compiled here and preloaded, so the program starts itself again with it.
"""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.damage import faults
from tests.damage.card import Base, make_base
from tests.damage.run import End, Ending, Fault, run
from tests.damage.small import BLOCK, SmallDisk, may_mount

Make = Callable[[int], Fault]
MEMORY = Path("/dev/shm")
LEVELS = 46  # blocks: with so many every write of the kiosk finds room


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    make: Make  # of the number of the run
    runs: int

    def __str__(self) -> str:
        return self.name


SMALL_FILES = {"key": 60, "place": 40, "minute note": 80, "acknowledgement": 60, "seal": 60, "ward.json": 40,
               "courier's memory": 40}  # fmt: skip


def flips() -> Iterator[Kind]:
    for name, runs in {"database": 240, "write-ahead log": 200, "its index": 20, **SMALL_FILES}.items():
        yield Kind(f"a bit flipped: {name}", lambda seed, name=name: faults.Flip(name, seed), runs)
    yield Kind("a sector torn: database", lambda seed: faults.Flip("database", seed, 4096), 60)
    yield Kind("a sector torn: write-ahead log", lambda seed: faults.Flip("write-ahead log", seed, 4096), 60)


def cuts() -> Iterator[Kind]:
    fewer = {name: runs // 4 for name, runs in SMALL_FILES.items()}
    for name, runs in {"database": 60, "write-ahead log": 60, **fewer}.items():
        yield Kind(f"cut short: {name}", lambda seed, name=name: faults.Cut(name, seed), runs)


def disks() -> Iterator[Kind]:
    each = {
        "disk full from the nth write on": (faults.full, 60),
        "... and no ballast helps": (faults.full_for_good, 60),
        "the nth write finds no room": (faults.full_once, 60),
        "the nth write fails (EIO)": (faults.fails_to_write, 60),
        "the nth flush fails (EIO)": (faults.fails_to_flush, 30),
        "every flush from the nth on fails": (faults.fails_to_flush_for_good, 30),
        "the nth read fails (EIO)": (faults.fails_to_read, 120),
        "read-only from the nth call on": (faults.becomes_read_only, 40),
    }
    for name, (make, runs) in each.items():
        yield Kind(name, lambda nth, make=make: make(nth + 1), runs)


def small_disks() -> Iterator[Kind]:
    """At every level from no block at all to as many as the kiosk needs; the cards take turns."""
    for form in ("ext4", "tmpfs"):
        for name, ballast, levels in (("", True, 10), (", no ballast", False, LEVELS)):
            yield Kind(
                f"a real {form} with 0, 1, 2 ... blocks free{name}",
                lambda level, form=form, ballast=ballast: SmallDisk(form, level * BLOCK, ballast),
                levels,
            )


def kinds(*, with_disks: bool) -> list[Kind]:
    second = Kind("a second terminal", lambda _: faults.Twice(), 20)
    real = small_disks() if with_disks and may_mount() else ()
    return [*flips(), *cuts(), second, *(disks() if with_disks else ()), *real]


def bases(folder: Path, how_many: int = 5) -> list[Base]:
    """A new card, one that has been delivered, one that is full of notes, one with all of it."""
    shapes = [(4, False, False, 3), (6, True, False, 3), (5, False, True, 4), (8, True, True, 5), (40, True, True, 40)]
    return [make_base(folder / f"base{number}", *shape) for number, shape in enumerate(shapes[:how_many])]


def run_all(folder: Path, which: list[Kind], factor: float = 1.0) -> Iterator[tuple[str, int, Ending]]:
    from shutil import rmtree

    cards = bases(folder)
    for kind in which:
        for number in range(max(1, round(kind.runs * factor))):
            place = folder / "run"
            base = cards[number % len(cards)]
            yield kind.name, number, run(base, kind.make(number // len(cards) if "nth" in kind.name else number), place)
            rmtree(place)


def show(endings: list[tuple[str, int, Ending]]) -> None:
    table = Table("fault", "runs", *(end.value for end in End), title=f"{len(endings)} runs")
    for name in dict.fromkeys(name for name, _, _ in endings):
        counts = Counter(ending.end for kind, _, ending in endings if kind == name)
        table.add_row(name, str(counts.total()), *(str(counts[end] or "·") for end in End))
    total = Counter(ending.end for _, _, ending in endings)
    table.add_section()
    table.add_row("all", str(total.total()), *(str(total[end] or "·") for end in End))
    Console(width=150).print(table)
    for name, number, ending in endings:
        if ending.end is End.WRONG:
            print(f"{name}, run {number}: {ending.why}")


def preload(library: Path) -> None:
    """Compile the failing disk and start again with it."""
    source = Path(__file__).with_name("faults.c")
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"], check=True)
    os.environ["LD_PRELOAD"] = str(library)
    os.execv(sys.executable, [sys.executable, "-m", "tests.damage.table", *sys.argv[1:]])


def main() -> None:
    if not faults.is_preloaded():
        preload(Path(tempfile.mkdtemp()) / "faults.so")
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as name:
        endings = list(run_all(Path(name), kinds(with_disks=True), float((sys.argv[1:] or ["1"])[0])))
    show(endings)
    sys.exit(any(ending.end is End.WRONG for _, _, ending in endings))


if __name__ == "__main__":
    main()
