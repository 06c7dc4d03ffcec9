"""`kiosk log`: what it lists, and that nobody sees a rating before the log says who looks."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kiosk.audit import handler
from kiosk.booth import Booth
from kiosk.cli import main
from kiosk.commands import log as command
from kiosk.commands.log import Pages, _folders
from kiosk.entry import Stamp
from kiosk.recorder import Recorder
from kiosk.settings import Settings
from kiosk.spool import Clerk, ask, for_terminal
from kiosk.start import start_body
from kiosk.telling import tell
from kiosk.votelog.archive import Archive
from kiosk.votelog.folder import all_folders
from kiosk.votelog.log import NotRecorded
from tests.kiosk.conftest import STAMP, vote

Open = Callable[..., Archive]
UNSYNCED = Stamp("3f2d", 500, STAMP.wall + 86_400_000, "unsynced")
STUCK = {"fault": "stuck", "via": "button", "rating": 1}


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Two logs: five ratings and a stuck button in the first, one rating in its successor, a day later."""
    archive = Archive(tmp_path / "logs", "board-1", lambda _archive: start_body(Settings(), None, "first", None))
    archive.begin(STAMP)
    for rating in (1, 2, 3, 4, 5):
        archive.append("vote", STAMP, vote(rating))
    archive.append("fault", STAMP, STUCK)
    archive.doubt("entry 3: its hash is not that of its line")
    archive.rest(UNSYNCED)
    archive.append("vote", UNSYNCED, vote(2))
    yield archive
    archive.close()


@pytest.fixture
def logs(archive: Archive, tmp_path: Path) -> Path:
    return tmp_path / "logs"


def kiosk_log(logs: Path, *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["log", "--logs", str(logs), *words])
    return done.exit_code, done.stdout, done.stderr


def entries(logs: Path, *words: str) -> list[dict[str, Any]]:
    code, out, err = kiosk_log(logs, "--json", *words)
    assert (code, err) == (0, "")
    return [json.loads(line) for line in out.splitlines()]


# What it lists


def test_every_entry_of_every_log_oldest_first(logs: Path) -> None:
    code, out, _ = kiosk_log(logs)
    old, new = (folder.log[:8] for folder in all_folders(logs))
    assert (code, [line.split()[:2] for line in out.splitlines()]) == (
        0, [*([old, str(seq)] for seq in range(1, 8)), [new, "1"], [new, "2"]],
    )  # fmt: skip


def test_a_line_tells_when_how_sure_and_what(logs: Path) -> None:
    lines = kiosk_log(logs)[1].splitlines()
    assert lines[1][9:].startswith("      2  2026-09-21 21:13:20 synced  ")
    assert lines[1].endswith("vote       visit 2, procedure: • (button, vi)")
    assert "  vote       visit 2, procedure" in lines[8]
    assert "time uncertain" in lines[8]
    assert "goes on after entry 7 of log" in lines[7]


def test_it_speaks_vietnamese(logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    last = kiosk_log(logs)[1].splitlines()[-1]
    assert "giờ chưa chắc" in last
    assert last.endswith("phiếu      lượt 2, procedure: • (nút, vi)")


def test_kind_day_and_log_choose(logs: Path) -> None:
    assert [entry["kind"] for entry in entries(logs, "--kind", "start", "--kind", "fault")] == [
        "start",
        "fault",
        "start",
    ]
    assert len(entries(logs, "--day", "2026-09-21")) == 7  # local time: 21:13 there, 14:13 in Greenwich
    assert [entry["seq"] for entry in entries(logs, "--day", "2026-09-22", "--kind", "vote")] == [2]
    assert len(entries(logs, "--log", all_folders(logs)[1].log[:6])) == 2


def test_what_does_not_exist_is_one_sentence(logs: Path, tmp_path: Path) -> None:
    for words in (["--kind", "votes"], ["--day", "12/5"], ["--log", "zz"], ["--ratings", " "]):
        assert kiosk_log(logs, *words)[0] == 2, words
    (tmp_path / "empty").mkdir()
    code, _, err = kiosk_log(tmp_path / "empty")
    assert (code, err.count("\n")) == (1, 1)


def test_a_damaged_line_is_shown_as_that_and_the_list_goes_on(logs: Path, archive: Archive) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(all_folders(logs)[0].database)) as db, db:
        db.execute("drop trigger entries_no_update")
        db.execute("update entries set line = '{' where seq = 3")
    lines = kiosk_log(logs)[1].splitlines()
    assert (len(lines), lines[2].endswith("cannot be read (not JSON)")) == (9, True)


