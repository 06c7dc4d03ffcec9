"""The other words of the command `kiosk`: what they load, `verify`, `pin`."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.cli import main
from kiosk.pin import matches
from kiosk.votelog.archive import Archive
from tests.kiosk.conftest import STAMP, vote

Open = Callable[..., Archive]
COMMAND = "from kiosk.cli import main; main()"


@pytest.fixture
def logs(open_archive: Open, tmp_path: Path) -> Path:
    archive = open_archive()
    for _ in range(3):
        archive.append("vote", STAMP, vote())
    return tmp_path / "logs"


@pytest.mark.parametrize("words", [["log"], ["verify"], ["seal", "--list"]])
def test_no_window_and_no_pins_are_loaded_for(words: list[str], logs: Path) -> None:
    code = "import sys\nfrom kiosk.cli import main\n"
    code += f"main({[*words, '--logs', str(logs)]}, standalone_mode=False)\n"
    code += "print({'kivy', 'gpiozero', 'kiosk.terminal', 'sync'} & set(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "set()\n"


def break_a_line(logs: Path) -> None:
    import sqlite3
    from contextlib import closing

    (folder,) = (path for path in logs.iterdir() if path.is_dir())
    with closing(sqlite3.connect(folder / "log.db")) as db, db:
        db.execute("drop trigger entries_no_update")
        db.execute("update entries set line = replace(line, '5', '4') where seq = 3")


def test_verify_says_good_and_exits_0(logs: Path) -> None:
    done = CliRunner().invoke(main, ["verify", "--logs", str(logs)], env={"COLUMNS": "200"})
    assert (done.exit_code, done.stderr) == (0, "")  # no bar where nobody watches
    assert [word for word in done.stdout.split() if word in {"4", "good"}] == ["4", "good"]


def test_verify_names_the_first_bad_entry_and_exits_1(logs: Path) -> None:
    break_a_line(logs)
    done = CliRunner().invoke(main, ["verify", "--logs", str(logs)], env={"COLUMNS": "200"})
    assert (done.exit_code, "entry 3: " in done.stdout) == (1, True)


def test_verify_of_a_database_that_cannot_be_opened_is_a_sentence(logs: Path) -> None:
    (folder,) = (path for path in logs.iterdir() if path.is_dir())
    (folder / "log.db").unlink()
    done = CliRunner().invoke(main, ["verify", "--logs", str(logs)], env={"COLUMNS": "200"})
    assert (done.exit_code, "cannot be read (unable to open database file)" in done.stdout) == (1, True)


def test_verify_shows_a_bar_to_a_person(logs: Path) -> None:
    """On a pseudo-terminal; the table still goes to standard output alone."""
    ours, theirs = pty.openpty()
    line = [sys.executable, "-c", COMMAND, "verify", "--logs", str(logs)]
    done = subprocess.run(line, stdout=subprocess.PIPE, stderr=theirs, check=True, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert "4/4" in shown
    assert "━" in shown
    assert b"4/4" not in done.stdout


def pin(*typed: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["pin"], input="".join(f"{one}\n" for one in typed))
    return done.exit_code, done.stdout, done.stderr


def test_pin_prints_the_line_for_the_settings_and_never_the_pin() -> None:
    code, out, err = pin("2580", "2580")
    assert code == 0
    assert out.startswith('pin = "scrypt:')
    assert matches("2580", out.strip().removeprefix('pin = "').removesuffix('"'))
    assert not matches("2581", out.strip().removeprefix('pin = "').removesuffix('"'))
    assert "2580" not in out + err


@pytest.mark.parametrize("typed", [("2580", "2581"), ("1234", "1234"), ("abc", "abc")])
def test_a_pin_that_is_mistyped_or_weak_is_one_sentence(typed: tuple[str, str]) -> None:
    code, out, err = pin(*typed)
    assert (code, out) == (1, "")
    assert err.splitlines()[-1].startswith("Error: ")
