"""Durable on return: the write-ahead log is flushed before `append` returns, and a full disk or a kill loses nothing.

Killing a process says nothing about power; counting flushes does. The control runs weaken the log and must fail.
"""

import re
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from kiosk.votelog.archive import Archive
from kiosk.votelog.folder import all_folders
from kiosk.votelog.log import NotRecorded
from kiosk.votelog.reader import reading, verify
from tests.kiosk.conftest import STAMP, vote

WRITER = [sys.executable, str(Path(__file__).with_name("writer.py"))]
VOTES = 40


def traced(logs: Path, synchronous: str = "") -> list[str]:
    """The writer's system calls on its write-ahead log, and what it said, in order."""
    trace = logs.with_name("trace")
    calls = "trace=write,pwrite64,fsync,fdatasync"
    command = ["strace", "-f", "-y", "-s", "64", "-e", calls, "-o", str(trace), *WRITER, str(logs), str(VOTES)]
    subprocess.run([*command, *[synchronous] * bool(synchronous)], check=True, stdout=subprocess.DEVNULL)
    return [line for line in trace.read_text().splitlines() if "-wal>" in line or re.search(r'write\(1<.*\\n"', line)]


def unflushed(calls: list[str]) -> int:
    """How many appends returned while something they wrote was not yet flushed, or without writing at all."""
    bad, written, flushed = 0, False, False
    for call in calls:
        if "sync(" in call:
            flushed = True
        elif "-wal>" in call:
            written, flushed = True, False
        else:
            bad += not (written and flushed)
            written = flushed = False
    return bad


def test_every_append_returns_after_the_flush(tmp_path: Path) -> None:
    calls = traced(tmp_path / "logs")
    assert sum("write(1<" in call for call in calls) == VOTES
    assert unflushed(calls) == 0


def test_the_count_of_flushes_can_fail(tmp_path: Path) -> None:
    assert unflushed(traced(tmp_path / "logs", "normal")) == VOTES


def test_killed_at_any_moment_no_acknowledged_vote_is_gone(tmp_path: Path) -> None:
    random, acknowledged = Random(7), 0
    for run in range(8):
        logs = tmp_path / f"logs{run % 2}"  # half of the runs go on with a log that was killed before
        with subprocess.Popen([*WRITER, str(logs), "100000"], stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout
            for _ in range(random.randrange(1, 300)):
                said = writer.stdout.readline()
            writer.send_signal(signal.SIGKILL)
            said = (writer.stdout.read().splitlines() or [said])[-1]
        log, seq = said.split()
        (folder,) = all_folders(logs)
        head = verify(folder)
        assert folder.log == log
        assert int(seq) <= head.seq <= int(seq) + 1
        acknowledged += head.seq
    assert acknowledged > 500


@contextmanager
def no_room() -> Iterator[None]:
    """No file of this process may grow: every write of a new page fails, as on a full or dying disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_failed_append_is_said_and_never_written_later(open_archive: Callable[..., Archive]) -> None:
    archive = open_archive()
    before = archive.append("vote", STAMP, vote(5))
    for _ in range(3):
        with no_room(), pytest.raises(NotRecorded):
            archive.append("vote", STAMP, vote(1))
    after = archive.append("vote", STAMP, vote(4))
    assert (after.log, after.seq) == (before.log, before.seq + 1)
    with reading(archive.log.folder) as db:
        assert db.execute("select rating from votes").fetchall() == [(5,), (4,)]
    assert verify(archive.log.folder).seq == after.seq


def test_a_full_disk_gets_the_ballast_before_a_citizen_gets_sorry(open_archive: Callable[..., Archive]) -> None:
    archive = open_archive()
    ballast = archive.log.folder.path.parent / "ballast"
    assert ballast.stat().st_size == 2 * 1024 * 1024
    fill(archive)
    place = archive.append("vote", STAMP, vote(1))
    assert not ballast.exists()
    assert verify(archive.log.folder).seq == place.seq
    fill(archive)
    with pytest.raises(NotRecorded, match="full"):
        archive.append("vote", STAMP, {"note": "x" * 10_000})


def fill(archive: Archive) -> None:
    """SQLite's own SQLITE_FULL, on this connection: no page may be added."""
    connection = archive.log._connection
    assert isinstance(connection, sqlite3.Connection)
    connection.execute("pragma max_page_count = 1")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        connection.execute("create table filler as select zeroblob(100000)")
    while True:
        try:
            archive.log._append("vote", STAMP, vote())
        except sqlite3.OperationalError:
            return


def test_the_log_of_a_long_day_leaves_a_small_write_ahead_log(open_archive: Callable[..., Archive]) -> None:
    archive = open_archive()
    for _ in range(3000):
        archive.append("vote", STAMP, vote())
    assert archive.log.folder.database.with_name("log.db-wal").stat().st_size < 2 * 1024 * 1024


STUBBORN = """
import sys
from pathlib import Path
from kiosk.votelog.archive import Archive
from kiosk.votelog.log import NotRecorded
from tests.kiosk.conftest import STAMP
archive = Archive(Path(sys.argv[1]), None, lambda archive: {})
archive.begin(STAMP)
for n in range(30):
    try:
        print(archive.append("vote", STAMP, {"n": n}).seq, n)
    except NotRecorded:
        print("sorry", n)
"""


def test_an_entry_whose_flush_failed_is_not_found_in_the_log_afterwards(tmp_path: Path) -> None:
    """The write-ahead log holds its bytes; a reopening that searched it would bring back a press that was refused."""
    inject = ["strace", "-f", "-qq", "-o", str(tmp_path / "trace"), "-e", "inject=fdatasync:error=EIO:when=20..30"]
    command = [*inject, sys.executable, "-c", STUBBORN, str(tmp_path / "logs")]
    root = Path(__file__).parent.parent.parent
    said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=root).stdout.splitlines()
    refused = [line for line in said if "sorry" in line]
    assert 5 < len(refused) < 25
    (folder,) = all_folders(tmp_path / "logs")
    with reading(folder) as db:
        kept = [f"{seq} {n}" for seq, n in db.execute(
            "select seq, json_extract(line, '$.body.n') from entries where kind = 'vote'")]  # fmt: skip
    assert kept == [line for line in said if line not in refused]


def test_a_disk_that_is_full_at_the_start_gets_the_ballast(
    open_archive: Callable[..., Archive], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = open_archive().log.folder
    ballast = folder.path.parent / "ballast"
    connect = sqlite3.connect

    def full(*args: object, **more: object) -> sqlite3.Connection:  # no small file system can be had without root
        if ballast.exists() and str(args[0]).endswith("log.db"):
            raise sqlite3.OperationalError("disk I/O error")
        return connect(*args, **more)  # type: ignore[no-any-return, call-overload]

    monkeypatch.setattr("kiosk.votelog.log.sqlite3.connect", full)
    assert open_archive().log.folder == folder
    assert not ballast.exists()