def test_a_body_of_a_later_version_is_shown_as_it_stands(logs: Path, archive: Archive) -> None:
    archive.append("vote", UNSYNCED, {"form": 2, "rating": 1})
    archive.append("weather", UNSYNCED, {"rain": True})
    assert [line.split()[-1] for line in kiosk_log(logs)[1].splitlines()[-2:]] == ['{"form":2}', '{"rain":true}']


BODIES = {
    "a technician is in": ("staff", {"staff": "in"}),
    "the technician left": ("staff", {"staff": "out", "why": "left"}),
    "the staff screen ended by itself": ("staff", {"staff": "out", "why": "time"}),
    "a wrong PIN again; nobody may try for 60 s": ("staff", {"staff": "refused", "pause": 60}),
    "the technician did: volume 60 → 70": ("staff", {"staff": "volume", "before": 60, "after": 70}),
    "the technician did: restart": ("staff", {"staff": "restart"}),
    "7 presses could not be recorded: disk full": (
        "fault",
        {"fault": "not-recorded", "presses": 7, "why": "disk full"},
    ),
    "button 1 is stuck and ignored": ("fault", STUCK),
    "button 1 is free again": ("fault", {**STUCK, "fault": "released"}),
    "visit 4, reasons: time, cost": ("answer", {"visit": 4, "question": "reasons", "choices": ["time", "cost"]}),
    "visit 4, counter: counter-1": ("answer", {"visit": 4, "question": "counter", "counter": "counter-1"}),
    "closing of 2026-09-22: entry 9, abcd": ("seal", {"day": "2026-09-22", "seq": 9, "hash": "abcd"}),
    "an orderly end": ("stop", {}),
    "the clock was set by -1.5 s": ("clock", {"before": 2000, "after": 500, "was": "synced"}),
    "the clock was set by +365.0 days": ("clock", {"before": 0, "after": 31_536_000_000, "was": "unsynced"}),
    '{"later":1}': ("clock", {"later": 1}),
}


@pytest.mark.parametrize("sentence", BODIES)
def test_every_kind_says_what_it_is(sentence: str) -> None:
    kind, body = BODIES[sentence]
    assert tell({"kind": kind, "body": body}) == sentence


def test_no_read_is_open_while_a_line_is_printed(logs: Path, archive: Archive) -> None:
    """Between two lines the write-ahead log can be emptied: nobody holds it."""
    import sqlite3
    from contextlib import closing

    rows = Pages(lambda: all_folders(logs)).new()
    next(rows)
    with closing(sqlite3.connect(all_folders(logs)[0].database)) as db:
        assert db.execute("pragma wal_checkpoint(truncate)").fetchone()[0] == 0
    assert len(list(rows)) == 8


