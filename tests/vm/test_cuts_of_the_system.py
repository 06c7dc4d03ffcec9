"""The plug is pulled while somebody presses: the whole installed system on a disk that forgets what was not flushed.

A vote is acknowledged when the lamp "noted" was seen lit. Presses go through the kernel's GPIO simulator.
"""

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.vm.installed import KIT
from tests.vm.judge import Verdict, in_common, judge_system, places
from tests.vm.ledger import SOMETHING, Ledger, Row, assert_loses, assert_nothing_lost
from tests.vm.machine import Machine, network_disk, overlay_on
from tests.vm.medium import Medium
from tests.vm.ready import Ready, parts_of, wait_until_delivered
from tests.vm.replay import Growing
from tests.vm.sockets import connect
from tests.vm.terminal import Terminal
from tests.vm.volatile import Event, VolatileDisk, What, count, keep_acknowledging
from tests.vm.ward import Ward

pytestmark = [pytest.mark.vm, pytest.mark.timeout(4 * 3600)]

CUTS = 250  # from a recording, for each medium
CONTROLS = 10  # cuts of each control
LAG = 2.0  # s by which a device lies: longer than from a press to its lamp, under emulation


def press_until_cut(terminal: Terminal, disk: VolatileDisk, votes: int, linger: float = 0.0) -> None:
    """Somebody presses without end; some time after so many votes were noted the plug is pulled."""
    with connect(terminal.machine.folder / "acks") as port, port.makefile("rb") as lines:
        reader = keep_acknowledging(lines, disk.acknowledged)
        terminal.agent.run(f"systemd-run --quiet --unit=presser {KIT}/panel.py forever")
        terminal.until(lambda: count(disk.log, What.ACKNOWLEDGED) >= votes, f"{votes} votes are noted", 1800)
        time.sleep(linger)
        terminal.machine.cut()
        reader.join(60)


def record(ready: Ready, folder: Path, votes: int, prepare: Callable[[Terminal], None] = lambda _: None) -> list[Event]:
    disk = VolatileDisk(ready.disk, folder / "nbd")
    with ready.resume(folder, network_disk(folder / "nbd")) as (terminal, _):
        prepare(terminal)
        press_until_cut(terminal, disk, votes)
    disk.end()
    return disk.log


@pytest.fixture(scope="module")
def recorded(ready: Ready, tmp_path_factory: pytest.TempPathFactory, short: bool) -> list[Event]:
    return record(ready, tmp_path_factory.mktemp("record"), 15 if short else 60)


def judged(ready: Ready, log: list[Event], medium: Medium, cuts: int, folder: Path) -> tuple[Verdict, ...]:
    growing = Growing(ready.disk, log, medium, folder, LAG)
    verdicts = []
    for seed, cut in enumerate(places(log, cuts)):
        with growing.after(cut, seed) as disk:
            verdicts.append(judge_system(disk, log, cut))
    return tuple(verdicts)


@pytest.mark.parametrize("medium", [Medium.DROP, Medium.TORN])
def test_no_cut_loses_a_noted_vote(
    medium: Medium, ready: Ready, recorded: list[Event], folder: Path, ledger: Ledger
) -> None:
    verdicts = judged(ready, recorded, medium, CUTS, folder)
    assert_nothing_lost(ledger.add(Row("installed system, from a recording", medium.value, verdicts), 10))


def test_control_a_device_that_lies_loses_votes(
    ready: Ready, recorded: list[Event], folder: Path, ledger: Ledger
) -> None:
    verdicts = judged(ready, recorded, Medium.LIES, CONTROLS, folder)
    assert_loses(ledger.add(Row("installed system, control", Medium.LIES.value, verdicts, SOMETHING), 10))


def test_control_synchronous_normal_loses_votes(ready: Ready, folder: Path, ledger: Ledger) -> None:
    log = record(ready, folder, 12, weaken)
    verdicts = judged(ready, log, Medium.DROP, CONTROLS, folder)
    row = Row("installed system, control: synchronous=NORMAL", Medium.DROP.value, verdicts, SOMETHING)
    assert_loses(ledger.add(row, 10))


