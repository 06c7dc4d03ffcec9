"""Batches without end that bring nothing new, over HTTP from several connections, at a ward of their own:

    python -m tests.attacks.flood [BATCHES] [SECONDS]

Ends at whichever comes first, and prints now and then what the ward has answered, and what its memory, its database
and its tables have grown to. Its folder lies in memory, where a flush costs nothing; what it does for each batch is all
there.
"""

import math
import os
import selectors
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice
from pathlib import Path

from sync.wire import Batch, read_code
from tests.ward.kiosk_double import KioskDouble

WARD = Path(sys.executable).with_name("ward")
ENGLISH = {**os.environ, "LANG": "en_US.UTF-8", "LC_ALL": "C.UTF-8"}
MEMORY = Path("/dev/shm")
BEFORE = 6_000  # batches until what is cached is cached and each finding is filed
TOLD = 20_000  # batches between two lines
CONNECTIONS = 16
POOL = 200  # turns of batches that are signed beforehand and sent again and again


class Flood:
    """Heartbeats, repeats, forks, gaps and shortened tips of one key, and strangers."""

    def __init__(self, kiosk: KioskDouble) -> None:
        kiosk.start()
        for _ in range(4):
            kiosk.vote(5)
        self.kiosk, self.clone = kiosk, KioskDouble(kiosk.key, lines=kiosk.lines[:3], boot="c" * 8)
        self.clone.vote(1)

    def turn(self) -> list[Batch]:
        """Six of them, the first of which says that the kiosk is alive."""
        kiosk, clone = self.kiosk, self.clone
        for one in (kiosk, clone):
            one.pass_time(1000)
        forked = (clone.batch(), clone.batch(after=4), clone.batch(after=2))
        return [self.heartbeat(), kiosk.batch(), *forked, KioskDouble().batch()]

    def heartbeat(self) -> Batch:
        return self.kiosk.batch(after=5)

    def bodies(self) -> Iterator[bytes]:
        """Without end: heartbeats are new each time, the others were signed beforehand."""
        pool = [[batch.bytes() for batch in self.turn()[1:]] for _ in range(POOL)]
        for others in cycle(pool):
            self.kiosk.pass_time(1000)
            yield self.heartbeat().bytes()
            yield from others


class Hose:
    """Keep-alive connections, one request on the way on each."""

    def __init__(self, port: int) -> None:
        self.answers: Counter[int] = Counter()
        self._ready = selectors.DefaultSelector()
        self._idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS)]
        for one in self._idle:
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._ready.register(one, selectors.EVENT_READ)

    def send(self, bodies: Iterable[bytes], until: float = math.inf) -> None:
        for body in bodies:
            if not self._idle:
                self._hear()
            self._idle.pop().sendall(request("/v1/batches", body))
            if time.monotonic() > until:
                break
        while len(self._idle) < CONNECTIONS:
            self._hear()

    def close(self) -> None:
        for one in self._idle:
            one.close()
        self._ready.close()

    def _hear(self) -> None:
        for key, _ in self._ready.select():
            one: socket.socket = key.fileobj  # type: ignore[assignment]
            self.answers[read_answer(one)] += 1
            self._idle.append(one)


def request(path: str, body: bytes) -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: ward\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def read_answer(one: socket.socket) -> int:
    """Its status; the whole of it is read."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += _more(one)
    head, _, body = got.partition(b"\r\n\r\n")
    size = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    while len(body) < size:
        body += _more(one)
    return int(got[9:12])


def _more(one: socket.socket) -> bytes:
    if not (part := one.recv(65536)):
        raise ConnectionError("the ward hung up")
    return part


@dataclass(frozen=True)
class Size:
    """Of a ward: kB of memory, of its database and its write-ahead log; rows of all its tables."""

    memory: int
    database: int
    wal: int
    rows: int


@dataclass
class Flooded:
    """A ward of its own, as a process."""

    folder: Path

    def __enter__(self) -> "Flooded":
        self.types("init", self.folder, "--release", "immediate", "--address", "localhost")
        self.process = subprocess.Popen(
            [WARD, "serve", "--data", self.folder, "--port", "0"], stdout=subprocess.PIPE, text=True, env=ENGLISH
        )
        assert self.process.stdout
        self.port = int(self.process.stdout.readline().rpartition(":")[2])
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.communicate()

    def types(self, *words: object) -> str:
        return subprocess.run(
            [str(WARD), *map(str, words)], check=True, env=ENGLISH, capture_output=True, text=True
        ).stdout

    def enrol(self) -> KioskDouble:
        kiosk = KioskDouble()
        code = read_code(self.types("enrol", "--data", self.folder, "--name", "Quầy 1", "--plain"))
        with socket.create_connection(("127.0.0.1", self.port)) as one:
            one.sendall(request("/v1/kiosks", kiosk.enrolment(code.secret).bytes()))
            assert read_answer(one) == 200
        return kiosk

    def size(self) -> Size:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        memory = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
        database, wal = ((self.folder / f"ward.sqlite{end}").stat().st_size // 1024 for end in ("", "-wal"))
        return Size(memory, database, wal, sum(self.rows().values()))

    def rows(self) -> dict[str, int]:
        with closing(sqlite3.connect(self.folder / "ward.sqlite")) as db:
            names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


@dataclass(frozen=True)
class Result:
    before: Size
    after: Size
    answers: dict[int, int]
    seconds: float

    def __str__(self) -> str:
        before, after = self.before, self.after
        return (
            f"{sum(self.answers.values())} batches in {self.seconds:.0f} s, answers {self.answers}; "
            f"before and after, kB: memory {before.memory} {after.memory}, "
            f"database {before.database} {after.database}, "
            f"write-ahead log {before.wal} {after.wal}; rows {before.rows} {after.rows}"
        )


def flood(wanted: int, seconds: float, folder: Path, tell: Callable[[Result], object] = lambda so_far: None) -> Result:
    with Flooded(folder / "ward") as ward:
        flood = Flood(ward.enrol())
        hose, bodies = Hose(ward.port), flood.bodies()
        hose.send([flood.kiosk.batch().bytes()])
        hose.send(islice(bodies, BEFORE))
        hose.answers.clear()
        before, began = ward.size(), time.monotonic()
        while (sent := hose.answers.total()) < wanted and time.monotonic() < began + seconds:
            hose.send(islice(bodies, min(TOLD, wanted - sent)), began + seconds)
            result = Result(before, ward.size(), dict(sorted(hose.answers.items())), time.monotonic() - began)
            tell(result)
        hose.close()
        return result


def main(wanted: str = "10000", seconds: str = "600") -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        flood(int(wanted), float(seconds), Path(folder), partial(print, flush=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