@pytest.fixture
def following(logs: Path) -> Iterator[subprocess.Popen[str]]:
    # A shell that runs the tests in the background has them ignore Ctrl-C, and what they start inherits it.
    hears = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    line = [sys.executable, "-c", hears + "from kiosk.cli import main; main()", "log", "--logs", str(logs), "--follow"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as running:
        yield running
        running.kill()


def test_follow_goes_on_and_ends_with_ctrl_c(following: subprocess.Popen[str], archive: Archive) -> None:
    assert following.stdout
    for _ in range(9):
        assert following.stdout.readline()
    archive.append("vote", UNSYNCED, vote(1))
    assert following.stdout.readline().split()[1] == "3"
    archive.doubt("test")
    archive.rest(UNSYNCED)
    assert "goes on after entry 3" in following.stdout.readline()
    following.send_signal(signal.SIGINT)
    assert following.communicate(timeout=60) == ("", "")
    assert following.returncode == 0


def test_follow_waits_for_a_successor_that_is_just_being_made(logs: Path) -> None:
    first, newest = all_folders(logs)
    away = newest.database.rename(newest.database.with_suffix(".away"))
    assert _folders(logs, follow=True) == [first]
    away.rename(newest.database)
    assert _folders(logs, follow=True) == [first, newest]


# Ratings


def test_no_rating_is_shown_unless_asked(open_archive: Open, tmp_path: Path) -> None:
    """Two logs that differ in their ratings alone are listed alike, stuck buttons and trials included."""
    shown = []
    archive = open_archive()
    for rating in (1, 5):
        archive.append("vote", STAMP, vote(rating))
        archive.append("trial", STAMP, vote(rating))
        archive.append("fault", STAMP, {**STUCK, "rating": rating})
        archive.append("fault", STAMP, {**STUCK, "fault": "released", "rating": rating})
        archive.doubt("test")
        archive.rest(STAMP)
    for folder in all_folders(tmp_path / "logs")[:2]:
        words = ("--log", folder.log, "--kind", "vote", "--kind", "trial", "--kind", "fault")
        listed = kiosk_log(tmp_path / "logs", *words)[1].replace(folder.log[:8], "")
        shown.append((listed, kiosk_log(tmp_path / "logs", "--json", *words)[1]))
        assert "•" in listed
    assert shown[0] == shown[1]
    assert '"rating"' not in shown[0][1]


class Terminal:
    """The part of a terminal that writes: a booth that owns the log, and the clerk of its spool."""

    def __init__(self, archive: Archive, data: Path) -> None:
        self.said: list[str] = []
        settings = Settings()
        recorder = Recorder(archive, lambda: STAMP)
        self._booth = Booth(recorder, settings.survey, settings.timing, "vi", lambda: STAMP, lambda _view: None)
        self._thread = threading.Thread(target=self._booth.run)
        self.clerk = Clerk(
            for_terminal(data), {"audit": handler(self._booth.write, self.said.append)}, self.said.append
        )

    def __enter__(self) -> "Terminal":
        self._thread.start()
        self.clerk.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.clerk.end()
        self._booth.stop()
        self._thread.join()


@pytest.fixture
def terminal(archive: Archive, tmp_path: Path) -> Iterator[Terminal]:
    with Terminal(archive, tmp_path) as running:
        yield running


@pytest.mark.usefixtures("terminal")
def test_ratings_are_shown_once_the_log_says_who_looks_and_why(logs: Path) -> None:
    code, out, _ = kiosk_log(logs, "--ratings", "khiếu nại ngày 12/5")
    assert code == 0
    assert [line for line in out.splitlines() if ": 4 (button, vi)" in line]
    assert "•" not in out
    (audit,) = entries(logs, "--kind", "staff")
    assert (audit["body"]["staff"], audit["body"]["why"]) == ("ratings shown", "khiếu nại ngày 12/5")
    assert audit["body"]["who"]
    assert out.splitlines()[-1].endswith("looked at ratings: khiếu nại ngày 12/5")


@pytest.mark.usefixtures("terminal")
def test_json_with_ratings_is_the_line_byte_for_byte(logs: Path) -> None:
    out = kiosk_log(logs, "--json", "--ratings", "audit")[1].splitlines()
    stored = [line for _, _, line in Pages(lambda: all_folders(logs)).new()]
    assert out == stored
    assert '"rating":4' in out[4]


@pytest.mark.usefixtures("terminal")
def test_each_look_is_an_entry_of_its_own(logs: Path) -> None:
    for _ in range(2):
        assert kiosk_log(logs, "--ratings", "audit")[0] == 0
    assert len(entries(logs, "--kind", "staff")) == 2


def test_without_a_terminal_nobody_is_shown_anything(logs: Path, archive: Archive, tmp_path: Path) -> None:
    archive.close()
    code, out, err = kiosk_log(logs, "--ratings", "audit")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "No terminal runs here" in err
    assert not (tmp_path / "spool").exists()  # nor is it left for later


def test_a_terminal_that_does_not_write_it_shows_nothing(logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "PATIENCE", 1.0)  # the archive's lock is held, but nobody serves the spool
    code, out, err = kiosk_log(logs, "--ratings", "audit")
    assert (code, out) == (1, "")
    assert "did not write down" in err


def test_a_full_disk_shows_nothing(
    logs: Path, archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def append(self, *_: object) -> None:
            raise NotRecorded("disk full")

        def rest(self, _stamp: Stamp) -> None:
            return

    monkeypatch.setattr(command, "PATIENCE", 3.0)
    with Terminal(Full(), tmp_path):  # type: ignore[arg-type]
        assert kiosk_log(logs, "--ratings", "audit")[:2] == (1, "")


@pytest.mark.parametrize("more", [{}, {"why": "a"}, {"why": "\ud800", "who": "b"}, {"why": 7, "who": {"x": 1.5}}])
def test_nothing_that_a_file_says_ends_the_terminal(terminal: Terminal, logs: Path, tmp_path: Path, more: Any) -> None:
    ask(for_terminal(tmp_path), "audit", **more)
    assert kiosk_log(logs, "--ratings", "audit")[0] == 0


def test_a_reason_in_another_form_of_unicode_is_written_in_ours(terminal: Terminal, logs: Path) -> None:
    from unicodedata import normalize

    assert kiosk_log(logs, "--ratings", normalize("NFD", "khiếu nại"))[0] == 0
    assert entries(logs, "--kind", "staff")[0]["body"]["why"] == "khiếu nại"
