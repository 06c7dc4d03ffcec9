"""The command `kiosk` as its user meets it: one sentence for each mistake, exit 2 or 1, never a traceback."""

import os
import sqlite3
import struct
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.votelog.archive import Archive
from tests.kiosk.conftest import STAMP, vote

KIOSK = Path(sys.executable).with_name("kiosk")


def kiosk(*words: object, language: str = "C.UTF-8", **more: str) -> subprocess.CompletedProcess[str]:
    # The tests of the screen prepare Kivy and SDL in this process; a command typed by a person knows nothing of that.
    own = {name: value for name, value in os.environ.items() if not name.startswith(("SDL_", "KIVY_", "KCFG_"))}
    environment = {**own, "LC_ALL": language, **more}
    command = [str(KIOSK), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=100, env=environment)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "kiosk.toml"
    file.write_text(f'data = "{tmp_path}"\n')
    return file


@pytest.mark.parametrize("command", ["run", "verify"])
def test_a_mistake_in_the_settings_ends_with_2(command: str, tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text("[timing]\nnoted = -1\n")
    done = kiosk(command, "--config", file)
    assert done.returncode == 2
    assert done.stderr == f"Error: {file}: timing.noted = -1: allowed: a number from 0.1 to 3600.\n"


def test_it_speaks_the_language_of_whoever_types(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text("[timing]\nnoted = -1\n")
    done = kiosk("run", "--config", file, language="vi_VN.UTF-8")
    assert "cho phép: một số từ 0.1 đến 3600" in done.stderr


def test_a_size_that_is_none_ends_with_2() -> None:
    done = kiosk("run", "--size", "large")
    assert done.returncode == 2
    assert "write a size as 1280x720" in done.stderr


def test_a_good_log_verifies(config: Path, open_archive: Callable[..., Archive]) -> None:
    open_archive().append("vote", STAMP, vote())
    done = kiosk("verify", "--config", config)
    assert (done.returncode, done.stderr) == (0, "")
    assert "good" in done.stdout


def test_a_bad_log_ends_with_1_and_names_the_entry(
    config: Path, open_archive: Callable[..., Archive], tmp_path: Path
) -> None:
    archive = open_archive()
    archive.append("vote", STAMP, vote())
    with closing(sqlite3.connect(archive.log.folder.database)) as db, db:
        db.execute("drop trigger entries_no_update")
        db.execute("update entries set line = '{}' where seq = 2")
    done = kiosk("verify", "--logs", tmp_path / "logs")
    assert (done.returncode, done.stderr) == (1, "")
    assert "entry 2" in done.stdout


def test_no_log_yet_is_one_sentence(config: Path, tmp_path: Path) -> None:
    done = kiosk("verify", "--config", config)
    assert done.returncode == 1
    assert done.stderr == f"Error: {tmp_path}/logs: no log here; a terminal makes one at its first start.\n"


def test_a_second_terminal_is_one_sentence(config: Path, open_archive: Callable[..., Archive], tmp_path: Path) -> None:
    open_archive()
    done = kiosk("run", "--config", config, "--rehearse", tmp_path / "pictures")
    assert done.returncode == 1
    assert done.stderr == f"Error: Another terminal already writes in {tmp_path}/logs: end it first.\n"


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text('data = "/proc/hailong"\n')
    done = kiosk("run", "--config", file, "--rehearse", tmp_path / "pictures")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: The log in /proc/hailong/logs cannot be opened (")
    assert done.stderr.count("\n") == 1


def test_without_a_display_it_does_not_pretend_to_show_anything(config: Path, tmp_path: Path) -> None:
    """SDL left to itself would fall back to a driver that draws into nothing."""
    environment = {"DISPLAY": ":987", "WAYLAND_DISPLAY": "", "XDG_RUNTIME_DIR": str(tmp_path)}
    done = kiosk("run", "--config", config, "--simulate", **environment)
    assert done.returncode == 1
    assert done.stderr == "Error: No display: connect a screen, or try `kiosk run --rehearse FOLDER`.\n"


def test_a_rehearsal_leaves_a_visit_and_a_picture_of_each_screen(config: Path, tmp_path: Path) -> None:
    """Here for a screen that hangs upright."""
    timing, screen = "[timing]\nnoted = 0.3\nthanks = 0.5\ndeaf = 0.1\n", "[screen]\nrotation = 90\n"
    config.write_text(f'data = "{tmp_path}"\n{timing}{screen}')
    done = kiosk("run", "--config", config, "--rehearse", tmp_path / "pictures")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    pictures = sorted(file.stem for file in (tmp_path / "pictures").iterdir())
    assert pictures == ["1-asking", "1-noted", "2-asking", "2-noted", "thanks"]
    assert png_size(tmp_path / "pictures/thanks.png") == (720, 1280)
    (database,) = (tmp_path / "logs").glob("*/log.db")
    with closing(sqlite3.connect(database)) as db:
        votes = db.execute("select visit, question, rating, via from votes").fetchall()
        kinds = [kind for (kind,) in db.execute("select kind from entries order by seq")]
    assert votes == [(2, "procedure", 5, "button"), (2, "attitude", 4, "button")]
    assert kinds == ["start", "vote", "vote", "stop"]


def png_size(file: Path) -> tuple[int, ...]:
    """From its first chunk."""
    return struct.unpack(">II", file.read_bytes()[16:24])
