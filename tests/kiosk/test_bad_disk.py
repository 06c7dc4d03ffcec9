"""A disk that is full, read-only or away when the power comes on: the terminal comes up, says so, and loses nothing."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from kiosk.clock import SystemClock
from kiosk.course import RETRY
from kiosk.entry import Stamp
from kiosk.settings import Settings
from kiosk.states import Asking, Noted, Sorry, State, is_broken
from kiosk.systemd import Systemd
from kiosk.terminal import Terminal, Wishes
from kiosk.ui.environment import Display
from kiosk.votelog.folder import all_folders
from kiosk.votelog.reader import read_slice, verify
from tests.kiosk.real_terminal import RealTerminal

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk; elsewhere it is pretended")


class Kiosk:
    """A terminal without its screen, whose time a test turns."""

    def __init__(self, data: Path) -> None:
        self.time: Stamp = SystemClock(battery=True).now()
        self.logs, self.states = data / "logs", list[State]()
        wishes = Wishes(Display((800, 480), offscreen=True), simulate=True)
        systemd = Systemd({"RUNTIME_DIRECTORY": str(data.parent)})
        self.terminal = Terminal(Settings(data=data, sessions=()), wishes, lambda: self.time, systemd)
        assert self.terminal._lamps
        self.terminal._listeners += [self.terminal._lamps.show, lambda view: self.states.append(view.state)]
        self.terminal.start()

    def after(self, ms: int, shows: State | type[State]) -> None:
        """So much later; the booth looks at the clock by itself, here it is nudged."""
        self.time = replace(self.time, mono=self.time.mono + ms, wall=self.time.wall + ms)
        self.terminal._booth.rest()
        self.until(shows)

    def press(self, key: str, shows: type[State] = object) -> None:  # type: ignore[assignment]  # whatever comes
        before = len(self.states)
        assert self.terminal._keys
        self.terminal._keys.key(key, True)
        self.terminal._keys.key(key, False)
        wait(lambda: len(self.states) >= before + 2)
        self.until(shows)
        self.time = replace(self.time, mono=self.time.mono + 1000)

    def until(self, shows: State | type[State]) -> None:
        wait(lambda: self.states[-1:] == [shows] or (isinstance(shows, type) and isinstance(self.states[-1], shows)))

    @property
    def says_so(self) -> bool:
        """On the screen and by the lamp, before anybody presses."""
        wait(lambda: bool(self.states))
        return is_broken(self.states[-1]) and self.lamp == ["status.cannot_record"]

    @property
    def lamp(self) -> list[str]:
        assert self.terminal._panel
        return [name for name, lamp in self.terminal._panel._status.items() if lamp.value]

    def kinds(self) -> list[str]:
        return [entry.split('"kind":"')[1].split('"')[0] for entry in self.lines()]

    def lines(self) -> list[str]:
        found: list[str] = []
        for folder in all_folders(self.logs):
            verify(folder)
            found += read_slice(folder, bytes(folder.key().verify_key), 0, 99, 10**6).lines
        return found


def wait(met: Callable[[], bool]) -> None:
    """For the booth's own thread."""
    end = monotonic() + 100
    while not met():
        assert monotonic() < end, "it never came to that"
        Event().wait(0.01)


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Callable[[], Kiosk]]:
    begun: list[Kiosk] = []

    def begin_one() -> Kiosk:
        begun.append(Kiosk(tmp_path / "data"))
        return begun[-1]

    (tmp_path / "data").mkdir()
    yield begin_one
    for one in begun:
        one.terminal.end()


