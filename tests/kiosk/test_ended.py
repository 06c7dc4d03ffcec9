"""The next start knows why the last run ended: from the log, from what systemd saw, from what the run itself noted."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk import ended
from kiosk.clock import boot_id, boottime_ms
from kiosk.ended import Ended
from kiosk.entry import Stamp
from kiosk.start import how_it_ended
from kiosk.votelog.archive import Last
from kiosk.votelog.marks import Alive, Mark
from tests.kiosk.real_terminal import RealTerminal

NOW, BEFORE = "boot-2", "boot-1"
VOTE = Last("vote", NOW, 5_000)
STOP = Last("stop", NOW, 5_000)


def alive(boot: str) -> Alive:
    return Alive(Mark(1, bytes(32)), Stamp(boot, 4_000, 1, "synced"), None)


def noted(how: str, boot: str = NOW, mono: int = 6_000) -> Ended:
    return Ended(how, "why", boot, mono)


# The last entry, the minute note, what was noted; how the last run ended.
TABLE: dict[str, tuple[Last | None, Alive | None, Ended | None, tuple[str, str]]] = {
    "there was none": (None, None, None, ("first", "")),
    "in order": (STOP, alive(NOW), None, ("stop", "")),
    "in order, long ago": (Last("stop", BEFORE, 9), alive(BEFORE), None, ("stop", "")),
    "kiosk restart": (Last("stop", NOW, 5_000, "restart"), None, None, ("restart", "")),
    "a technician": (Last("stop", BEFORE, 5_000, "staff"), None, None, ("staff", "")),
    "a stop that says something else": (Last("stop", NOW, 5_000, "?"), None, None, ("stop", "")),
    "in order, and then systemd complained": (STOP, None, noted("killed"), ("stop", "")),
    "the watchdog": (VOTE, alive(NOW), noted("watchdog"), ("watchdog", "why")),
    "a crash, and then the power": (Last("vote", BEFORE, 5_000), None, noted("crash", BEFORE), ("crash", "why")),
    "nobody noted anything": (VOTE, alive(NOW), None, ("crash", "")),
    "the power": (Last("vote", BEFORE, 5_000), alive(BEFORE), None, ("power", "")),
    "the power, and then a start without a display": (
        Last("vote", BEFORE, 5_000), alive(BEFORE), noted("crash"), ("power", "")),
    "a note of a run before that one": (VOTE, alive(NOW), noted("memory", mono=4_999), ("crash", "")),
    "a log that cannot be read": (None, alive(BEFORE), None, ("power", "")),
    "a log that cannot be read, of this boot": (None, alive(NOW), noted("memory"), ("memory", "why")),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_how_the_last_run_ended(name: str) -> None:
    last, note, found, expected = TABLE[name]
    assert how_it_ended(last, note, NOW, found) == expected


# What systemd hands to ExecStopPost: systemd.exec(5), "$SERVICE_RESULT".
SAID = [
    ({"SERVICE_RESULT": "success", "EXIT_CODE": "exited", "EXIT_STATUS": "0"}, None),
    ({}, None),
    ({"SERVICE_RESULT": "watchdog", "EXIT_CODE": "dumped", "EXIT_STATUS": "ABRT"}, ("watchdog", "")),
    ({"SERVICE_RESULT": "oom-kill", "EXIT_CODE": "killed", "EXIT_STATUS": "KILL"}, ("memory", "")),
    ({"SERVICE_RESULT": "signal", "EXIT_CODE": "killed", "EXIT_STATUS": "KILL"}, ("killed", "SIGKILL")),
    ({"SERVICE_RESULT": "core-dump", "EXIT_CODE": "dumped", "EXIT_STATUS": "SEGV"}, ("crash", "SIGSEGV")),
    ({"SERVICE_RESULT": "exit-code", "EXIT_CODE": "exited", "EXIT_STATUS": "1"}, ("crash", "exit 1")),
    ({"SERVICE_RESULT": "timeout", "EXIT_CODE": "killed", "EXIT_STATUS": "KILL"}, ("killed", "timeout")),
]


@pytest.mark.parametrize(("environ", "expected"), SAID)
def test_what_systemd_says_is_noted(environ: dict[str, str], expected: tuple[str, str] | None, tmp_path: Path) -> None:
    before = boottime_ms()
    after_the_end(tmp_path, environ)
    found = ended.read(tmp_path)
    assert (None if found is None else (found.how, found.why)) == expected
    if found:
        assert found.boot == boot_id()
        assert before <= found.mono <= boottime_ms()


def test_the_first_word_stands_until_it_is_told(tmp_path: Path) -> None:
    ended.note(tmp_path, "crash", "KeyError at kiosk/booth.py:1 in booth")
    ended.note(tmp_path, "crash", "exit 1")
    found = ended.read(tmp_path)
    assert found
    assert found.why.startswith("KeyError")
    ended.forget(tmp_path)
    assert ended.read(tmp_path) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"how": 1}', '{"how": 1, "why": "", "boot": "", "mono": 1}'])
def test_a_note_that_the_power_cut_short_is_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "ended.json").write_text(text)
    assert ended.read(tmp_path) is None


def test_a_disk_that_refuses_the_note_is_no_failure(tmp_path: Path) -> None:
    ended.note(tmp_path / "gone", "crash", "")
    after_the_end(tmp_path / "gone", {"SERVICE_RESULT": "watchdog"})


def test_the_place_says_where_and_in_which_thread_and_never_what() -> None:
    try:
        how_it_ended(Last("vote", NOW, 5, None), None, NOW, 7)  # type: ignore[arg-type]
    except AttributeError as error:
        place = ended.place_of(error, "booth")
    assert place.startswith("AttributeError at kiosk/start.py:")
    assert place.endswith(" in booth")


def test_it_needs_the_standard_library_alone() -> None:
    tree = ast.parse(Path(ended.__file__).read_text("utf-8"))
    names = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


BOOTH_FAILS = "from kiosk.booth import Booth; Booth._rest = None; from kiosk.cli import main; main()"


def test_a_dead_booth_ends_the_terminal_and_the_log_says_so(tmp_path: Path) -> None:
    """systemd's part is played: it starts the terminal again after each end, and calls ExecStopPost between."""
    dead = RealTerminal(tmp_path, code=BOOTH_FAILS)
    assert dead.wait() == 1
    dead.close()
    after_the_end(tmp_path / "data", {"SERVICE_RESULT": "exit-code", "EXIT_STATUS": "1"})
    again = RealTerminal(tmp_path)
    again.until("READY=1")
    again.close()
    first, second = [entry["body"] for entry in again.entries() if entry["kind"] == "start"]
    assert first["ended"] == "first"
    assert second["ended"] == "crash"
    assert second["why"].startswith("TypeError at kiosk/booth.py:")
    assert second["why"].endswith(" in booth")
    assert ended.read(tmp_path / "data") is None


def after_the_end(data: Path, environ: dict[str, str]) -> None:
    own = {name: value for name, value in os.environ.items() if name != "STATE_DIRECTORY"}
    command = [sys.executable, "-m", "kiosk.ended"]
    subprocess.run(command, env={**own, **environ, "STATE_DIRECTORY": f"{data}:/other"}, check=True)
