"""Every vote pressed in the machine reaches the ward on the host once: pushed, pulled, late, or on a stick."""

import subprocess
from pathlib import Path

import pytest

from tests.vm.ready import wait_until_delivered
from tests.vm.terminal import DATA, Terminal
from tests.vm.ward import Ward

pytestmark = [pytest.mark.vm, pytest.mark.timeout(3600)]

STICK = "/run/hailong/stick"


def test_votes_are_pushed_once_and_in_order(terminal: Terminal, ward: Ward) -> None:
    terminal.press(5, 1, 3)
    wait_until_delivered(terminal, ward)
    assert ward.votes() == [5, 1, 3]
    ward.check()


def test_the_ward_pulls_the_same_lines_and_a_later_push_adds_nothing(terminal: Terminal, ward: Ward) -> None:
    ward.stop()
    terminal.press(2, 5)
    port = terminal.machine.parts.pull_port
    assert port
    ward.pull(port)
    assert ward.votes() == [2, 5]
    ward.start()
    wait_until_delivered(terminal, ward)
    assert ward.votes() == [2, 5]
    ward.check()


def test_without_a_network_votes_wait_and_with_it_they_arrive_once(terminal: Terminal, ward: Ward) -> None:
    terminal.machine.network(up=False)
    terminal.press(5, 4)
    terminal.until(lambda: "trying again" in status(terminal), "the courier says that it does not get through", 300)
    assert ward.votes() == []
    terminal.press(3)
    terminal.machine.network(up=True)
    wait_until_delivered(terminal, ward)
    assert ward.votes() == [5, 4, 3]
    ward.check()


def status(terminal: Terminal) -> str:
    return terminal.agent.try_to("runuser -u hailong -- /opt/hailong/current/bin/kiosk-sync status")[1]


def test_a_stick_is_mounted_safely_and_carries_what_no_network_can(
    terminal: Terminal, ward: Ward, folder: Path
) -> None:
    ward.stop()
    terminal.press(4, 2)
    stick = fat(folder / "stick.img")
    terminal.machine.plug_stick(stick)
    terminal.until(lambda: options(terminal) != "", "the stick is mounted", 120)
    assert {"nosuid", "nodev", "noexec"} <= set(options(terminal).split(","))
    request = terminal.ask_courier("export")  # as the staff screen's "Save to a stick" does
    answer = f"{DATA}/spool/{request}.answer"
    terminal.until(lambda: '"done": true' in terminal.agent.try_to(f"cat {answer}")[1], "the courier is done", 120)
    assert options(terminal) == "", "done means that it may be pulled out"
    terminal.machine.pull_stick()
    subprocess.run(["fsck.vfat", "-n", stick], check=True, capture_output=True)
    subprocess.run(["mcopy", "-s", "-i", stick, "::", folder / "carried"], check=True)
    ward.call("import", "--data", str(ward.data), str(folder / "carried"))
    assert ward.votes() == [4, 2]
    ward.check()


def test_a_stick_that_is_pulled_out_without_asking_is_let_go_and_the_next_one_is_mounted(
    terminal: Terminal, folder: Path
) -> None:
    for name in ("first", "second"):
        terminal.machine.plug_stick(fat(folder / f"{name}.img"))
        terminal.until(lambda: options(terminal) != "", f"the {name} stick is mounted", 120)
        terminal.machine.pull_stick()
        terminal.until(lambda: options(terminal) == "", f"the {name} stick is let go", 120)


def fat(image: Path) -> Path:
    subprocess.run(["truncate", "-s", "64M", image], check=True)
    subprocess.run(["mkfs.vfat", image], check=True, capture_output=True)
    return image


def options(terminal: Terminal) -> str:
    return terminal.agent.try_to(f"findmnt --noheadings --output OPTIONS {STICK}")[1].strip()
