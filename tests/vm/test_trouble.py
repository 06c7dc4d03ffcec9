"""What goes wrong in a ward: the terminal stays up, says so, recovers, and loses nothing that it had noted."""

import json
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.vm.agent import Gone
from tests.vm.installed import KIT
from tests.vm.machine import BOOT, Machine, overlay_on
from tests.vm.ready import Ready, parts_of, wait_until_delivered
from tests.vm.terminal import Terminal
from tests.vm.ward import Ward

pytestmark = [pytest.mark.vm, pytest.mark.timeout(3600)]

LOGS = "/var/lib/hailong/logs"
CANNOT = "status.cannot_record"


FILL = f"sh {KIT}/fill.sh"


def is_refused(press: dict[str, object]) -> bool:
    """Not noted, and the third lamp said so."""
    lit = press["lit"]
    assert isinstance(lit, list)
    return not press["noted"] and CANNOT in lit


def assert_recovers(terminal: Terminal, ward: Ward, noted: list[int], refused: int | None = None) -> None:
    """What was noted before is all there, the next press is noted, and one fault tells how many were refused."""
    assert terminal.press(4)[0]["noted"]
    assert terminal.ratings() == [*noted, 4]
    terminal.until(lambda: bool(terminal.entries("fault")), "the fault is told", 120)
    (fault,) = terminal.entries("fault")
    assert fault["body"]["fault"] == "not-recorded"
    assert fault["body"]["presses"] == refused if refused else fault["body"]["presses"] > 0
    wait_until_delivered(terminal, ward)
    assert ward.votes() == [*noted, 4]


def test_a_file_system_that_turned_read_only(terminal: Terminal, ward: Ward) -> None:
    terminal.press(1, 2)
    terminal.agent.run("sync; echo u > /proc/sysrq-trigger; sleep 2")
    assert all(map(is_refused, terminal.press(5, 3)))
    assert terminal.is_up()
    terminal.agent.run("mount -o remount,rw /")
    assert_recovers(terminal, ward, [1, 2], refused=2)


def test_a_full_disk(terminal: Terminal, ward: Ward) -> None:
    terminal.press(1, 2)
    terminal.agent.run(f"runuser -u nobody -- {FILL} /var/tmp", 300)
    assert [one["noted"] for one in terminal.press(5, 4, 3)] == [True] * 3  # the ballast makes room
    terminal.agent.run(f"runuser -u nobody -- {FILL} /var/tmp", 300)
    pressed = terminal.press(5, 4, 5, 4)
    assert is_refused(pressed[-1])
    assert terminal.is_up()
    terminal.agent.run("rm /var/tmp/filler.*; sync")
    assert_recovers(terminal, ward, [1, 2, 5, 4, 3, *(int(one["rating"]) for one in pressed if one["noted"])])


def test_a_start_on_a_disk_without_a_single_free_block(terminal: Terminal, ward: Ward) -> None:
    """Not even SQLite's -shm file has room: it comes up all the same, says so, and goes on by itself."""
    terminal.press(1, 2)
    wait_until_delivered(terminal, ward)
    terminal.agent.run("systemctl stop hailong-kiosk; rm -f /var/lib/hailong/logs/ballast")
    terminal.agent.run(f"{FILL} /", 300)
    terminal.agent.run("systemctl start hailong-kiosk", 300)
    terminal.until(lambda: terminal.lamps()[CANNOT], "the red lamp is lit before anybody presses", 60)
    assert is_refused(terminal.press(5)[0])
    terminal.agent.run("rm /filler.*; sync")
    terminal.until(lambda: terminal.lamps()["status.ready"], "it asks again by itself", 120)
    assert_recovers(terminal, ward, [1, 2], refused=1)


def test_a_restart_before_there_is_room_forgets_no_refused_press(terminal: Terminal, ward: Ward) -> None:
    terminal.press(1, 2)
    terminal.agent.run("sync; echo u > /proc/sysrq-trigger; sleep 2")
    assert all(map(is_refused, terminal.press(5, 3)))
    terminal.agent.run("systemctl restart hailong-kiosk", 300)
    terminal.until(lambda: terminal.lamps()[CANNOT], "the red lamp is lit", 60)
    terminal.agent.run("mount -o remount,rw /")
    terminal.until(lambda: terminal.lamps()["status.ready"], "it asks again by itself", 120)
    assert_recovers(terminal, ward, [1, 2], refused=2)


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (
            "f=$(ls {logs}/*/log.db); dd if=/dev/urandom of=$f bs=1024 seek=1 count=4 conv=notrunc status=none",
            "damaged",
        ),
        ("rm {logs}/????????????????????????????????/key", "without its key"),
    ],
    ids=["a damaged database", "a missing key"],
)
def test_a_log_that_cannot_go_on_is_succeeded(harm: str, why: str, terminal: Terminal, ward: Ward) -> None:
    terminal.press(1, 2)
    wait_until_delivered(terminal, ward)
    terminal.agent.run("systemctl stop hailong-kiosk")
    terminal.agent.run(harm.format(logs=LOGS))
    terminal.agent.run("systemctl start hailong-kiosk", 300)
    terminal.wait_until_up()
    assert terminal.press(5)[0]["noted"], why
    assert len(terminal.agent.run(f"ls -d {LOGS}/*/").split()) == 2
    terminal.until(
        lambda: sorted(ward.votes()) == [1, 2, 5] or why != "damaged", "old and new votes are at the ward", 300
    )
    assert sorted(ward.votes())[:2] == [1, 2]


def test_a_kernel_that_hangs_is_restarted_by_the_hardware_watchdog(ready: Ready, folder: Path) -> None:
    """systemd feeds the board's watchdog; here one on a PCI card."""
    ward = Ward(folder, ready.folder / "ward").start()
    try:
        parts = parts_of(ready.installed, overlay_on(ready.disk, folder / "layer"), ward)
        parts.more += ["-device", "i6300esb", "-action", "watchdog=reset"]
        parts.append = "modules_load=i6300esb"  # a Pi's is built into its kernel
        with Machine(parts, folder).start() as machine:
            terminal = Terminal(machine).wait_until_up()
            assert "watchdog" in terminal.agent.run("ls -l /proc/1/fd"), "systemd has not opened it"
            assert terminal.press(5)[0]["noted"]
            with suppress(Gone, TimeoutError):
                machine.agent.try_to("echo c > /proc/sysrq-trigger", 1)
            machine.agent.wait(BOOT)
            assert terminal.wait_until_up().press(4)[0]["noted"]
            assert terminal.ratings() == [5, 4]
            assert terminal.entries("start")[-1]["body"]["ended"] == "power"
    finally:
        ward.stop()


def test_a_clock_in_1970_that_is_stepped_later_misdates_nothing(terminal: Terminal, ward: Ward) -> None:
    terminal.machine.network(up=False)
    terminal.agent.run("systemctl stop systemd-timesyncd; date --set '1970-01-02 00:00:00'")
    terminal.press(5, 4)
    assert {entry["clock"] for entry in terminal.entries("vote")} == {"unsynced"}
    terminal.agent.run(f"date --set @{int(time.time())}")
    terminal.press(3)
    terminal.machine.network(up=True)
    wait_until_delivered(terminal, ward)
    now = time.time() * 1000
    dated = ward.dates()
    assert [rating for rating, _, _ in dated] == [5, 4, 3]
    for _, at, error in dated:
        assert at is not None
        assert now - 3_600_000 - error < at < now + error, json.dumps(dated)
