"""The whole terminal without its screen: what its threads do beside the booth."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from click.testing import CliRunner

from kiosk.cli import main
from kiosk.clock import SystemClock
from kiosk.entry import parse
from kiosk.pin import make
from kiosk.seals import all_seals
from kiosk.settings import Session, Settings, Staff, Text
from kiosk.terminal import SOON, Terminal, Wishes
from kiosk.ui.environment import Display
from kiosk.votelog.archive import Archive
from kiosk.votelog.folder import all_folders
from kiosk.votelog.reader import read_slice, reading
from tests.kiosk.conftest import STAMP

DAILY = Session(name=Text(vi="Sáng", en="Morning"), days=(1, 2, 3, 4, 5, 6, 7), from_="00:00", to="00:01")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """Its log began long ago, and it has just been given power: yesterday, or today, has been closed meanwhile."""
    before = Archive(tmp_path / "logs", None, lambda _: {"ended": "first"})
    before.begin(STAMP)
    before.close()
    display = Display(size=(800, 480), fullscreen=False, offscreen=True, touch="mouse", cursor=False)
    settings = Settings(data=tmp_path, sessions=(DAILY,))
    real = SystemClock(battery=False)
    terminal = Terminal(settings, Wishes(display, simulate=True), lambda: replace(real.now(), clock="synced"))
    terminal.start()
    terminal._keeper.start()  # as after the first frame
    yield terminal
    terminal.end()


@pytest.mark.usefixtures("terminal")
def test_it_seals_the_day_that_was_closed_while_the_power_was_off(tmp_path: Path) -> None:
    pause = Event()
    while not (seals := all_seals(tmp_path / "logs")):
        pause.wait(0.05)
    assert [seal.clock for seal in seals] == ["synced"]


@pytest.mark.usefixtures("terminal")
def test_it_writes_down_who_looks_at_ratings(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["log", "--logs", str(tmp_path / "logs"), "--ratings", "audit", "--kind", "staff"])
    assert (done.exit_code, done.stdout.count("looked at ratings: audit")) == (0, 1)


def test_it_writes_down_that_the_network_brought_the_time(tmp_path: Path) -> None:
    real, state = SystemClock(battery=False), ["unsynced"]
    display = Display(size=(800, 480), fullscreen=False, offscreen=True, touch="mouse", cursor=False)
    wishes = Wishes(display, simulate=True)
    terminal = Terminal(Settings(data=tmp_path), wishes, lambda: replace(real.now(), clock=state[0]))
    state[0] = "synced"
    terminal.start()
    terminal._keeper.start()
    pause = Event()
    while not (said := written(tmp_path / "logs", "clock")):
        pause.wait(0.05)
    terminal.end()
    assert [(entry["clock"], entry["body"]["was"]) for entry in said] == [("synced", "unsynced")]


def written(logs: Path, kind: str) -> list[Any]:
    with reading(all_folders(logs)[-1]) as db:
        lines = [json.loads(line) for (line,) in db.execute("select line from entries")]
    return [entry for entry in lines if entry["kind"] == kind]


@pytest.mark.parametrize(("later", "expected"), [(5_000, {"why": "staff"}), (SOON, {})])
def test_a_technicians_restart_is_why_it_stops_and_an_old_wish_is_not(
    later: int, expected: dict[str, str], tmp_path: Path
) -> None:
    """The courier, or the machine, may have refused the wish long ago."""
    time = STAMP
    settings = Settings(data=tmp_path, staff=Staff(pin=make("271828")))
    terminal = Terminal(settings, Wishes(Display((800, 480), offscreen=True), simulate=True), lambda: time)
    staff = terminal._staff()
    assert staff
    terminal.start()
    staff.restart()
    time = replace(STAMP, mono=STAMP.mono + later)
    terminal.end()
    (folder,) = all_folders(tmp_path / "logs")
    entries = [parse(line) for line in read_slice(folder, bytes(folder.key().verify_key), 0, 9, 10**6).lines]
    assert [entry["kind"] for entry in entries] == ["start", "staff", "stop"]
    assert entries[-1]["body"] == expected
