"""setup.sh as a newcomer meets it: `try` shows the whole way of a vote, twice, and mistakes are one sentence."""

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def free_port() -> str:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return str(one.getsockname()[1])


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """No display, the environment that runs these tests, and a folder with a space and a quote in its name."""
    here = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "HAILONG_TRY": str(tmp_path / 'a "try"')}
    ports = {"HAILONG_WARD_PORT": free_port(), "HAILONG_KIOSK_PORT": free_port()}
    return {**os.environ, "HAILONG_VENV": sys.prefix, **here, **ports}


def setup(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [str(ROOT / "setup.sh"), *words]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=280, stdin=subprocess.DEVNULL
    )


def test_try_shows_both_pulls_and_can_be_repeated(environment: dict[str, str]) -> None:
    first = setup(environment, "try", "--fresh")
    assert (first.returncode, first.stderr) == (0, "")
    assert "0 new entries, 4 in all" in first.stdout  # start, two votes, stop: all were pushed before
    assert re.search(r'"question":"procedure","rating":5', first.stdout)
    assert re.search(r'"question":"attitude","rating":4', first.stdout)
    folder = Path(environment["HAILONG_TRY"])
    assert len(list((folder / "pictures").glob("*.png"))) == 5
    assert "Quầy 2" in (folder / "page/index.html").read_text()
    assert "--navy" in (folder / "page/ward.css").read_text()
    assert "<svg" in (folder / "page/faces/5.svg").read_text()

    again = setup(environment, "try")
    assert (again.returncode, again.stderr) == (0, "")
    assert "8 in all" in again.stdout
    assert "Make the ward" not in again.stdout


def test_a_taken_port_is_said_at_once(environment: dict[str, str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        environment["HAILONG_WARD_PORT"] = str(other.getsockname()[1])
        done = setup(environment, "try")
    assert done.returncode == 1
    assert "Address already in use" in done.stderr


@pytest.mark.parametrize("words", [("frobnicate",), ("try", "--frsh")])
def test_an_unknown_word_ends_with_2_and_says_what_there_is(
    words: tuple[str, ...], environment: dict[str, str]
) -> None:
    done = setup(environment, *words)
    assert done.returncode == 2
    assert "Usage: ./setup.sh try" in done.stderr


def test_an_unknown_tier_ends_with_2(environment: dict[str, str]) -> None:
    done = setup(environment, "test", "moon")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_an_installed_release_says_that_a_checkout_is_needed(tmp_path: Path) -> None:
    shutil.copy(ROOT / "setup.sh", tmp_path)
    shutil.copytree(ROOT / "assets/install", tmp_path / "assets/install")
    words = [str(tmp_path / "setup.sh"), "try"]
    done = subprocess.run(words, env={**os.environ, "LC_ALL": "C"}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "This needs the whole source; here is only what installs.\n"


def test_it_speaks_vietnamese(environment: dict[str, str]) -> None:
    done = setup({**environment, "LC_ALL": "vi_VN.UTF-8"}, "help")
    assert done.stdout.startswith("Cách dùng: ./setup.sh try")
