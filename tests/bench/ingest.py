"""How fast a backlog goes into the ward's store, beside the bare pipe on the same machine in the same run.

    .venv/bin/python tests/bench/ingest.py [LINES]

The bare pipe is what no ward can do without: gunzip, split, the SHA-256 chain, JSON, two executemany into a SQLite file
in WAL with every commit flushed. It checks nothing, dates nothing, releases nothing.
"""

import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from sync.ward.codes import add_kiosk, issue
from sync.ward.enrolment import Enroller, introduce
from sync.ward.house import House, enter, found
from sync.ward.intake import Intake
from sync.ward.settings import Release
from sync.ward.store.engine import writing
from sync.ward.web.serving import open_writer
from sync.wire import Ack, Echo, Header, Mark, Purpose, gunzip, gzip, pack, write_signed
from tests.ward.kiosk_double import KioskDouble

BATCH = 2000
DAY = 86_400_000
VISITS = 100  # a day, each of two votes; each day is a boot of its own
LIMIT = 2**24
ROUNDS = 3  # in turn, since other work on the machine disturbs each of them


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    kiosk = backlog(count)
    runs: dict[str, Callable[[Path], float]] = {
        "bare pipe": lambda folder: bare_pipe(folder, kiosk),
        "ward, released at once": lambda folder: ward(folder, kiosk, Release.IMMEDIATE),
        "ward, released daily": lambda folder: ward(folder, kiosk, Release.DAILY),
    }
    print(f"{count} lines, batches of {BATCH}, one kiosk that waits for each answer; the best of {ROUNDS} rounds")
    best = dict.fromkeys(runs, float("inf"))
    for name in [*runs] * ROUNDS:
        with tempfile.TemporaryDirectory() as folder:
            best[name] = min(best[name], runs[name](Path(folder)))
    for name, seconds in best.items():
        print(f"{name:24}{count / seconds:10,.0f} lines/s{best['bare pipe'] / seconds:8.0%}")


def backlog(count: int) -> KioskDouble:
    """Days of a busy counter, up to `count` lines."""
    days = -(-count // (1 + 2 * VISITS))
    kiosk = KioskDouble(wall=time.time_ns() // 1_000_000 - days * DAY)  # so that the last day ends now
    while len(kiosk.lines) < count:
        kiosk.boot, kiosk.mono = f"{len(kiosk.lines):08}-1111-4111-8111-111111111111", 10_000
        kiosk.start()
        for visit in range(VISITS):
            kiosk.visit(visit % 5 + 1, 5 - visit % 3)
            kiosk.pass_time(240_000)
        kiosk.pass_time(DAY - kiosk.mono)
    del kiosk.lines[count:]
    return kiosk


def bodies(kiosk: KioskDouble, echo: Echo | None = None) -> Iterator[bytes]:
    hashes, end = kiosk.hashes(), len(kiosk.lines)
    for after in range(0, end, BATCH):
        last = min(after + BATCH, end)
        header = Header(
            log=kiosk.log, after=after, prev=hashes[after].hex(), last=last, head=hashes[last].hex(),
            tip=Mark(end, hashes[end].hex()), boot=kiosk.boot, mono=kiosk.mono, echo=echo,
        )  # fmt: skip
        yield gzip(pack(header, kiosk.lines[after:last], kiosk.key).bytes())


def timed(work: Callable[[bytes], object], parts: Sequence[bytes]) -> float:
    before = time.perf_counter()
    for part in parts:
        work(part)
    return time.perf_counter() - before


def bare_pipe(folder: Path, kiosk: KioskDouble) -> float:
    with closing(sqlite3.connect(folder / "bare.sqlite")) as db:
        db.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "CREATE TABLE entries (log, seq, line, hash, PRIMARY KEY (log, seq)) WITHOUT ROWID;"
            "CREATE TABLE votes (log, seq, visit, question, rating, wall, PRIMARY KEY (log, seq)) WITHOUT ROWID"
        )
        return timed(lambda body: pipe(db, kiosk.log, body), list(bodies(kiosk)))


def pipe(db: sqlite3.Connection, log: str, body: bytes) -> None:
    previous, entries, votes = b"", [], []
    for line in gunzip(body, LIMIT)[:-1].decode().split("\n")[2:]:
        previous = sha256(previous + line.encode()).digest()
        said = json.loads(line)
        entries.append((log, said["seq"], line, previous))
        if said["kind"] == "vote":
            vote = said["body"]
            votes.append((log, said["seq"], vote["visit"], vote["question"], vote["rating"], said["wall"]))
    with db:
        db.executemany("INSERT INTO entries VALUES (?,?,?,?)", entries)
        db.executemany("INSERT INTO votes VALUES (?,?,?,?,?,?)", votes)


def ward(folder: Path, kiosk: KioskDouble, rule: Release) -> float:
    found(folder / "ward", "bench", rule, ("localhost",))
    with enter(folder / "ward") as house, open_writer(house) as writer:
        parts = list(bodies(kiosk, enrolled(house, kiosk)))
        intake = Intake(house, writer)
        return timed(lambda body: intake.take(body, packed=True), parts)


def enrolled(house: House, kiosk: KioskDouble) -> Echo:
    """The kiosk is let in, and has heard the ward once in its last boot."""
    with writing(house.engine) as db:
        code = issue(db, house, add_kiosk(db, "Quầy 1", house.clock()))
        Enroller(house).take(db, introduce(kiosk.enrolment(code.secret), "here"))
    ack = write_signed(Ack(kiosk.log, 0, "0" * 64, house.clock(), "0" * 64), Purpose.ACK, house.key)
    return Echo(ack.line, ack.signature, kiosk.boot, kiosk.mono, kiosk.mono + 100)


if __name__ == "__main__":
    main()