def weaken(terminal: Terminal) -> None:
    """The one word by which every vote costs a flush."""
    file = "/opt/hailong/current/lib/python3*/site-packages/kiosk/votelog/log.py"
    terminal.agent.run(
        f"sed -i 's/synchronous = full/synchronous = normal/' {file} && grep -q 'synchronous = normal' {file}"
    )
    terminal.restart()


class Plug:
    """One terminal whose plug is pulled again and again; each boot begins with what the cut before left on the disk."""

    def __init__(self, ready: Ready, folder: Path, seed: str) -> None:
        self._ready, self._folder, self._disk = ready, folder, ready.disk
        self.ward = Ward(folder, ready.folder / "ward").start()
        self._at_ward = 0  # votes that were there before this boot
        self._chance = random.Random(seed)

    def pull(self, number: int) -> tuple[list[int], list[int]]:
        """Boot (the first time: go on), deliver, press, SIGKILL: what this boot brought, and what was noted then."""
        here = self._folder / str(number)
        here.mkdir()
        disk = VolatileDisk(self._disk, here / "nbd")
        with self._started(here) as machine:
            brought = self.deliver(Terminal(machine))
            press_until_cut(Terminal(machine), disk, self._chance.randint(3, 8), self._chance.random())
        disk.end()
        Growing(self._disk, disk.log, Medium.DROP, here).keep(len(disk.log), here / "disk.raw")
        if self._disk != self._ready.disk:
            self._disk.unlink()
        self._disk = here / "disk.raw"
        return brought, [int(event.vote) for event in disk.log if event.what is What.ACKNOWLEDGED]

    def deliver(self, terminal: Terminal) -> list[int]:
        """The votes that this boot brought to the ward, which holds every line of the one log exactly once."""
        wait_until_delivered(terminal.wait_until_up(), self.ward)
        assert len(terminal.lines()) == 1, "a successor began"
        new = self.ward.votes()[self._at_ward :]
        self._at_ward += len(new)
        return new

    def look(self) -> list[int]:
        """Boot once more and deliver."""
        here = self._folder / "last"
        here.mkdir()
        parts = parts_of(self._ready.installed, overlay_on(self._disk, here / "layer"), self.ward)
        with Machine(parts, here).start() as machine:
            return self.deliver(Terminal(machine))

    def _started(self, here: Path) -> Machine:
        machine = Machine(parts_of(self._ready.installed, network_disk(here / "nbd"), self.ward), here)
        return machine.resume(self._ready.folder / "memory") if self._disk == self._ready.disk else machine.start()


@pytest.mark.parametrize("which", ["first", "second", "third"])  # three terminals: two can be pulled at a time
def test_each_pulled_plug_is_followed_by_a_boot_that_delivers_every_noted_vote_once(
    which: str, ready: Ready, folder: Path, ledger: Ledger, short: bool
) -> None:
    plug, noted, total = Plug(ready, folder, which), [], 0
    verdicts: list[Verdict] = []
    try:
        for number in range(2 if short else 10):
            brought, now = plug.pull(number)
            if number:
                verdicts.append(compared(total, noted, brought))
            noted, total = now, total + len(now)
        verdicts.append(compared(total, noted, plug.look()))
        plug.ward.check()
    finally:
        plug.ward.stop()
    row = Row(f"installed system, SIGKILL, booted and delivered ({which})", Medium.DROP.value, tuple(verdicts))
    assert_nothing_lost(ledger.add(row, 3 * len(verdicts)))


def compared(total: int, noted: list[int], brought: list[int]) -> Verdict:
    """A boot brings what was noted before the cut, in order, and at most the one vote that was being noted."""
    too_many = None if len(brought) <= len(noted) + 1 else f"{len(brought)} votes of {len(noted)} presses"
    return Verdict(total, len(noted) - in_common(noted, brought), too_many)