class SmallDisk:
    """A real file system of 4 MB."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fill(self) -> None:
        with (self._folder / "other").open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(4096)):
                pass

    def clear(self) -> None:
        (self._folder / "other").unlink()

    def remount(self, how: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{how}", self._folder], check=True)


@pytest.fixture
def disk(tmp_path: Path, begin: Callable[[], Kiosk]) -> Iterator[SmallDisk]:
    folder = tmp_path / "data"
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], check=True)
    yield SmallDisk(folder)
    subprocess.run(["umount", "--lazy", folder], check=True)


@needs_root
@pytest.mark.parametrize("used_before", [False, True])
def test_a_full_disk(used_before: bool, disk: SmallDisk, begin: Callable[[], Kiosk], tmp_path: Path) -> None:
    if used_before:
        begin().terminal.end()
        (tmp_path / "data/logs/ballast").unlink()
    disk.fill()
    kiosk = begin()
    assert kiosk.says_so
    for key in "54":
        kiosk.press(key, Sorry)
        assert kiosk.lamp == ["status.cannot_record"]
    kiosk.after(6_000, Sorry)
    disk.clear()
    kiosk.after(RETRY, Asking(0))
    assert kiosk.lamp == ["status.ready"]
    kiosk.press("3", Noted)
    assert kiosk.kinds()[-3:] == ["start", "fault", "vote"]
    assert '"presses":2' in kiosk.lines()[-2]


@needs_root
@pytest.mark.parametrize("used_before", [False, True])
def test_a_read_only_disk(used_before: bool, disk: SmallDisk, begin: Callable[[], Kiosk]) -> None:
    if used_before:
        begin().terminal.end()
    disk.remount("ro")
    kiosk = begin()
    assert kiosk.says_so
    kiosk.press("5", Sorry)
    disk.remount("rw")
    kiosk.press("4", Noted)  # a new attempt; nobody need wait for ours
    assert kiosk.kinds()[-3:] == ["start", "vote", "fault"]
    assert '"presses":1' in kiosk.lines()[-1]
    assert kiosk.lines()[-3].count('"ended":"stop"' if used_before else '"ended":"first"') == 1


@needs_root
def test_a_disk_that_becomes_full_meanwhile(disk: SmallDisk, begin: Callable[[], Kiosk], tmp_path: Path) -> None:
    """First the ballast is given up, and those votes are in; then it says sorry, before the next one presses too."""
    kiosk = begin()
    noted = 0
    for turn in range(200):
        disk.fill()
        kiosk.press("45"[turn % 2])
        if isinstance(kiosk.states[-1], Sorry):
            break
        noted += 1
    assert 0 < noted < 200
    assert not (tmp_path / "data/logs/ballast").exists()
    kiosk.after(6_000, Sorry)
    wait(lambda: kiosk.says_so)
    disk.clear()
    kiosk.after(RETRY, Asking(0))
    assert kiosk.kinds() == ["start", *["vote"] * noted, "fault"]


def test_a_folder_that_is_not_there_yet(begin: Callable[[], Kiosk], tmp_path: Path) -> None:
    """A data partition that is mounted late; needs no root."""
    (tmp_path / "data").rmdir()
    (tmp_path / "data").write_text("in the way")
    kiosk = begin()
    assert kiosk.says_so
    kiosk.press("5", Sorry)
    (tmp_path / "data").unlink()
    kiosk.after(6_000, Asking(0))
    assert kiosk.kinds() == ["start", "fault"]
    assert '"presses":1' in kiosk.lines()[-1]


def test_a_restart_before_the_disk_is_back_forgets_no_refused_press(begin: Callable[[], Kiosk], tmp_path: Path) -> None:
    (tmp_path / "data").rmdir()
    (tmp_path / "data").write_text("in the way")
    first = begin()
    first.press("5", Sorry)
    first.press("4", Sorry)
    first.terminal.end()
    (tmp_path / "data").unlink()
    kiosk = begin()
    kiosk.until(Asking(0))
    assert kiosk.kinds() == ["start", "fault"]
    assert '"presses":2' in kiosk.lines()[-1]


@pytest.mark.parametrize("spoil", ["key", "log.db"])
def test_a_key_that_is_gone_or_a_damaged_database_is_a_successor(
    spoil: str, begin: Callable[[], Kiosk], tmp_path: Path
) -> None:
    first = begin()
    first.press("5", Noted)
    first.terminal.end()
    (folder,) = all_folders(tmp_path / "data/logs")
    (folder.path / spoil).unlink() if spoil == "key" else (folder.path / spoil).write_bytes(os.urandom(8192))
    kiosk = begin()
    kiosk.until(Asking(0))
    kiosk.press("4", Noted)
    assert len(all_folders(tmp_path / "data/logs")) == 2
    newest = all_folders(tmp_path / "data/logs")[-1]
    lines = read_slice(newest, bytes(newest.key().verify_key), 0, 99, 10**6).lines
    assert f'"log":"{folder.log}"' in lines[0]
    assert '"kind":"vote"' in lines[1]


def test_the_whole_terminal_stands_and_ends_in_order_without_a_disk(tmp_path: Path) -> None:
    terminal = RealTerminal(tmp_path, data="/proc/hailong")
    terminal.until("READY=1")
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.wait() == 0
    assert terminal.process.stderr
    assert terminal.process.stderr.read().startswith("The log in /proc/hailong/logs cannot be opened (")
    terminal.close()
