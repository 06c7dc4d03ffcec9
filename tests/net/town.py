"""A kiosk with a backlog and its ward, each in its namespace, and the real programs there."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random

from kiosk.clock import SystemClock
from kiosk.settings import Settings
from kiosk.start import start_body
from kiosk.votelog.archive import Archive
from kiosk.votelog.folder import LogFolder, all_folders
from kiosk.votelog.marks import read_mark
from sync.home import Home
from sync.outcomes import Outcome, Told
from sync.sentences import say
from tests.net.wire import NAME, PORT, WARD, Wire, inside

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
LOOK = 0.1  # s between two looks at files that other processes write
ENGLISH = {**os.environ, "LANG": "en_US.UTF-8", "LANGUAGE": "en", "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT)}


def build_backlog(data: Path, entries: int) -> None:
    """As the terminal writes it, but in one transaction: a flush for each of 100 000 takes too long for a test."""
    clock, chance = SystemClock(battery=False), Random(entries)
    archive = Archive(data / "logs", None, lambda _: start_body(Settings(), None, "first", None))
    now = clock.now()
    step = min(1000, now.mono // (entries + 1))
    archive.begin(replace(now, mono=now.mono - entries * step, wall=now.wall - entries * step))
    connection = archive.log._connection
    assert connection
    connection.execute("begin")
    for number in range(1, entries):
        ago = (entries - number) * step - chance.randrange(max(1, step // 2))
        stamp = replace(now, mono=now.mono - ago, wall=now.wall - ago)
        archive.append("vote", stamp, _vote(number, chance.randint(1, 5)))
    connection.execute("commit")
    archive.note_alive(now)
    archive.close()


def _vote(number: int, rating: int) -> dict[str, object]:
    question = ("procedure", "attitude")[1 - number % 2]
    return {
        "visit": number - (1 - number % 2) + 1,
        "question": question,
        "rating": rating,
        "lang": "vi",
        "via": "button",
    }


class Town:
    def __init__(self, folder: Path, backlog: Path, wire: Wire, *, tls: bool = True, ward: Path | None = None) -> None:
        self.folder, self.wire, self.tls = folder, wire, tls
        self.data, self.ward_data = folder / "kiosk", ward or folder / "ward"
        shutil.copytree(backlog, self.data)
        self.home = Home(self.data)
        self.config, self.count = folder / "kiosk.toml", folder / "requests"
        self.config.write_text(f'data = "{self.data}"\n[sync]\nserve = false\nevery = 1.0\nheartbeat = 3600.0\n')
        self.count.write_text("")
        self.url = f"{'https' if tls else 'http'}://{NAME}:{PORT}"
        self.types("ward", "init", self.ward_data, "--release", "immediate", "--address", NAME)
        self.ward: subprocess.Popen[str] | None = None
        self.peak, self.first = 0, 0

    # What people type

    def types(self, *words: object, space: str | None = None) -> str:
        command = [str(BIN / str(words[0])), *map(str, words[1:])]
        done = subprocess.run(
            inside(space, *command) if space else command, check=True, capture_output=True, text=True, env=ENGLISH
        )
        return done.stdout

    def sync(self, *words: object) -> list[str]:
        counted = (sys.executable, "-m", "tests.net.counted", self.count, "--config", self.config, *words)
        return inside(self.wire.kiosk, *counted)

    def enrol(self) -> None:
        code = self.types("ward", "enrol", "--data", self.ward_data, "--name", "Quầy 2", "--plain").strip()
        plain = [] if self.tls else ["--open-to-eavesdroppers"]
        subprocess.run(self.sync("enrol", *plain, self.url, code), check=True, capture_output=True, env=ENGLISH)
        self.count.write_text("")

    def status(self) -> str:
        words = [str(BIN / "kiosk-sync"), "--config", str(self.config), "status"]
        return subprocess.run(words, check=False, capture_output=True, text=True, env=ENGLISH).stdout

    # The processes

    def start_ward(self) -> None:
        plain = [] if self.tls else ["--open-to-eavesdroppers"]
        words = (BIN / "ward", "serve", "--host", WARD, "--port", PORT, *plain, "--data", self.ward_data)
        self._start(*words)

    def start_stranger(self, *words: object) -> None:
        self._start(sys.executable, "-m", "tests.net.stranger", WARD, PORT, *words)

    def _start(self, *words: object) -> None:
        with (self.folder / "ward.log").open("a") as log:
            self.ward = subprocess.Popen(
                inside(self.wire.ward, *words), stdout=subprocess.PIPE, stderr=log, text=True, env=ENGLISH
            )
        assert self.ward.stdout
        assert "listening" in self.ward.stdout.readline()

    def stop_ward(self, *, kill: bool = False) -> None:
        if self.ward:
            (self.ward.kill if kill else self.ward.terminate)()
            self.ward.wait(20)
            assert self.ward.stdout
            self.ward.stdout.close()
            self.ward = None

    @contextmanager
    def courier(self) -> Iterator[None]:
        """`kiosk-sync run`."""
        with (self.folder / "run.log").open("w") as log:
            self._run = subprocess.Popen(self.sync("run"), stdout=log, stderr=log, env=ENGLISH)
        try:
            yield
        finally:
            self._run.terminate()
            self._run.wait(20)

    # What can be seen

    @property
    def log(self) -> LogFolder:
        return all_folders(self.home.logs)[-1]

    def told(self) -> Told:
        status = self.home.status().logs.get(self.log.log)
        return status.told if status else Told(Outcome.UNTRIED.name)

    def acked(self) -> int:
        mark = read_mark(self.log.acked)
        return mark.seq if mark else 0

    def requests(self) -> list[str]:
        return self.count.read_text().splitlines()

    def wait(self, until: Callable[[], bool], seconds: float, what: str) -> None:
        end = time.monotonic() + seconds
        while not until():
            self._weigh()
            assert self._run.poll() is None, (self.folder / "run.log").read_text()
            assert time.monotonic() < end, f"{what}: {self.acked()} acknowledged, {self.told()}, {self.requests()[-9:]}"
            time.sleep(LOOK)

    def wait_for_trouble(self, outcome: Outcome, seconds: float = 150) -> str:
        """The sentence of `kiosk-sync status`, which must be this outcome's."""
        fine = (Outcome.UNTRIED, Outcome.DELIVERED)
        self.wait(lambda: self.told().meant not in fine, seconds, outcome.name)
        told = self.told()
        assert told.meant is outcome, (told, self.requests())
        said = say(told, str)  # in English, as ENGLISH asks for
        assert said in self.status()
        return said

    def wait_for_all(self, seconds: float) -> None:
        tip = self.tip()
        self.wait(lambda: self.acked() >= tip and self.told().meant is Outcome.DELIVERED, seconds, "delivered")

    def tip(self) -> int:
        with closing(sqlite3.connect(self.log.database)) as db:
            return int(db.execute("select max(seq) from entries").fetchone()[0])

    def _weigh(self) -> None:
        """The courier's memory once a second batch went, and its most since then."""
        if len(self.requests()) < 2:
            return
        now = _resident(self._run.pid)
        self.first = self.first or now
        self.peak = max(self.peak, now)

    def lost_and_twice(self) -> tuple[int, int]:
        """The kiosk's lines that the ward has not in their place, and votes that it counts more than once."""
        with closing(sqlite3.connect(self.log.database)) as db:
            here = db.execute("select seq, line from entries order by seq").fetchall()
            votes = db.execute("select count(*) from votes").fetchone()[0]
        with closing(sqlite3.connect(self.ward_data / "ward.sqlite")) as db:
            there = db.execute("select seq, line from entries where log = ? order by seq", (self.log.log,)).fetchall()
            counted = db.execute("select count(*) from votes where log = ?", (self.log.log,)).fetchone()[0]
        lost = len(set(here) - set(there)) + max(0, votes - counted)
        return lost, len(there) - len(set(there) & set(here)) + max(0, counted - votes)


def _resident(pid: int) -> int:
    """KiB"""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))
